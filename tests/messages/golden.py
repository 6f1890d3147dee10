"""Files that hold what annotate is expected to say; `make golden` writes them anew."""

import os
import platform
from pathlib import Path

from annotate import PROJECT, __version__

#: Set where the files are to be written instead of compared.
UPDATE = bool(os.environ.get("ANNOTATE_UPDATE_GOLDEN"))


def golden(path: Path, text: str) -> str:
    """What the file at `path` holds; it is `text` if the files are written anew."""
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def general(text: str, folder: Path) -> str:
    """A text without what differs between machines and versions."""
    placeholders = {
        str(folder): "{folder}",
        f"{PROJECT}/blob/v{__version__}/": "{documents}/",
        f"annotate {__version__}": "annotate {version}",
        f"Python {platform.python_version()}": "Python {version}",
        platform.platform(): "{platform}",
    }
    for own, placeholder in placeholders.items():
        text = text.replace(own, placeholder)
    return text
