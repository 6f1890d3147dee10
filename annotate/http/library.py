"""requests, imported without the libraries by which it guesses the encoding of a text.

Only the bytes of responses are read. requests does without these libraries if they are not
installed (requests, `Response.apparent_encoding`); they take longer to import than itself.
"""

import sys
import warnings

__all__ = ["requests"]

_GUESSING = ("chardet", "charset_normalizer")

_absent = [name for name in _GUESSING if name not in sys.modules]
# `import` raises ModuleNotFoundError for a module that is None here ("The module cache").
sys.modules.update(dict.fromkeys(_absent))  # type: ignore[arg-type] # as documented
try:
    with warnings.catch_warnings():
        # requests warns that it cannot guess.
        warnings.simplefilter("ignore")
        import requests
finally:
    for _name in _absent:
        del sys.modules[_name]
