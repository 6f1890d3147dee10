"""The commands: the main job, a preview of it, the sandbox as a server, help and version."""

import argparse
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from annotate import __version__, endings
from annotate.ci.pipeline import Provider, provider_of
from annotate.errors import Interrupted, Message, Outcome, Topic
from annotate.inputs import sources
from annotate.inputs.input import description, flag, variable
from annotate.inputs.parsing import Kind
from annotate.inputs.settings import Settings
from annotate.inputs.table import INPUTS
from annotate.process import World
from annotate.redaction import Redactor, pair
from annotate.report import github
from annotate.report.console import Console, harmless
from annotate.report.ending import Teller
from annotate.report.github import GitHubConsole
from annotate.report.gitlab import GitLabConsole
from annotate.report.preview import QuietConsole, preview, wants_colour
from annotate.run import Job
from annotate.sandbox.server import SandboxServer
from annotate.streams import RedactedStream
from annotate.text import one_line

#: What may stand in the first place instead of a flag.
COMMANDS = ("preview", "sandbox")

#: Hides the two keys of a project from now on, and both together.
Hide = Callable[[Sequence[str]], None]


def main(argv: Sequence[str], world: World) -> int:
    """Run a command; the exit code, as `annotate.errors` draws it."""
    redact = Redactor()
    world = replace(
        world,
        stdout=RedactedStream(world.stdout, redact),
        stderr=RedactedStream(world.stderr, redact),
    )
    hide = _hiding(world, redact)
    try:
        return _run(argv, world, redact, hide)
    except Exception as error:  # noqa: BLE001 - also what fails while it is told must leak nothing
        Console(world.stderr).error(endings.defect(error))
        return Outcome.DEFECT.exit_code


def _run(argv: Sequence[str], world: World, redact: Redactor, hide: Hide) -> int:
    command = next(iter(argv), "")
    if list(argv) == ["--version"]:
        return _say(world, f"annotate {__version__}\n")
    if {"--help", "-h"} & set(argv):
        return _say(world, help_text())
    if command == "sandbox":
        return serve(argv[1:], world)
    secrets = sources.secrets(world.env)
    redact.add([*secrets.values(), world.env.get("CI_JOB_TOKEN", "")])
    hide([secrets.get("api-key", ""), secrets.get("secret-key", "")])
    if command == "preview":
        return show(argv[1:], world, redact, hide)
    return annotate(argv, world, redact, hide)


def _say(world: World, text: str) -> int:
    world.stdout.write(text)
    world.stdout.flush()
    return 0


def annotate(argv: Sequence[str], world: World, redact: Redactor, hide: Hide) -> int:
    """The main job."""
    provider = provider_of(world.env)
    console: Console
    if provider is Provider.GITHUB:
        console = GitHubConsole(world.stdout)
    elif provider is Provider.GITLAB:
        console = GitLabConsole(world.stdout, world.now)
    else:
        console = Console(world.stdout)
    job = Job(argv, world, console, hide=hide, redact=redact)
    result = job.run()
    teller = Teller(
        console=console,
        redact=redact,
        env=world.env,
        dotenv=_dotenv(argv, job.settings, provider, world),
    )
    teller.tell(result)
    return result.exit_code


def show(argv: Sequence[str], world: World, redact: Redactor, hide: Hide) -> int:
    """Title and description as they would be sent, on standard output alone; needs no keys."""
    console = QuietConsole(world.stderr)
    result = Job([*argv, "--dry-run"], world, console, hide=hide, redact=redact).run()
    for message in result.messages:
        tell = console.error if result.exit_code else console.notice
        tell(message)
    # Targets that say the same are told once.
    texts = dict.fromkeys(
        preview(one, colour=wants_colour(world.stdout, world.env)) for one in result.releases
    )
    if texts:
        lines = "\n\n".join(texts).split("\n")
        # In a job's log a line may command the runner; elsewhere it stands as it would be sent.
        safe = map(harmless, lines) if provider_of(world.env) is Provider.GITHUB else lines
        Console(world.stdout).write("\n".join(safe))
    return result.exit_code


def serve(argv: Sequence[str], world: World) -> int:
    """The sandbox as a server, until a signal ends it; each request is one line of JSON."""
    console = Console(world.stdout)
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    try:
        arguments, rest = parser.parse_known_args(argv)
        if rest:
            return _cannot_serve(world, "it takes no other arguments")
        made = SandboxServer(
            host=arguments.host,
            port=arguments.port,
            now=world.now,
            log=lambda text: console.write(harmless(one_line(text))),
        )
    except (argparse.ArgumentError, OSError, OverflowError) as error:
        return _cannot_serve(world, str(error))
    with made as server:
        server.log(f"An embedded Releases API listens at {server.url}")
        try:
            server.serve_forever()
        except Interrupted:
            server.log("The sandbox has ended")
    return 0


def help_text() -> str:
    """All flags, from the table of inputs."""
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


def _cannot_serve(world: World, reason: str) -> int:
    message = Message(
        f"The sandbox cannot be served: {reason}.",
        "It listens at --host, this machine alone by default, and at --port, or at a free one.",
        "annotate sandbox --host 127.0.0.1 --port 8080",
        topic=Topic.SANDBOX,
    )
    Console(world.stderr).error(message)
    return Outcome.INVALID.exit_code


def _hiding(world: World, redact: Redactor) -> Hide:
    """How a project's keys are hidden: by us, and by the runner in what other programs print."""
    hidden: set[str] = set()

    def hide(keys: Sequence[str]) -> None:
        both = [pair(*keys)] if len(keys) == 2 and all(keys) else []
        new = [key for key in (*keys, *both) if key and key not in hidden]
        hidden.update(new)
        redact.add(new)
        if provider_of(world.env) is Provider.GITHUB and isinstance(world.stdout, RedactedStream):
            # Not through the stream itself, or the runner would learn to hide the stars.
            world.stdout.raw.write(github.mask(new))

    return hide


def _dotenv(
    argv: Sequence[str], settings: Settings | None, provider: Provider, world: World
) -> Path | None:
    default = "annotate.env" if provider is Provider.GITLAB else ""
    if settings:
        name = settings.dotenv
    else:
        # Also where the inputs are wrong, the report is written.
        flags, _ = sources.from_flags(argv)
        variables, _ = sources.from_environment(world.env)
        given = sources.merged(flags, variables)
        name = given["dotenv"].text if "dotenv" in given else ""
    name = name or default
    project = Path(world.env.get("CI_PROJECT_DIR") or world.cwd)
    return project / name if name else None
