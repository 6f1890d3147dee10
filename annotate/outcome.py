"""The outcomes of a run and their exit codes. CONTRIBUTING.md says what a new one needs."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a run or a delivery ended, in the words of the output `outcome`."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    DRY_RUN = "dry-run"
    SKIPPED = "skipped"
    DEFECT = "defect"
    INVALID = "invalid"
    NO_VERSION = "no-version"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> int:
        """The exit code of the process, except after a signal; see `errors.Interrupted`."""
        return _OUTCOMES[self][0]

    @property
    def meaning(self) -> str:
        """The meaning of the outcome, as the README shows it."""
        return _OUTCOMES[self][1]


#: Exit code and meaning of each outcome; a test checks that none is missing.
_OUTCOMES = {
    Outcome.CREATED: (0, "The release is on the charts; with `sandbox: true`, in the sandbox."),
    Outcome.DUPLICATE: (0, "The release already exists; exit code 4 with `on-duplicate: fail`."),
    Outcome.DRY_RUN: (0, "The request was shown, not sent."),
    Outcome.SKIPPED: (0, "There was no release to send, or an input said `skip`."),
    Outcome.DEFECT: (1, "annotate has a bug; please report it."),
    Outcome.INVALID: (2, "An input or the config file is wrong."),
    Outcome.NO_VERSION: (3, "There is no repository, or no tag to read the version from."),
    Outcome.REJECTED: (4, "The API did not accept the release."),
    Outcome.REFUSED: (5, "The API did not accept the keys."),
    Outcome.UNAVAILABLE: (
        6,
        "The API was unreachable or too busy, or time ran out; no release was created.",
    ),
    Outcome.UNKNOWN: (
        7,
        "Sent, but not confirmed; check in Amplitude before you send it again.",
    ),
    Outcome.INTERRUPTED: (0, "A signal ended the run."),
}

#: Outcomes of a failed delivery. With `on-failure: warn`, their exit code is 0.
DELIVERY_FAILURES = frozenset(
    {Outcome.REJECTED, Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.UNKNOWN}
)

#: Outcomes of a delivery that certainly created no release.
CREATED_NOTHING = frozenset({Outcome.REJECTED, Outcome.REFUSED, Outcome.UNAVAILABLE})


class OnFailure(StrEnum):
    """Effect of a failed delivery on the exit code (the input `on-failure`)."""

    FAIL = "fail"
    WARN = "warn"


class OnDuplicate(StrEnum):
    """Effect of an existing release on the exit code (the input `on-duplicate`)."""

    ACCEPT = "accept"
    FAIL = "fail"


def exit_code(outcome: Outcome, on_failure: OnFailure, on_duplicate: OnDuplicate) -> int:
    """Return the exit code of a delivery, given `on-failure` and `on-duplicate`."""
    if outcome is Outcome.DUPLICATE and on_duplicate is OnDuplicate.FAIL:
        return Outcome.REJECTED.exit_code
    if outcome in DELIVERY_FAILURES and on_failure is OnFailure.WARN:
        return 0
    return outcome.exit_code
