"""The commands: the main job, a preview of it, the sandbox as a server, help and version."""

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path

from annotate import __version__
from annotate.compose.text import one_line
from annotate.errors import Interrupted
from annotate.gather import sources
from annotate.gather.input import description, flag, variable
from annotate.gather.inputs import INPUTS
from annotate.gather.kinds import Kind
from annotate.gather.pipeline import Provider, provider_of
from annotate.gather.settings import Settings
from annotate.job import Job
from annotate.redaction import Redactor, pair
from annotate.report.console import Console, harmless
from annotate.report.github import GitHubConsole
from annotate.report.gitlab import GitLabConsole
from annotate.report.preview import QuietConsole, preview, wants_colour
from annotate.report.teller import Teller
from annotate.sandbox.server import SandboxServer
from annotate.world import World

#: What may stand in the first place instead of a flag.
COMMANDS = ("preview", "sandbox")


def main(argv: Sequence[str], world: World) -> int:
    """Run a command; the exit code, as `annotate.errors` draws it."""
    if argv and argv[0] == "sandbox":
        return serve(argv[1:], world)
    if list(argv) == ["--version"]:
        world.stdout.write(f"annotate {__version__}\n")
        return 0
    if {"--help", "-h"} & set(argv):
        world.stdout.write(help_text())
        return 0
    if argv and argv[0] == "preview":
        return show(argv[1:], world)
    return annotate(argv, world)


def annotate(argv: Sequence[str], world: World) -> int:
    """The main job."""
    redact, masked = _redactor(world)
    provider = provider_of(world.env)
    console: Console
    if provider is Provider.GITHUB:
        console = GitHubConsole(world.stdout, redact)
        console.mask(masked)
    elif provider is Provider.GITLAB:
        console = GitLabConsole(world.stdout, redact, world.now)
    else:
        console = Console(world.stdout, redact)
    job = Job(argv, world, console)
    result = job.run()
    world.hold_signals()
    teller = Teller(
        console=console,
        redact=redact,
        env=world.env,
        dotenv=_dotenv(job.settings, provider, world),
    )
    teller.tell(result)
    return result.exit_code


def show(argv: Sequence[str], world: World) -> int:
    """Title and description as they would be sent, on standard output alone; needs no keys."""
    redact, _ = _redactor(world)
    console = QuietConsole(world.stderr, redact)
    result = Job([*argv, "--dry-run"], world, console).run()
    for message in result.messages:
        tell = console.error if result.exit_code else console.notice
        tell(message)
    if result.release:
        text = preview(result.release, colour=wants_colour(world.stdout, world.env))
        lines = text.split("\n")
        # In a job's log a line may command the runner; elsewhere it stands as it would be sent.
        safe = map(harmless, lines) if provider_of(world.env) is Provider.GITHUB else lines
        Console(world.stdout, redact).write("\n".join(safe))
    return result.exit_code


def serve(argv: Sequence[str], world: World) -> int:
    """The sandbox as a server, until a signal ends it; each request is one line of JSON."""
    parser = argparse.ArgumentParser(prog="annotate sandbox", description=serve.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    arguments = parser.parse_args(argv)

    def log(text: str) -> None:
        world.stdout.write(f"{harmless(one_line(text))}\n")
        world.stdout.flush()

    try:
        made = SandboxServer(host=arguments.host, port=arguments.port, now=world.now, log=log)
    except (OSError, OverflowError) as error:
        parser.error(f"cannot listen at {arguments.host}:{arguments.port}: {error}")
    with made as server:
        log(f"An embedded Releases API listens at {server.url}")
        try:
            server.serve_forever()
        except Interrupted:
            log("The sandbox has ended")
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


def _redactor(world: World) -> tuple[Redactor, list[str]]:
    """What hides the secrets, and what a runner is to hide too."""
    secrets = sources.secrets(world.env)
    job_token = world.env.get("CI_JOB_TOKEN", "")
    masked = [secrets[name] for name in ("api-key", "secret-key") if name in secrets]
    if len(masked) == 2:
        masked.append(pair(*masked))
    return Redactor([*secrets.values(), *masked, job_token]), masked


def _dotenv(settings: Settings | None, provider: Provider, world: World) -> Path | None:
    default = "annotate.env" if provider is Provider.GITLAB else ""
    if settings:
        name = settings.dotenv
    else:
        given, _ = sources.from_environment(world.env)
        name = given["dotenv"].text if "dotenv" in given else ""
    name = name or default
    project = Path(world.env.get("CI_PROJECT_DIR") or world.cwd)
    return project / name if name else None
