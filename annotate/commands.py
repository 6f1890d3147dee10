"""The commands: the main job, its check, its preview, the backfill, and the sandbox server."""

from collections.abc import Sequence

from annotate import messages
from annotate.ci import detection
from annotate.ci.detection import CI
from annotate.errors import Interrupted, InvalidInputs, Message, Topic
from annotate.inputs import remedies, sources
from annotate.inputs.remedies import Form
from annotate.inputs.sources import Sources
from annotate.inputs.words import Command
from annotate.outcome import Outcome
from annotate.pipeline import LogFormat
from annotate.process import Process
from annotate.redaction import RedactedStream, Redactor, Secrets
from annotate.report import files, github, log
from annotate.report.console import Console, harmless
from annotate.report.github import GitHubConsole
from annotate.report.gitlab import GitLabConsole
from annotate.run import Run
from annotate.text import one_line


def run(argv: Sequence[str], process: Process) -> int:
    """Run a command and return its exit code."""
    redact = Redactor()
    ci = detection.running(process.env)
    # GitHub's runner reads both streams, and standard output may be a file that is kept. A redacted
    # stream would make the runner mask `***` instead of a secret.
    runner = Console(process.stderr)
    masks = ci.LOG_FORMAT is LogFormat.GITHUB
    secrets = Secrets(redact, lambda new: runner.write(github.mask(new)) if masks else None)
    process = process._replace(
        stdout=RedactedStream(process.stdout, redact),
        stderr=RedactedStream(process.stderr, redact),
    )
    try:
        match list(argv):
            case ["sandbox", *arguments]:
                return serve(arguments, process)
            case ["backfill", *arguments]:
                return backfill(arguments, process, ci, secrets)
            case [Command.CHECK | Command.PREVIEW as command, *arguments]:
                given = _given(arguments, process, secrets, command, form=_form(ci, process))
            case arguments:
                given = _given(arguments, process, secrets, form=_form(ci, process))
        if given.command == Command.CHECK:
            return check(given, process, ci, secrets)
        if given.command == Command.PREVIEW:
            return show(given, process, ci, secrets)
        return annotate(given, process, ci, secrets)
    except Exception as error:  # noqa: BLE001 - an unexpected error must be redacted too
        Console(process.stderr).error(messages.defect(error))
        return Outcome.DEFECT.exit_code


def annotate(given: Sources, process: Process, ci: CI, secrets: Secrets) -> int:
    """Run the main job and write its log and files. Return the exit code."""
    console = _console(ci, process)
    result = _prepared(given, process, ci, secrets, console).result()
    log.write(result, console)
    files.write(result, console, env=process.env, cwd=process.cwd, redact=secrets.redact)
    log.write_last_line(result, console, secrets.redact)
    return result.exit_code


def check(given: Sources, process: Process, ci: CI, secrets: Secrets) -> int:
    """Print whether a release would be sent. Return the exit code. No release is sent.

    On GitHub, the step has a summary.
    """
    from annotate import findings
    from annotate.check import Check
    from annotate.report import findings as report

    form = _form(ci, process)
    console = Console(process.stderr, form)
    found = Check(given, process, ci, secrets=secrets, debug=console.debug).findings()
    if given.json:
        from annotate.report import as_json

        _write(as_json.check(found), process, ci)
    else:
        from annotate.report.preview import wants_colour

        colour = wants_colour(process.stdout, process.env)
        _write(report.text(found, form, colour=colour), process, ci)
    files.write_summary(secrets.redact(report.summary(found, secrets.redact)), console, process.env)
    return findings.exit_code(found)


