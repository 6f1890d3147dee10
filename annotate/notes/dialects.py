"""The names of types that projects use, and the signs that stand for types.

Sources: Conventional Commits 1.0.0; NumPy's "Development workflow" for types in capitals; Sentry's
"Commit messages" for `ref` and `meta`; gitmoji.dev for emoji and their codes.
"""

import re

from annotate.regex import Regex

#: The names of each type, the most important types first.
TYPES = {
    "feat": (
        "feat", "feats", "feature", "features", "enh", "enhance", "enhancement", "enhancements",
        "imp", "improve", "improvement", "improvements", "pref",
    ),
    "security": ("security", "sec"),
    "fix": ("fix", "fixes", "fixed", "bugfix", "hotfix", "bug"),
    "remove": ("depr", "deprecation", "deprecations"),
    "perf": ("perf", "performance"),
    "docs": ("docs", "doc"),
    "revert": ("revert", "rev"),
    "types": ("types", "type", "typ", "typing"),
    "refactor": ("refactor", "refact", "refactoring", "ref", "cln"),
    "chore": (
        "chore", "chores", "deps", "maint", "mnt", "meta", "housekeeping", "release", "wip",
    ),
    "ci": ("ci",),
    "test": ("test", "tests", "tst", "bench"),
    "build": ("build", "bld"),
    "style": ("style", "sty"),
}  # fmt: skip
#: Types of changes of the product itself, which users see.
OF_THE_PRODUCT = frozenset(["feat", "security", "fix", "remove", "perf"])
#: Types of changes that users usually do not see.
UNSEEN = frozenset(["refactor", "chore", "ci", "test", "build", "style"])
_TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names}
_IMPORTANCE = {kind: place for place, kind in enumerate(TYPES)}
# Types only in capitals: in small letters they are areas of a product, or dependencies.
_CAPITALS = {"API": "feat", "DEP": "remove", "DEV": "chore", "REL": "chore", "SIMD": "perf"}

#: What a sign says beside a type: the change is breaking.
BREAKING = "breaking"
_GITMOJI = {
    BREAKING: "💥 boom",
    "feat": "✨ sparkles 🎉 tada 🚸 children_crossing 💄 lipstick 📱 iphone ♿ wheelchair",
    "security": "🔒 lock 🔐 closed_lock_with_key",
    "fix": "🐛 bug 🚑 ambulance 🩹 adhesive_bandage 🥅 goal_net",
    # Not 🔥, which removes code or files: what users lose is for the words to say.
    "remove": "🗑 wastebasket",
    "perf": "⚡ zap",
    "docs": "📝 memo 💡 bulb 📄 page_facing_up 📚 books ✏ pencil2",
    "revert": "⏪ rewind",
    "types": "🏷 label",
    "refactor": "♻ recycle 🎨 art 🏗 building_construction 🚚 truck ⚰ coffin",
    "chore": "🔧 wrench 🔨 hammer 🔖 bookmark 🙈 see_no_evil 🚧 construction",
    "deps": "⬆ arrow_up ⬇ arrow_down ➕ heavy_plus_sign ➖ heavy_minus_sign 📌 pushpin",
    "ci": "👷 construction_worker 💚 green_heart",
    "test": "✅ white_check_mark 🧪 test_tube 📸 camera_flash 🤡 clown_face",
    "build": "📦 package",
    "style": "🚨 rotating_light",
}
_TYPE_OF_SIGN = {sign: kind for kind, signs in _GITMOJI.items() for sign in signs.split()}
# A variation selector may follow an emoji.
_SIGN = Regex(r"\s*(?::(?P<code>[a-z0-9_+-]{1,40}):|(?P<emoji>[^\w\s:])\ufe0f?)\s*")

_BRANCH = Regex(
    r"(?:(?:backport|port|release|stable|branch|to|for|go)[-_/. ]{0,3})*"
    r"v?[0-9]{1,4}(?:[._-](?:[0-9]{1,4}|[xyz]))*"
    r"(?:[-_. /](?:backport|stable|branch|sec|lts|dev|develop))*"
    r"|(?:manual[- ])?backport|stable|main|master|develop",
    re.IGNORECASE,
)
# `Backport of Add search into v1.14`, `v1.14 backport: Add search`.
_BACKPORT = Regex(
    r"(?:manual )?backport of (?P<title>.+) (?:in)?to \S+"
    r"|(?:v?[0-9]\S{0,20} )?backport: (?P<after>.+)",
    re.IGNORECASE,
)
_BRANCH_AT_END = Regex(
    r"\s*[(\[](?:[0-9]{1,4}(?:-[0-9]{1,4})?(?:-[xy]){1,2}|backport[^()\[\]]{0,40})[)\]]$",
    re.IGNORECASE,
    needs=(")", "]"),
)
_TICKET = Regex(
    r"(?:[a-z]+(?:[ :_-]+[a-z]+){0,2}[ :_-]*)?#+ ?[0-9]+(?:[ ,&]+#?[0-9]+)*"
    r"|(?:issue|bug|ticket|task|pr|gh|fix|close|resolve)[sd]?[ :_-]*[0-9]+",
    re.IGNORECASE,
)
_JIRA = Regex(r"[A-Z][A-Z0-9]{1,14}-[0-9]{1,7}", needs=("-",))
_FIXES = Regex(r"(?:fix|bug|resolve)", re.IGNORECASE)
_SKIP = Regex(r"(?:skip|no)[ -][\w-]+|[\w-]+[ -]skip", re.IGNORECASE)


def type_of(name: str) -> str:
    """Return the type, a key of `TYPES`, with this name in a commit; empty if there is none.

    Of several names, as in `BUG/DEP`, it is the most important type.
    """
    names = re.split(r"[/,&+ ]+", name)
    kinds = [_CAPITALS.get(one) or _TYPE_OF.get(one.lower(), "") for one in names]
    return min(kinds, key=_IMPORTANCE.__getitem__) if all(kinds) else ""


def sign(text: str) -> tuple[str, str]:
    """Return what a gitmoji at the start stands for, and the text after it.

    It is a key of `TYPES`, `deps` or `BREAKING`; empty if the text starts with another sign or with
    none, and then the text is unchanged.
    """
    if text[:1].isalnum():
        return "", text
    found = _SIGN.match(text)
    kind = _TYPE_OF_SIGN.get(found["code"] or found["emoji"], "") if found else ""
    return (kind, text[found.end() :]) if found and kind else ("", text)


def is_reference(group: str) -> bool:
    """Return True if the text of a leading group in brackets is a branch, a ticket or a switch."""
    return any(form.fullmatch(group) for form in (_BRANCH, _TICKET, _JIRA, _SKIP))


def type_of_ticket(group: str) -> str:
    """Return `fix` for a group such as `Fix issue #12`; else empty."""
    return "fix" if _FIXES.match(group) and _TICKET.fullmatch(group) else ""


def without_branch(text: str) -> str:
    """Return the text without a branch in parentheses at its end, as in `(43-x-y)`.

    Of `Backport of Add search into v1.14`, it is `Add search`.
    """
    if "backport" in text[:40].lower() and (found := _BACKPORT.fullmatch(text)):
        text = found["title"] or found["after"]
    return _BRANCH_AT_END.sub("", text) if text.endswith((")", "]")) else text
