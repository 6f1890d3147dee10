"""What `--json` prints."""

import json
from collections.abc import Sequence

from annotate.errors import Message
from annotate.findings import Finding, exit_code
from annotate.report.outputs import outputs
from annotate.result import Result
from annotate.text import plain

#: The outputs that say which release it is.
_RELEASE = ("version", "tag", "previous-tag")


def preview(result: Result) -> str:
    """Return the releases that would be sent, or why there are none."""
    values = outputs(result)
    return _text(
        {
            "outcome": result.outcome,
            "exit-code": result.exit_code,
            **{name: values[name] for name in _RELEASE},
            "commit-count": result.history.count if result.history else None,
            "releases": [
                {
                    "target": posting.target,
                    "url": posting.url,
                    "payload": dict(posting.release.payload),
                }
                for posting in result.postings
            ],
            "facts": [fact._asdict() for fact in result.decided],
            "messages": [message(one) for one in result.messages],
            "warnings": [message(one) for one in (*result.warnings, *result.notices)],
        }
    )


def check(findings: Sequence[Finding]) -> str:
    """Return the findings, and the exit code."""
    return _text(
        {
            "exit-code": exit_code(findings),
            "findings": [
                {
                    "grade": finding.grade,
                    "subject": finding.subject,
                    "target": finding.target,
                    "text": plain(finding.text),
                    "exit-code": finding.exit_code,
                    "message": message(finding.message) if finding.message else None,
                }
                for finding in findings
            ],
        }
    )


def message(one: Message) -> dict[str, str]:
    """Return a message by its parts."""
    return {
        "what": plain(one.what),
        "why": plain(one.why),
        "mend": plain(one.mend),
        "more": one.topic.address,
    }


def _text(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
