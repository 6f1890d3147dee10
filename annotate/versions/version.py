"""A tag's name read as a version: its family, its numbers, its place in the order.

The order is that of SemVer 2.0.0 and PEP 440 where they agree, and reads what tags really
hold: any count of parts, dates, `_` between numbers (`curl-8_21_0`), `rc1` as well as `-rc.1`,
letters as patches (`1.1.1w`), `.Final`. Build metadata (`+…`) breaks the last tie only.
"""

import re
from dataclasses import dataclass
from typing import Self

from annotate.text import one_line

_NUMBER = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,20}(?:[._][0-9]{1,20})*"
_AT_BOUNDARY = re.compile(rf"(?<![0-9A-Za-z])(?<![0-9][._])(?P<v>[vV]?)(?P<number>{_NUMBER})")
_ANYWHERE = re.compile(rf"(?P<v>)(?P<number>{_NUMBER})")
_TOKEN = re.compile(r"[0-9]{1,20}|[^\W\d_]+")
_LETTER_PATCH = re.compile(r"[A-Za-z]")

_WORDS = {
    "dev": "dev", "snapshot": "dev",
    "a": "alpha", "alpha": "alpha",
    "b": "beta", "beta": "beta",
    "c": "rc", "cr": "rc", "pre": "rc", "preview": "rc", "rc": "rc",
    "final": "final", "ga": "final", "release": "final",
    "post": "post", "rev": "post", "r": "post", "p": "post",
    "patch": "post", "hotfix": "post", "sp": "post",
}  # fmt: skip

_PRE, _FINAL, _POST = range(3)
_DEV_TOKEN, _END, _NUMERIC, _WORD = range(4)
#: The kind of a part, then its number or word; empty where the kind says all.
_Token = tuple[int, int | str]


@dataclass(frozen=True, kw_only=True)
class Version:
    """The reading of one tag name, or of a version that the user gave."""

    #: What precedes the number, without its `v`: `web@` of `web@v1.2.3`. Versions of different
    #: families are never compared.
    family: str
    #: The rest, as it stands: `v1.2.3-rc.1`.
    text: str
    #: The numbers as they stand, zeros included: (1, 2, 0).
    numbers: tuple[int, ...]
    phase: int
    tokens: tuple[_Token, ...]
    build: str

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Read a tag's name; None where it holds no number."""
        match = _number_in(name)
        if match is None:
            return None
        suffix, _, build = name[match.end() :].partition("+")
        if suffix.lower() in {".x", "_x"}:
            # `1.2.x` names a line of releases, none of them.
            return None
        phase, tokens = _suffix_order(suffix)
        return cls(
            family=name[: match.start()],
            text=name[match.start() :],
            numbers=tuple(int(part) for part in re.split("[._-]", match["number"])),
            phase=phase,
            tokens=tokens,
            build=build,
        )

    @property
    def is_final(self) -> bool:
        """True for `1.2.3` and for what comes after it (`1.2.3.post1`), not for candidates."""
        return self.phase >= _FINAL

    @property
    def order(self) -> tuple[tuple[int, ...], int, tuple[_Token, ...]]:
        """The place in the order; equal for `1.2` and `1.2.0`, and whatever the build."""
        significant = self.numbers
        while significant and significant[-1] == 0:
            significant = significant[:-1]
        return significant, self.phase, (*self.tokens, (_END, ""))

    @property
    def rank(self) -> tuple[object, ...]:
        """The order with ties broken: the fuller number, then the build, then the name."""
        return self.order, len(self.numbers), self.build, self.text

    def published(self, *, strip_v: bool) -> str:
        """Return the version as it is sent: without the family and, if wanted, without the `v`.

        It is one line that can be printed, whatever the tag's name holds.
        """
        text = self.text[1:] if strip_v and self.text[:1] in {"v", "V"} else self.text
        return one_line(text)

    def is_shorthand_of(self, fuller: "Version") -> bool:
        """True for `v1` or `v1.2` beside `v1.2.3`: a tag that moves with each release."""
        count = len(self.numbers)
        return (
            self.family == fuller.family
            and not self.tokens
            and count < len(fuller.numbers)
            and self.numbers == fuller.numbers[:count]
        )


def _number_in(name: str) -> re.Match[str] | None:
    """The number that is the version's: `1.2.3` in `log4j-1.2.3` and in `v2-web-1.2.3`."""
    candidates = list(_AT_BOUNDARY.finditer(name))
    for match in candidates:
        if re.search("[._-]", match["number"]) or _explains(name[match.end() :]):
            return match
    return candidates[0] if candidates else _ANYWHERE.search(name)


def _explains(suffix: str) -> bool:
    """Whether what follows a lone number is what follows versions: nothing, a build, an `rc`."""
    if not suffix or suffix.startswith("+"):
        return True
    token = _TOKEN.search(suffix)
    return token is not None and (token[0].isdigit() or token[0].lower() in _WORDS)


def _suffix_order(suffix: str) -> tuple[int, tuple[_Token, ...]]:
    if _LETTER_PATCH.fullmatch(suffix):
        return _POST, ((_WORD, suffix.lower()),)
    tokens = tuple(map(_token, _TOKEN.findall(suffix)))
    if not tokens or tokens[0] == (_WORD, "final"):
        return _FINAL, tokens[1:]
    if tokens[0] == (_WORD, "post"):
        return _POST, tokens
    return _PRE, tokens


def _token(text: str) -> _Token:
    # Not `²`, which is a digit and no number.
    if text.isdecimal():
        return _NUMERIC, int(text)
    word = _WORDS.get(text.lower(), text.lower())
    return (_DEV_TOKEN, "") if word == "dev" else (_WORD, word)
