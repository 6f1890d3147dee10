"""The output of `annotate preview`: title and description as they would be sent."""

from collections.abc import Mapping

from annotate.process import Stream
from annotate.release import Release
from annotate.result import Result
from annotate.text import one_line, plain

_BOLD, _FAINT, _PLAIN = "\033[1m", "\033[2m", "\033[0m"


def published_texts(result: Result) -> str:
    """Return which of title and description a published release says, and its name; else empty."""
    source = result.pipeline and result.pipeline.published and result.pipeline.published.source
    names = [fact.name for fact in result.decided if source and fact.source == source]
    return f"{' and '.join(dict.fromkeys(names))}: {source}" if names else ""


def wants_colour(stream: Stream, env: Mapping[str, str]) -> bool:
    """Return True for a terminal, unless the user disabled colours (no-color.org)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def preview(release: Release, *, colour: bool) -> str:
    """Return the text. With `colour`, title and headings are bold, counts and links dim."""
    body = ["", *plain(release.description).split("\n")] if release.description else []
    lines = [one_line(release.title), *body]
    if not colour:
        return "\n".join(lines)
    below = [*lines[1:], ""]
    styles = [_style(line, following) for line, following in zip(lines, below, strict=True)]
    styles[0] = _BOLD
    painted = zip(styles, lines, strict=True)
    return "\n".join(f"{style}{line}{_PLAIN}" if style else line for style, line in painted)


def _style(line: str, following: str) -> str:
    if following.startswith("- ") and line and not line.lstrip().startswith("- "):
        return _BOLD
    return _FAINT if line.startswith(("… ", "https://")) or line.endswith(" under the hood") else ""
