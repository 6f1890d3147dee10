"""The inputs: the table, parsing, sources, the config file and checks."""
