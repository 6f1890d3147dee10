"""Messages about a repository that lacks what a release needs."""

import json
from collections.abc import Sequence

from annotate.errors import Message, Topic
from annotate.git.remote.transfer import Remote, TransferFailed, TransferFailure
from annotate.http.hosts import host_of
from annotate.text import one_line
from annotate.versions.pattern import Patterns, literal
from annotate.versions.tags import filters_of, pattern_of
from annotate.versions.version import Version

_AUTO = "fetch: auto                      # annotate"
_FULL_CHECKOUT = """\
- uses: actions/checkout@v7      # GitHub
  with:
    fetch-depth: 0
variables:                       # GitLab
  GIT_DEPTH: 0
git fetch --unshallow --tags     # in a shell, with a remote"""
_PERMISSIONS = """\
Settings, CI/CD, Job token permissions   # GitLab, for another project
permissions:                             # GitHub
  contents: read"""
# Names of tags that a message shows, and lines of tag-pattern for which it shows them.
_SHOWN_NAMES, _SHOWN_LINES = 10, 5
# Characters of patterns, and patterns of tags, that are compared to find the most similar.
_PATTERN_LENGTH, _COMPARED_PATTERNS = 200, 50
# Names that are compared, and their characters: to compare two takes the product of their lengths.
_COMPARED_NAMES, _NAME_LENGTH = 2000, 100


def no_notes(reason: Message) -> Message:
    """The message for a release whose version is known without a repository."""
    return Message(
        f"The release has no notes from git. {reason.what}",
        f"Its version is known without git. {reason.why}",
        reason.mend,
        topic=reason.topic,
    )


def no_commit() -> Message:
    """The message for a branch without commits."""
    return Message(
        "The repository has no commit yet.",
        "A release is made from a commit, and the branch that is checked out has none.",
        'git commit --message "First commit" && git tag v0.1.0',
        topic=Topic.VERSION,
    )


def tag_not_taken(name: str, patterns: Patterns, *, asked: bool) -> Message:
    """The message for a pipeline of a tag that tag-pattern does not include.

    `asked` means that `--ref` names the tag instead.
    """
    whence = "--ref names it" if asked else "It started the pipeline"
    return Message(
        f"The tag {name} is not one of this product's releases; nothing was sent.",
        f"{whence}, but tag-pattern does not include it: {_quoted(patterns.lines)}.",
        f"If it is a release, include it:\n{_with_pattern_for(name, patterns)}",
        topic=Topic.NOT_A_RELEASE,
    )


def floating(name: str, fuller: Version, *, asked: bool) -> Message:
    """The message for a pipeline of a floating tag, such as `v1` beside `v1.2.3`, the `fuller`.

    `asked` means that `--ref` names the tag instead.
    """
    release = f"{fuller.family}{fuller.text}"
    return Message(
        f"The tag {name} moves with each release; this release is {release}. Nothing was sent.",
        f"Both tags are on the same commit, and {release} starts its own pipeline.",
        _preview(release) if asked else _only_full(fuller),
        topic=Topic.NOT_A_RELEASE,
    )


def untagged(
    head: str, rule: str, names: Sequence[str] = (), patterns: Patterns | None = None
) -> Message:
    """The message for a commit without a version tag, if on-untagged is `skip` or `fail`.

    With `patterns`, it lists them and those of the tags `names` that are most similar.
    """
    sent = " Nothing was sent." if rule == "skip" else ""
    tried = f" {_tags_and_patterns(names, patterns)}" if patterns and names else ""
    derived = "derive the version from the nearest tag:\non-untagged: describe"
    if patterns and not names:
        derived = "use the id of the commit as the version:\non-untagged: sha"
    mend = f"Tag the commit, or {derived}"
    if patterns and (close := nearest_pattern(names, patterns)):
        mend = f"{_include(close)}\nOr {derived}"
    return Message(
        f"The commit {head[:7]} has no version tag.{sent}",
        f"on-untagged is `{rule}`.{tried}",
        mend,
        topic=Topic.VERSION,
    )


