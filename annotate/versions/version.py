"""Versions, read from the names of tags, and their order.

The order is that of SemVer 2.0.0 and PEP 440 if they agree. It also covers other forms that tags
have: any number of parts, dates, `_` between numbers (`curl-8_21_0`), `rc1` as well as `-rc.1`,
a letter as a patch (`1.1.1w`), `.Final`. Build metadata (`+…`) only breaks ties.
"""

import re
from typing import NamedTuple, Self

from annotate.regex import Regex
from annotate.text import one_line

_NUMBER = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,20}(?:[._][0-9]{1,20})*"
_AT_BOUNDARY = Regex(rf"(?<![0-9A-Za-z])(?<![0-9][._])(?P<v>[vV]?)(?P<number>{_NUMBER})")
# Most tags are a number and nothing else. To find it among other words takes ten times as long.
_ALONE = Regex(r"[vV]?([0-9]{1,20})\.([0-9]{1,20})(?:\.[0-9]{1,20})*")
_ANYWHERE = Regex(rf"(?P<v>)(?P<number>{_NUMBER})")
_TOKEN = Regex(r"[0-9]{1,20}|[^\W\d_]+")
_UNDERSCORE = Regex(r"(?<=[0-9])_(?=[0-9])")
_LETTER_PATCH = Regex(r"[A-Za-z]")

_WORDS = {
    "dev": "dev", "snapshot": "dev",
    "a": "alpha", "alpha": "alpha",
    "b": "beta", "beta": "beta",
    "c": "rc", "cr": "rc", "pre": "rc", "preview": "rc", "rc": "rc",
    "final": "final", "ga": "final", "release": "final",
    "post": "post", "rev": "post", "r": "post", "p": "post",
    "patch": "post", "hotfix": "post", "sp": "post",
}  # fmt: skip

# What precedes the number without naming a product: `release/1.2.3`, `rel_1_2_3`.
_NO_PRODUCT = {"release", "releases", "rel", "version", "ver", "v", "r", "rc", "tag"}
_SEPARATORS = "/-_. "

# Both in their order: `1.0.dev1` is before `1.0`, and `1.0-rc` is before `1.0-rc.1`.
_PRE, _FINAL, _POST = range(3)
_DEV_TOKEN, _END, _NUMERIC, _WORD = range(4)
#: The kind of a part, then its number or word; empty where the kind says all.
_Token = tuple[int, int | str]
#: The first two numbers of a version.
Place = tuple[int, int]
_LAST: _Token = (_END, "")
_ONLY_LAST = (_LAST,)


