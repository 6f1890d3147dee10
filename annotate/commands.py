"""The commands: the main job, its preview, and the sandbox server."""

from collections.abc import Sequence

from annotate import messages
from annotate.ci import detection
from annotate.ci.detection import CI
from annotate.errors import Interrupted, Message, Topic
from annotate.inputs import remedies, sources
from annotate.inputs.remedies import Form
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
            case ["preview", *arguments]:
                return show(arguments, process, ci, secrets)
            case arguments:
                return annotate(arguments, process, ci, secrets)
    except Exception as error:  # noqa: BLE001 - an unexpected error must be redacted too
        Console(process.stderr).error(messages.defect(error))
        return Outcome.DEFECT.exit_code


def annotate(argv: Sequence[str], process: Process, ci: CI, secrets: Secrets) -> int:
    """Run the main job and write its log and files. Return the exit code."""
    console = _console(ci, process)
    run = _prepared(argv, process, ci, secrets, console)
    result = run.result()
    log.write(result, console)
    files.write(result, console, env=process.env, cwd=process.cwd, redact=secrets.redact)
    log.write_last_line(result, console, secrets.redact)
    return result.exit_code


def show(argv: Sequence[str], process: Process, ci: CI, secrets: Secrets) -> int:
    """Print the title and description that would be sent. Return the exit code.

    Standard output contains nothing else; messages go to standard error. No keys are needed.
    """
    from annotate.report.preview import preview, published_texts, wants_colour

    console = Console(process.stderr, _form(ci, process))
    result = _prepared([*argv, "--dry-run"], process, ci, secrets, console).result()
    for message in (*result.warnings, *result.notices):
        console.warning(message)
    for message in result.messages:
        (console.error if result.exit_code else console.notice)(message)
    if source := published_texts(result):
        console.write(source)
    colour = wants_colour(process.stdout, process.env)
    # Targets with the same texts are printed once.
    texts = dict.fromkeys(preview(release, colour=colour) for release in result.releases)
    if texts:
        lines = "\n\n".join(texts).split("\n")
        # In the log of a job, the runner would execute a line that is a workflow command.
        in_log = ci.LOG_FORMAT is LogFormat.GITHUB
        Console(process.stdout).write("\n".join(map(harmless, lines) if in_log else lines))
    return result.exit_code


def serve(argv: Sequence[str], process: Process) -> int:
    """Serve the sandbox until a signal arrives. Each request is logged as a line of JSON."""
    import argparse

    from annotate.sandbox.server import SandboxServer

    console = Console(process.stdout)
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    try:
        arguments, rest = parser.parse_known_args(argv)
        if rest:
            return _cannot_serve(process, "the only arguments are --host and --port")
        sandbox = SandboxServer(
            host=arguments.host,
            port=arguments.port,
            now=process.now,
            log=lambda text: console.write(harmless(one_line(text))),
        )
    except (argparse.ArgumentError, OSError, OverflowError) as error:
        return _cannot_serve(process, str(error))
    with sandbox as server:
        server.log(f"The sandbox listens at {server.url}")
        try:
            server.serve_forever()
        except Interrupted:
            server.log("The sandbox has stopped")
    return 0


def _prepared(
    argv: Sequence[str], process: Process, ci: CI, secrets: Secrets, console: Console
) -> Run:
    given = sources.read(argv, process.env, _form(ci, process))
    secrets.register(given.keys.secrets, given.keys.pair)
    # The runner already masks these, so they are only redacted here.
    secrets.redact.add([*given.secrets, process.env.get("CI_JOB_TOKEN", "")])
    secrets.redact.add_url(given.text("api-url"))
    for name, value in process.env.items():
        if name.lower().endswith("_proxy"):
            secrets.redact.add_url(value)
    return Run(given, process, ci, secrets=secrets, progress=console.line, debug=console.debug)


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


def _cannot_serve(process: Process, reason: str) -> int:
    message = Message(
        f"The sandbox cannot be started: {reason}.",
        "It listens at --host (default: only this machine) and --port (default: a free port).",
        "annotate sandbox --host 127.0.0.1 --port 8080",
        topic=Topic.SANDBOX,
    )
    Console(process.stderr).error(message)
    return Outcome.INVALID.exit_code
