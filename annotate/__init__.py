"""annotate: marks the releases of a git repository on Amplitude charts."""

__version__ = "0.1.0"
#: The page of the project; a release fills in the owner. Messages link to its documents.
PROJECT = "https://github.com/OWNER/annotate"