def no_tag(name: str, names: Sequence[str]) -> Message:
    """The message for a `--ref` that names no tag."""
    nearest, told = _nearest(name, names)
    return Message(
        f"The flag --ref is `{name}`, which is not a tag of the repository.",
        f"A preview shows the release of a tag, or without --ref that of this commit.{told}",
        _preview(nearest) if nearest else "git tag",
        topic=Topic.VERSION,
    )


def no_such_tag(name: str, names: Sequence[str]) -> Message:
    """The message for an input `previous-tag` that names no tag."""
    nearest, told = _nearest(name, names)
    mend = "Remove previous-tag, and annotate finds the release; or list the tags:\ngit tag"
    return Message(
        f"The input previous-tag is `{name}`, which is not a tag of the repository.",
        f"The notes list the commits since that tag.{told}",
        f"previous-tag: {nearest}" if nearest else mend,
        topic=Topic.INPUT,
    )


def no_version_tag(names: Sequence[str], patterns: Patterns, *, may_fetch: bool) -> Message:
    """The message for a commit without a version tag on it or on an ancestor.

    `may_fetch` means that the remote, if there is one, was asked for tags.
    """
    why = "The checkout has no tags, and none were read from its remote."
    sha = "the id of the commit as the version:\non-untagged: sha"
    if names:
        why = _tags_and_patterns(names, patterns)
        mend = f"Tag the commit with a version that tag-pattern includes, or use {sha}"
        if close := nearest_pattern(names, patterns):
            mend = f"{_include(close)}\nOr use {sha}"
    else:
        mend = f"Use {sha}"
        if not may_fetch:
            mend += f"\nOr get the tags, if the remote has them:\n{_AUTO}\n{_FULL_CHECKOUT}"
        # Where there are tags, it could be one of them.
        if patterns.take("v1.0.0"):
            mend += "\nOr tag the release:\ngit tag v1.0.0 && git push origin v1.0.0"
    return Message(
        "There is no version tag on this commit or on an earlier one.",
        why,
        mend,
        topic=Topic.VERSION,
    )


def unrelated(previous: str) -> Message:
    """The message for a previous release that shares no history with this one."""
    return Message(
        f"{previous} shares no commit with this release, so the notes list all of its commits.",
        "The history was rewritten, or two repositories were joined.",
        "previous-tag: v1.2.3   # the release to start from, if there is a better one",
        topic=Topic.HISTORY,
    )


def incomplete(lack: str, *, may_fetch: bool) -> Message:
    """The message for a checkout that lacks something, which is not fetched.

    `may_fetch` means that there is no remote to fetch it from; else the input `fetch` is `never`.
    """
    why = "Its config names no remote to fetch from." if may_fetch else "fetch is `never`."
    mend = f"Check out everything:\n{_FULL_CHECKOUT}"
    if not may_fetch:
        mend += f"\nOr let annotate fetch what is missing:\n{_AUTO}"
    return Message(
        f"The checkout {lack}, so the previous release and commits may be missing.",
        f"By default, GitHub checks out one commit and GitLab twenty, without tags. {why}",
        mend,
        topic=Topic.HISTORY,
    )


def not_fetched(lack: str, remote: Remote, failure: TransferFailed) -> Message:
    """The message for a checkout that lacks something, which could not be fetched."""
    host = host_of(remote.url) or remote.url
    why = f"annotate reads it from {host}, because the checkout {lack}."
    if failure.detail:
        why += f" git reports: {failure.detail}"
    mend = f"Check out everything in an earlier step:\n{_FULL_CHECKOUT}"
    if failure.reason is TransferFailure.REFUSED:
        why += f" Credentials used: {remote.owner}."
        mend = f"Let the job's token read the repository:\n{_PERMISSIONS}"
    elif failure.reason is TransferFailure.DISK:
        mend = "Free disk space, or name a folder that has enough:\nTMPDIR=/path/with/space"
    return Message(
        f"The history could not be completed, and may be wrong: {failure.reason}.",
        why,
        mend,
        topic=Topic.HISTORY,
    )


