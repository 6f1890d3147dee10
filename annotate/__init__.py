"""annotate: puts each release on the charts of Amplitude, read from git."""

__version__ = "0.1.0"
