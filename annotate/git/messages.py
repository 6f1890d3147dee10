"""What is said of a repository that is not as a release needs it."""

from collections.abc import Sequence

from annotate.errors import Message, Topic
from annotate.git.remote.transfer import Remote, TransferFailed, TransferFailure
from annotate.http.hosts import host_of
from annotate.versions.pattern import Patterns

_AUTO = "fetch: auto                      # annotate"
_FULL_CHECKOUT = """\
- uses: actions/checkout@v4      # GitHub
  with:
    fetch-depth: 0
variables:                       # GitLab
  GIT_DEPTH: 0"""
_PERMISSIONS = """\
permissions:                     # GitHub
  contents: read
Settings, CI/CD, Job token permissions   # GitLab, where it is another project's"""
_TAG_IT = "git tag v1.0.0 && git push origin v1.0.0"
_NAMED = 10


def no_notes(reason: Message) -> Message:
    """The message for a release whose version is known without a repository."""
    return Message(
        f"The release has no notes. {reason.what}",
        f"Its version is known without git. {reason.why}",
        reason.mend,
        topic=Topic.REPOSITORY,
    )


def no_commit() -> Message:
    """The branch is unborn."""
    return Message(
        "The repository has no commit yet.",
        "A release is made of a commit; the branch that is checked out is empty.",
        'git commit --message "First commit" && git tag v0.1.0',
        topic=Topic.VERSION,
    )


def tag_not_taken(name: str, patterns: Patterns) -> Message:
    """A tag started the pipeline that is no release of this product."""
    return Message(
        f"The tag {name} is not one of this product's releases; nothing was sent.",
        f"It started the pipeline, and no line of tag-pattern takes it: {_quoted(patterns.lines)}.",
        f'If it is a release, let a line take it:\ntag-pattern: "{name}"',
        topic=Topic.NOT_A_RELEASE,
    )


def floating(name: str, release: str) -> Message:
    """A tag started the pipeline that moves along with the releases."""
    return Message(
        f"The tag {name} moves along with {release}, which is the release; nothing was sent.",
        f"Both are on one commit, and {release} has a pipeline of its own.",
        'Start the pipeline by full versions only:\ntags: ["v*.*.*"]',
        topic=Topic.NOT_A_RELEASE,
    )


def untagged(head: str, rule: str) -> Message:
    """No tag on the commit, and the user wants none invented."""
    sent = " Nothing was sent." if rule == "skip" else ""
    return Message(
        f"The commit {head[:7]} carries no tag that is a version.{sent}",
        f"on-untagged is `{rule}`.",
        "Tag the commit, or let the version come from the nearest tag:\non-untagged: describe",
        topic=Topic.VERSION,
    )


def no_version_tag(names: Sequence[str], patterns: Patterns) -> Message:
    """Nothing to start from: no tag at all, or none that fits."""
    what = "No tag that is a version lies on or behind this commit."
    if not names:
        why = "The checkout has no tags at all, and none were read from its remote."
        mend = f"Tag the release, or bring the tags:\n{_TAG_IT}\n{_AUTO}\n{_FULL_CHECKOUT}"
    else:
        why = (
            f"The patterns tried: {_quoted(patterns.lines)}. The tags that are there:"
            f" {_quoted(names[-_NAMED:])}"
            + (f" and {len(names) - _NAMED} more." if len(names) > _NAMED else ".")
        )
        why += " A version's tag holds a number, as v1.2.3 and web@1.2.3 do."
        mend = f'Tag the release, or let a pattern take your tags:\n{_TAG_IT}\ntag-pattern: "**"'
    return Message(
        what, why, f"{mend}\nOr do without a tag:\non-untagged: sha", topic=Topic.VERSION
    )


def no_ancestor(previous: str) -> Message:
    """The range starts at a release on another line of history."""
    return Message(
        f"No lower release lies behind this one; the commits since {previous} are told.",
        "The releases before were tagged on commits that this history does not contain, as on"
        " release branches that are never merged back, or after a rewrite.",
        topic=Topic.HISTORY,
    )


def lacking(lack: str, why: str) -> Message:
    """The checkout lacks something, and nothing is to bring it."""
    return Message(
        f"The checkout {lack}, so the release before and commits may be missing.",
        f"By default, GitHub checks out one commit and GitLab twenty, and tags not at all. {why}",
        f"Let annotate read what is missing, or check out everything:\n{_AUTO}\n{_FULL_CHECKOUT}",
        topic=Topic.HISTORY,
    )


def not_fetched(lack: str, remote: Remote, failure: TransferFailed) -> Message:
    """The checkout lacks something, and the remote did not give it."""
    host = host_of(remote.url) or remote.url
    why = f"It is read from {host} where the checkout {lack}."
    if failure.detail:
        why += f" git says: {failure.detail}"
    mend = f"Check out everything in a step before:\n{_FULL_CHECKOUT}"
    if failure.reason is TransferFailure.REFUSED:
        why += f" The credentials were those of: {remote.owner}."
        mend = f"Let the job's token read the repository:\n{_PERMISSIONS}"
    elif failure.reason is TransferFailure.DISK:
        mend = "Make room, or name a folder that has some:\nTMPDIR=/path/with/room"
    return Message(
        f"The history could not be completed, and may be wrong: {failure.reason}.",
        why,
        mend,
        topic=Topic.HISTORY,
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