def nearest_pattern(names: Sequence[str], patterns: Patterns) -> str:
    """Return the pattern for tags of `names` that is most similar to `patterns`.

    It is empty if `patterns` take a version tag already, or if there is none.
    """
    versions = [(name, found) for name in names if (found := Version.parse(name))]
    if any(patterns.take(name) for name, _ in versions):
        return ""
    import difflib

    tried = " ".join(patterns.lines)[:_PATTERN_LENGTH]
    every = dict.fromkeys(pattern_of(found) for _, found in reversed(versions))
    known = list(every)[:_COMPARED_PATTERNS]
    return max(known, key=lambda one: difflib.SequenceMatcher(None, tried, one).ratio(), default="")


def _include(pattern: str) -> str:
    return f"Include the tags that there are:\ntag-pattern: {json.dumps(pattern)}"


def _only_full(version: Version) -> str:
    """Return what starts pipelines for full versions such as this one, and not for `v1`."""
    glob, expression = filters_of(version)
    return (
        "Start the pipeline only for full versions:\n"
        f"on:      # GitHub\n  push:\n    tags: [{json.dumps(glob)}]\n"
        f"rules:   # GitLab\n  - if: $CI_COMMIT_TAG =~ {expression}"
    )


def _with_pattern_for(name: str, patterns: Patterns) -> str:
    """Return YAML for the patterns with one more, which takes the tag and others of its family."""
    version = Version.parse(name)
    pattern = pattern_of(version) if version else literal(name)
    if len(patterns.lines) > _SHOWN_NAMES:
        return f"tag-pattern: |\n  # the lines that there are, and\n  {pattern}"
    return "\n  ".join(["tag-pattern: |", *patterns.lines, pattern])


def _tags_and_patterns(names: Sequence[str], patterns: Patterns) -> str:
    """Name the patterns that were tried, and the tags that are most similar to them."""
    wanted = [line.lstrip("!") for line in patterns.lines[:_SHOWN_LINES]]
    close = [name for line in wanted for name in _close(line, names, count=_SHOWN_NAMES)]
    shown = list(dict.fromkeys([*close, *reversed(names)]))[:_SHOWN_NAMES]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return (
        f"tag-pattern is {_quoted(patterns.lines)}. The tags of the repository are"
        f" {_quoted(shown)}{more}."
        " A version tag contains a number, as in v1.2.3 and web@1.2.3."
    )


def wrong_paths(stderr: str) -> Message:
    """The message for an input `paths` that git does not take; `stderr` is what it says of it."""
    reason = next(iter(stderr.strip().splitlines()), "").removeprefix("fatal: ")
    return Message(
        f"git cannot use the input paths: {one_line(reason)}.",
        "Each line is a path in the repository, as git-log(1) takes it.",
        "paths: src/",
        topic=Topic.INPUT,
    )


def absent_paths(absent: Sequence[str], paths: Sequence[str]) -> Message:
    """The message for those of `paths`, the input, that do not exist in the release's commit."""
    kept = [path for path in paths if path not in absent]
    other = "\n  ".join(["paths: |", *kept]) if kept else "paths: auto"
    more = len(absent) - _SHOWN_NAMES
    named = _quoted(absent[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")
    is_one = len(absent) == 1
    return Message(
        f"The input paths names {named}, which {'does' if is_one else 'do'} not exist in this"
        " release.",
        "Only commits that touch one of the paths are listed. Each is a path in the repository,"
        " from working-directory on.",
        f"Correct {'it' if is_one else 'them'}, or do without:\n{other}",
        topic=Topic.INPUT,
    )


def _preview(tag: str) -> str:
    import shlex

    return f"annotate preview --ref {shlex.quote(tag)}"


def _nearest(name: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the tag that is named most alike, if there is one, and a sentence about all such."""
    close = _close(name, names, count=3, cutoff=0.3)
    if not close:
        return "", " It has no similar tag."
    return close[0], f" The nearest names are {_quoted(close)}."


def _close(wanted: str, names: Sequence[str], *, count: int, cutoff: float = 0.6) -> list[str]:
    """Return the names that are most similar to what was wanted, the most similar first."""
    import difflib

    short = [name for name in names[-_COMPARED_NAMES:] if len(name) <= _NAME_LENGTH]
    return difflib.get_close_matches(wanted[:_NAME_LENGTH], short, n=count, cutoff=cutoff)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
