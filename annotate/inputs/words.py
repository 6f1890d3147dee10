"""Enums of those inputs that no lower room acts on."""

from enum import StrEnum


class Command(StrEnum):
    """What to do with the release (the input `command`)."""

    ANNOTATE = "annotate"
    CHECK = "check"
    PREVIEW = "preview"


class Fetch(StrEnum):
    """Whether to fetch what the checkout lacks (the input `fetch`)."""

    AUTO = "auto"
    NEVER = "never"


class OnRerun(StrEnum):
    """Effect of a re-run on a release that no ledger knows (the input `on-rerun`)."""

    POST = "post"
    SKIP = "skip"


class OnMissingCredentials(StrEnum):
    """Effect of missing keys (the input `on-missing-credentials`)."""

    FAIL = "fail"
    SKIP = "skip"