def show(given: Sources, process: Process, ci: CI, secrets: Secrets) -> int:
    """Print the title and description that would be sent. Return the exit code.

    Standard output contains nothing else; messages go to standard error. On GitHub, the step has
    its outputs and its summary. No keys are needed.
    """
    console = Console(process.stderr, _form(ci, process))
    result = _prepared(given, process, ci, secrets, console).result()
    for message in (*result.warnings, *result.notices):
        console.warning(message)
    for message in result.messages:
        (console.error if result.exit_code else console.notice)(message)
    if given.json:
        from annotate.report import as_json

        _write(as_json.preview(result), process, ci)
    elif result.releases:
        from annotate.report.preview import preview, published_texts, wants_colour

        if source := published_texts(result):
            console.write(source)
        colour = wants_colour(process.stdout, process.env)
        # Targets with the same texts are printed once.
        texts = dict.fromkeys(preview(release, colour=colour) for release in result.releases)
        _write("\n\n".join(texts), process, ci)
    # There is no release for the jobs after this one.
    result = result._replace(dotenv="")
    files.write(result, console, env=process.env, cwd=process.cwd, redact=secrets.redact)
    return result.exit_code


def backfill(argv: Sequence[str], process: Process, ci: CI, secrets: Secrets) -> int:
    """Send the releases of the past. Return the exit code."""
    from annotate.backfill import selection
    from annotate.backfill.command import Backfill

    try:
        options, inputs = selection.read(argv)
    except InvalidInputs as error:
        Console(process.stderr).error(error.messages[0])
        return error.outcome.exit_code
    given = _given(inputs, process, secrets, form=Form.SHELL)
    return Backfill(options, given, process, ci, secrets=secrets).run()


def serve(argv: Sequence[str], process: Process) -> int:
    """Serve the sandbox until a signal arrives. Each request is logged as a line of JSON."""
    from annotate.sandbox import options
    from annotate.sandbox.server import SandboxServer

    console = Console(process.stdout)
    try:
        wanted = options.read(argv, process.env)
        if wanted.data:
            wanted = wanted._replace(data=process.cwd / wanted.data)
        sandbox = SandboxServer(
            wanted, now=process.now, log=lambda text: console.write(harmless(one_line(text)))
        )
    except options.WrongOption as error:
        return _cannot_serve(process, str(error), error.mend)
    except OSError as error:
        mend = "annotate sandbox --data releases.db   # without --port, at a free port"
        return _cannot_serve(process, str(error), mend)
    with sandbox as server:
        server.log(f"The sandbox listens at {server.url}")
        try:
            server.serve_forever()
        except Interrupted:
            server.log("The sandbox has stopped")
    return 0


def _given(
    argv: Sequence[str], process: Process, secrets: Secrets, command: str = "", *, form: Form
) -> Sources:
    """Read the inputs of flags and variables. Their secrets are hidden from here on."""
    given = sources.read(argv, process.env, command, form)
    secrets.register(given.keys.secrets, given.keys.pair)
    # The runner already masks these, so they are only redacted here.
    secrets.redact.add([*given.secrets, process.env.get("CI_JOB_TOKEN", "")])
    secrets.redact.add_url(given.text("api-url"))
    for name, value in process.env.items():
        if name.lower().endswith("_proxy"):
            secrets.redact.add_url(value)
    return given


def _prepared(given: Sources, process: Process, ci: CI, secrets: Secrets, console: Console) -> Run:
    return Run(given, process, ci, secrets=secrets, progress=console.line, debug=console.debug)


def _write(text: str, process: Process, ci: CI) -> None:
    """Write a text to standard output."""
    # In the log of a job, the runner would execute a line that is a workflow command.
    if ci.LOG_FORMAT is LogFormat.GITHUB:
        text = "\n".join(map(harmless, text.split("\n")))
    Console(process.stdout).write(text)


def _form(ci: CI, process: Process) -> Form:
    return remedies.form(ci.LOG_FORMAT, process.env)


def _console(ci: CI, process: Process) -> Console:
    match ci.LOG_FORMAT:
        case LogFormat.GITHUB:
            return GitHubConsole(process.stdout)
        case LogFormat.GITLAB:
            return GitLabConsole(process.stdout, process.now, _form(ci, process))
        case LogFormat.PLAIN:
            return Console(process.stdout)


def _cannot_serve(process: Process, reason: str, mend: str) -> int:
    message = Message(
        f"The sandbox cannot be started: {reason}.",
        "Its options are flags, such as --port, or variables, such as ANNOTATE_SANDBOX_PORT.",
        mend,
        topic=Topic.SANDBOX,
    )
    Console(process.stderr).error(message)
    return Outcome.INVALID.exit_code
