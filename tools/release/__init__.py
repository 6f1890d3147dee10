"""Releases annotate: from a version to an image, a tag, and a published release.

`docs/releasing.md` tells people how. `steps.py` reads from top to bottom as a release goes;
`rules.py` decides without running anything; the other modules know one outside program each.
"""
