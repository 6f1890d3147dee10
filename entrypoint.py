"""The entrypoint of the image, and of the action where the libraries are installed by pip."""

from annotate import process
from annotate.__main__ import main

__all__ = ["main"]

if __name__ == "__main__":
    process.leave(main())
