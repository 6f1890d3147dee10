"""The entrypoint of the image, and of the action where the libraries are installed by pip."""

import sys

from annotate.__main__ import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
