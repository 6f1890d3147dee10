"""Writes annotate and its locked libraries as one zip application: `make bundle`.

    python -m tools.bundle OUTPUT [PYTHON …]

It runs on every Python that annotate supports, with nothing installed. With bytecode it starts
almost three times as fast, but bytecode is for one minor version of Python. So there is a folder
with the bytecode of each PYTHON, which has the magic number of the bytecode as its name, and the
folder `source` for all others. The same commit, lock and PYTHONs give the same bytes.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

SOURCE = "source"
_MAIN = f"""\
import atexit
import sys
from importlib.util import MAGIC_NUMBER

sys.path[:1] = [f"{{sys.path[0]}}/{{folder}}" for folder in (MAGIC_NUMBER.hex(), "{SOURCE}")]
from annotate import process
from annotate.__main__ import main

code = main()
# certifi removes the file with its certificates, which it takes out of the zip.
atexit._run_exitfuncs()
process.leave(code)
"""
# Of PyYAML and MarkupSafe, what is written in Python is enough, annotate/http/library.py imports
# requests as if charset_normalizer were not installed, and emscripten is for browsers.
_UNUSED = (
    *("*.so", "*.c", "*.pyi", "py.typed", "__pycache__", "test", "tests", "bin"),
    *("_yaml", "charset_normalizer*", "emscripten"),
    # What tqdm has for shells, beside its modules.
    *("completion.sh", "tqdm.1"),
    # From which version of the JavaScript markdown-it-py was taken.
    "port.yaml",
)
# Of the metadata, readers of licences need these; other files hold paths of this machine.
_METADATA = {"METADATA", "LICENSE", "AUTHORS"}
# The wheels of one platform, because the same files may differ in those of another.
_WHEELS = [
    *("--only-binary", ":all:", "--platform", "manylinux2014_x86_64"),
    *("--implementation", "cp", "--python-version", "3.11"),
]
#: The earliest date that a zip can hold.
_DATE = (1980, 1, 1, 0, 0, 0)


def write(output: Path, pythons: Sequence[str]) -> None:
    """Write the application, with bytecode for the given Pythons.

    Raises CalledProcessError if pip cannot install the lock, or if a Python cannot compile.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "__main__.py").write_text(_MAIN, encoding="utf-8")
        shutil.copy(ROOT / "LICENSE", folder)
        _add_sources(folder / SOURCE)
        for python in pythons:
            _add_bytecode(folder, python)
        _pack(folder, output)


def _add_sources(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as installed:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--require-hashes", "--no-deps", "--no-compile", *_WHEELS),
                *("--target", installed, "--requirement", ROOT / "requirements.txt"),
            ],
            check=True,
        )
        shutil.copytree(installed, folder, ignore=shutil.ignore_patterns(*_UNUSED))
    shutil.copytree(
        ROOT / "annotate", folder / "annotate", ignore=shutil.ignore_patterns("__pycache__")
    )
    for file in folder.glob("*.dist-info/*"):
        if file.is_file() and file.name not in _METADATA:
            file.unlink()


def _add_bytecode(folder: Path, python: str) -> None:
    """Compile what is Python alone; a library with data is loaded from its sources.

    Nothing enters but the sources and the version of Python: no date and no path, nor the columns
    of each instruction, which only a traceback with sources would show.
    """
    magic = "from importlib.util import MAGIC_NUMBER; print(MAGIC_NUMBER.hex())"
    printed = subprocess.check_output([python, "-I", "-S", "-c", magic], text=True)
    target = folder / printed.strip()
    for package in (folder / SOURCE).iterdir():
        files = [path for path in package.rglob("*") if path.is_file()]
        # annotate reads the files of the sandbox's page out of a zip, too.
        if package.name == "annotate" or all(path.suffix == ".py" for path in files):
            shutil.copytree(package, target / package.name)
    subprocess.run(
        [
            *(python, "-I", "-S", "-X", "no_debug_ranges", "-m", "compileall", "-q", "-b"),
            *("-s", target, "-p", "annotate.pyz", "--invalidation-mode", "unchecked-hash", target),
        ],
        check=True,
    )
    for path in target.rglob("*.py"):
        path.unlink()


def _pack(folder: Path, output: Path) -> None:
    """Store the files without compression: it would take time at each start, and differ by zlib."""
    with zipfile.ZipFile(output, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _DATE)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2:])
