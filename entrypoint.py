"""Start annotate from its sources: for `container.py`, and where pip installed the libraries."""

from annotate import process
from annotate.__main__ import main

__all__ = ["main"]

if __name__ == "__main__":
    process.leave(main())
