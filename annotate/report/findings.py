"""The report of `annotate check`: lines for the log, and the step summary."""

from collections.abc import Callable, Sequence

from annotate.findings import Finding, Grade, exit_code, tally
from annotate.inputs.remedies import Form, adapted
from annotate.report.summary import escaped, mended, within, worded
from annotate.text import plain

# The columns of the grade and of the subject, each with a space behind it.
_GRADE, _SUBJECT = 8, 16
_INDENT = " " * (_GRADE + 1 + _SUBJECT + 1)
_COLOURS = {Grade.GOOD: "\033[32m", Grade.BAD: "\033[31m", Grade.UNKNOWN: "\033[33m"}
_PLAIN = "\033[0m"
_SIGNS = {Grade.GOOD: "✅", Grade.BAD: "❌", Grade.UNKNOWN: "❔"}


def text(findings: Sequence[Finding], form: Form, *, colour: bool) -> str:
    """Return a line or more for each finding, and a last one for all of them.

    Messages set inputs in the given form.
    """
    lines = [line for finding in findings for line in _lines(finding, form, colour=colour)]
    code = exit_code(findings)
    return "\n".join([*lines, f"annotate check: {tally(findings)}; exit code {code}"])


def summary(findings: Sequence[Finding], redact: Callable[[str], str]) -> str:
    """Return the step summary as HTML, ending with an empty line.

    The texts of messages get marks of HTML, and are redacted before that.
    """
    grades = {finding.grade for finding in findings}
    headline = "✅ A release would be sent"
    if Grade.BAD in grades:
        headline = "❌ A release would not be sent"
    elif Grade.UNKNOWN in grades:
        headline = "✅ Nothing is in the way of a release, as far as it is known"
    blocks = [f"<h3>{headline}</h3>", f"<p>{tally(findings)}</p>"]
    rows = within([_row(finding, redact) for finding in findings])
    head = "<tr><th></th><th></th><th>found</th></tr>"
    blocks.append(f"<table>{head}{''.join(rows)}</table>")
    return "\n".join(blocks) + "\n\n"


def _subject(finding: Finding) -> str:
    return f"{finding.subject} of {finding.target}" if finding.target else finding.subject


def _lines(finding: Finding, form: Form, *, colour: bool) -> list[str]:
    grade = f"{finding.grade:<{_GRADE}}"
    if colour:
        grade = f"{_COLOURS[finding.grade]}{grade}{_PLAIN}"
    found = str(adapted(finding.message, form)) if finding.message else finding.text
    first, *rest = plain(found).split("\n")
    lines = [f"{grade} {plain(_subject(finding)):<{_SUBJECT}} {first}"]
    return lines + [f"{_INDENT}{line}".rstrip() for line in rest]


def _row(finding: Finding, redact: Callable[[str], str]) -> str:
    if message := finding.message:
        what, why = worded(message.what, redact), worded(message.why, redact)
        cell = f"<strong>{what}</strong><br>{why}{mended(message)}"
    else:
        cell = escaped(finding.text).replace("&#10;", "<br>")
    subject = escaped(_subject(finding))
    return f"<tr><td>{_SIGNS[finding.grade]}</td><td>{subject}</td><td>{cell}</td></tr>"
