"""annotate: marks the releases of a git repository on Amplitude charts."""

__version__ = "0.1.0"
