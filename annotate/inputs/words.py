"""The words of those inputs that only the run itself acts on."""

from enum import StrEnum


class Fetch(StrEnum):
    """Whether annotate reads from the remote what the checkout lacks (the input `fetch`)."""

    AUTO = "auto"
    NEVER = "never"


class OnRerun(StrEnum):
    """What a repeated attempt does without a ledger (the input `on-rerun`)."""

    POST = "post"
    SKIP = "skip"


class OnMissingCredentials(StrEnum):
    """What missing keys do (the input `on-missing-credentials`)."""

    FAIL = "fail"
    SKIP = "skip"
