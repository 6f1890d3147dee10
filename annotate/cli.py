"""The commands and their flags: the main job, a preview of it, and the sandbox as a server."""

import argparse
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotate import __version__, messages
from annotate.ci import detection
from annotate.ci.detection import CI
from annotate.errors import Interrupted, Message, Topic
from annotate.inputs import sources
from annotate.inputs.parsing import Kind
from annotate.inputs.table import INPUTS, description, flag, variable
from annotate.outcome import Outcome
from annotate.pipeline import LogFormat
from annotate.process import Process, Stream
from annotate.redaction import RedactedStream, Redactor
from annotate.report import files, github, log
from annotate.report.console import Console, harmless
from annotate.report.github import GitHubConsole
from annotate.report.gitlab import GitLabConsole
from annotate.report.preview import preview, wants_colour
from annotate.run import Run, Surroundings
from annotate.sandbox.server import SandboxServer
from annotate.text import one_line

#: What may stand in the first place instead of a flag.
COMMANDS = ("preview", "sandbox")


def main(argv: Sequence[str], process: Process) -> int:
    """Run a command and return its exit code."""
    redact = Redactor()
    ci = detection.running(process.env)
    hide = _Hiding(redact, process.stdout if ci.LOG_FORMAT is LogFormat.GITHUB else None)
    process = replace(
        process,
        stdout=RedactedStream(process.stdout, redact),
        stderr=RedactedStream(process.stderr, redact),
    )
    try:
        match list(argv):
            case ["--version"]:
                return _print(process, f"annotate {__version__}\n")
            case arguments if {"--help", "-h"} & set(arguments):
                return _print(process, help_text())
            case ["sandbox", *arguments]:
                return serve(arguments, process)
            case ["preview", *arguments]:
                return show(arguments, process, ci, hide)
            case arguments:
                return annotate(arguments, process, ci, hide)
    except Exception as error:  # noqa: BLE001 - also what fails while it is told must leak nothing
        Console(process.stderr).error(messages.defect(error))
        return Outcome.DEFECT.exit_code


def annotate(argv: Sequence[str], process: Process, ci: CI, hide: "_Hiding") -> int:
    """Run the main job."""
    console = _console(ci, process)
    run = _prepared(argv, process, ci, hide, console)
    result = run.result()
    log.write(result, console)
    files.write(result, console, env=process.env, cwd=process.cwd, redact=hide.redact)
    log.write_last_line(result, console, hide.redact)
    return result.exit_code


def show(argv: Sequence[str], process: Process, ci: CI, hide: "_Hiding") -> int:
    """Print title and description as they would be sent, and nothing else, on standard output.

    Messages go to standard error. No keys are needed.
    """
    console = Console(process.stderr)
    result = _prepared([*argv, "--dry-run"], process, ci, hide, console).result()
    for message in (*result.warnings, *result.notices):
        console.warning(message)
    for message in result.messages:
        (console.error if result.exit_code else console.notice)(message)
    colour = wants_colour(process.stdout, process.env)
    # Targets with the same texts are shown once.
    texts = dict.fromkeys(preview(release, colour=colour) for release in result.releases)
    if texts:
        lines = "\n\n".join(texts).split("\n")
        # In a job's log a line could be a command of the runner.
        in_log = ci.LOG_FORMAT is LogFormat.GITHUB
        Console(process.stdout).write("\n".join(map(harmless, lines) if in_log else lines))
    return result.exit_code


def serve(argv: Sequence[str], process: Process) -> int:
    """Serve the sandbox until a signal ends it; each request is a line of JSON on the log."""
    console = Console(process.stdout)
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    try:
        arguments, rest = parser.parse_known_args(argv)
        if rest:
            return _cannot_serve(process, "it takes no other arguments")
        sandbox = SandboxServer(
            host=arguments.host,
            port=arguments.port,
            now=process.now,
            log=lambda text: console.write(harmless(one_line(text))),
        )
    except (argparse.ArgumentError, OSError, OverflowError) as error:
        return _cannot_serve(process, str(error))
    with sandbox as server:
        server.log(f"An embedded Releases API listens at {server.url}")
        try:
            server.serve_forever()
        except Interrupted:
            server.log("The sandbox has ended")
    return 0


def help_text() -> str:
    """Return the usage and all inputs."""
    lines = [
        f"annotate {__version__}: puts each release on the charts of Amplitude.",
        "",
        "annotate [--input value …]   make a release of the repository in this folder",
        "annotate preview             show its title and description, and send nothing",
        "annotate sandbox --port N    serve an embedded Releases API",
        "",
        "Each input is a flag, or a variable: --release-start or AMPLITUDE_RELEASE_START.",
        "",
    ]
    for one in INPUTS:
        secret = one.kind is Kind.SECRET
        name = f"{variable(one.name)} (never a flag)" if secret else flag(one.name)
        lines.append(f"  {name}")
        indent = " " * 6
        lines += textwrap.wrap(
            description(one), 88, initial_indent=indent, subsequent_indent=indent
        )
    return "\n".join(lines) + "\n"


class _Hiding:
    """Hides secrets from now on: in what we print, and by GitHub's runner in other programs."""

    def __init__(self, redact: Redactor, runner: Stream | None) -> None:
        """Hide with `redact`, and with the runner that reads the stream `runner`."""
        self.redact = redact
        self._runner = runner
        self._hidden: set[str] = set()

    def __call__(self, secrets: Iterable[str]) -> None:
        new = [secret for secret in secrets if secret and secret not in self._hidden]
        self._hidden.update(new)
        self.redact.add(new)
        if self._runner and new:
            # Not through a redacted stream, or the runner would learn to hide the stars.
            self._runner.write(github.mask(new))


def _prepared(
    argv: Sequence[str], process: Process, ci: CI, hide: _Hiding, console: Console
) -> Run:
    given = sources.read(argv, process.env)
    hide(given.keys.secrets)
    # The runners mask their own tokens; other secrets are only ours to redact.
    hide.redact.add([*given.secrets, process.env.get("CI_JOB_TOKEN", "")])
    return Run(
        given,
        Surroundings(
            process=process,
            ci=ci,
            hide=hide,
            redact=hide.redact,
            progress=console.line,
            debug=console.debug,
        ),
    )


def _console(ci: CI, process: Process) -> Console:
    match ci.LOG_FORMAT:
        case LogFormat.GITHUB:
            return GitHubConsole(process.stdout)
        case LogFormat.GITLAB:
            return GitLabConsole(process.stdout, process.now)
        case LogFormat.PLAIN:
            return Console(process.stdout)


def _print(process: Process, text: str) -> int:
    process.stdout.write(text)
    process.stdout.flush()
    return 0


def _cannot_serve(process: Process, reason: str) -> int:
    message = Message(
        f"The sandbox cannot be served: {reason}.",
        "It listens at --host, this machine alone by default, and at --port, or at a free one.",
        "annotate sandbox --host 127.0.0.1 --port 8080",
        topic=Topic.SANDBOX,
    )
    Console(process.stderr).error(message)
    return Outcome.INVALID.exit_code