class Version(NamedTuple):
    """A version, read from the name of a tag or given by the user."""

    #: The part before the number and its `v`: `web@` in `web@v1.2.3`. Versions of different
    #: families are not compared.
    family: str
    #: The rest of the name, unchanged: `v1.2.3-rc.1`.
    text: str
    #: The numbers, with trailing zeros: (1, 2, 0).
    numbers: tuple[int, ...]
    #: Before, at or after the final release of these numbers.
    phase: int
    #: The words and numbers after the number, in comparable form.
    tokens: tuple[_Token, ...]
    #: Build metadata without the `+`.
    build: str

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Read the name of a tag. Return None if it contains no version."""
        # Without the detour by `Regex`, for there may be thousands of tags.
        if _ALONE.compiled.fullmatch(name):
            numbers = name[1:] if name[0] in "vV" else name
            return cls("", name, tuple(map(int, numbers.split("."))), _FINAL, (), "")
        match = _number_in(name)
        if match is None:
            return None
        suffix, _, build = name[match.end() :].partition("+")
        if suffix.lower() in {".x", "_x"}:
            # `1.2.x` is the name of a release branch, not of a release.
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
    def place(self) -> Place:
        """The first two numbers, for `1` those of `1.0`. They order all but their equals."""
        first, second = (*self.numbers, 0)[:2]
        return first, second

    @property
    def is_final(self) -> bool:
        """True for `1.2.3` and for a post-release (`1.2.3.post1`), False for a pre-release."""
        return self.phase >= _FINAL

    @property
    def order(self) -> tuple[tuple[int, ...], int, tuple[_Token, ...]]:
        """Sort key within a family; equal for `1.2` and `1.2.0`, and for all builds."""
        significant = self.numbers
        while significant and significant[-1] == 0:
            significant = significant[:-1]
        return significant, self.phase, (*self.tokens, _LAST) if self.tokens else _ONLY_LAST

    @property
    def precedence(self) -> tuple[object, ...]:
        """Sort key in which builds break ties: `1.0.0+build.2` follows `1.0.0+build.1`."""
        build = tuple(map(_token, _TOKEN.findall(self.build))) if self.build else ()
        return self.order, build

    @property
    def rank(self) -> tuple[tuple[object, ...], int, str]:
        """Sort key with ties broken: by the build, the count of numbers, then the text."""
        return self.precedence, len(self.numbers), self.text

    @property
    def product(self) -> str:
        """The product that the family names: `@acme/web` of `@acme/web@1.2.3`; empty for none."""
        return product_of(self.family)

    def published(self, *, strip_v: bool) -> str:
        """Return the version as it is sent: without the family and, if wanted, without the `v`.

        Numbers that are parted by `_` are written with dots. The result is one printable line,
        whatever the name of the tag contains.
        """
        text = self.text[1:] if strip_v and self.text[:1] in {"v", "V"} else self.text
        return one_line(_UNDERSCORE.sub(".", text))

    def is_shorthand_of(self, fuller: "Version") -> bool:
        """Return True for `v1` or `v1.2` beside `v1.2.3`: a tag that moves with each release."""
        count = len(self.numbers)
        return (
            self.family == fuller.family
            and not self.tokens
            and count < len(fuller.numbers)
            and self.numbers == fuller.numbers[:count]
        )


def place_of(name: str) -> tuple[str, Place] | None:
    """Return the family and the place of the version in a name. Return None if there is none.

    For names like `v1.2.3`, of which there may be thousands, this is all that is read of them.
    """
    if match := _ALONE.compiled.fullmatch(name):
        return "", (int(match[1]), int(match[2]))
    version = Version.parse(name)
    return (version.family, version.place) if version else None


def product_of(family: str) -> str:
    """Return the product that a family names; empty for none."""
    name = family.rstrip(_SEPARATORS + "@")
    return "" if name.lower() in _NO_PRODUCT else name


def _number_in(name: str) -> re.Match[str] | None:
    """Find the number of the version: `1.2.3` in `log4j-1.2.3` and in `v2-web-1.2.3`."""
    candidates = list(_AT_BOUNDARY.finditer(name))
    for match in candidates:
        if re.search("[._-]", match["number"]) or _explains(name[match.end() :]):
            return match
    return candidates[0] if candidates else _ANYWHERE.search(name)


def _explains(suffix: str) -> bool:
    """Return True if a number followed by `suffix` is a version even without dots, as `1rc2`."""
    if not suffix or suffix.startswith("+"):
        return True
    token = _TOKEN.search(suffix)
    return token is not None and (token[0].isdigit() or token[0].lower() in _WORDS)


def _suffix_order(suffix: str) -> tuple[int, tuple[_Token, ...]]:
    if _LETTER_PATCH.fullmatch(suffix):
        return _POST, ((_WORD, suffix.lower()),)
    tokens = tuple(map(_token, _TOKEN.findall(suffix))) if suffix else ()
    if not tokens or tokens[0] == (_WORD, "final"):
        return _FINAL, tokens[1:]
    if tokens[0] == (_WORD, "post"):
        return _POST, tokens
    return _PRE, tokens


def _token(text: str) -> _Token:
    # Not `isdigit`, which accepts `²`, a digit that `int` cannot read.
    if text.isdecimal():
        return _NUMERIC, int(text)
    word = _WORDS.get(text.lower(), text.lower())
    return (_DEV_TOKEN, "") if word == "dev" else (_WORD, word)
