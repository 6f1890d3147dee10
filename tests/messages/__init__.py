"""Every message that annotate can give, as users read it: a case for each, and its golden file.

`make golden` writes the files anew. A new message needs a case in the module of its room.
"""
