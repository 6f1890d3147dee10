"""Kill a backfill of a repository at random instants, go on each time, and count what arrived.

    python -m bench.kills path/to/a/clone [--kills 10] [--seed 7]

The releases go to a sandbox with a file, `annotate sandbox --data`. A fifth of the kills meet the
planning, the others the sending. At the end one run goes on to its end. Each tag of the plan must
have arrived once, or be listed as unknown, with exit code 7; whatever is wrong is printed, and then
the exit code is 1. The repository is not written.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from bench.cost import table
from bench.repositories import git
from tests.support.counting import backfilling, doubted, killed_after, violations
from tests.support.process import ENTRYPOINT, environment

#: How many runs are killed while they plan, and the seconds after their start in which they are.
_WHILE_PLANNING, _PLANNING = 0.2, 8.0
#: Seconds after some request in which the others are killed.
_SENDING = 0.1
#: Seconds between two looks at the number of requests.
_LOOK = 0.005


class Sandbox:
    """A sandbox in a process of its own."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Wait until it listens. `lines` are what it prints."""
        self._lines = iter(lines)
        self.url = next(self._lines).split()[-1]
        self._arrived = 0
        # Its log has a line for each request.
        self._watching = Thread(target=self._watch)
        self._watching.start()

    def join(self) -> None:
        """Wait until all its lines are read. It must be about to end."""
        self._watching.join()

    def _watch(self) -> None:
        for _ in self._lines:
            self._arrived += 1

    def wait(self, requests: int, process: "subprocess.Popen[bytes]") -> None:
        """Wait for so many more requests, as long as the process that sends them is there."""
        until = self._arrived + requests
        while process.poll() is None and self._arrived < until:
            time.sleep(_LOOK)

    def versions(self) -> Counter[str]:
        """How often it created each version."""
        with urlopen(f"{self.url}/api/sandbox/releases") as answer:  # noqa: S310 - its own address
            releases = json.load(answer)["releases"]
        return Counter(release["version"] for release in releases)


@contextmanager
def sandbox(data: Path) -> Iterator[Sandbox]:
    """Run a sandbox that keeps its releases in a file."""
    with subprocess.Popen(
        [sys.executable, str(ENTRYPOINT), "sandbox", "--port", "0", "--data", str(data)],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            server = Sandbox(process.stdout or ())
            yield server
        finally:
            process.terminate()
        # The end of `with` closes the pipe, which must not happen while it is read.
        server.join()


def main(arguments: list[str]) -> int:
    """Kill, go on, and print a table. Return 1 if a release is lost or was sent twice."""
    parser = argparse.ArgumentParser(prog="python -m bench.kills")
    parser.add_argument("repository", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    repository: Path = asked.repository.resolve()
    chance = random.Random(asked.seed)  # noqa: S311 - it chooses instants, not secrets
    versions = planned(repository)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder, sandbox(Path(folder, "releases.db")) as server:
        ledger = Path(folder, "ledger.db")
        for number in range(1, asked.kills + 1):
            left = len(versions) - server.versions().total()
            # So that the kills are spread over all of it.
            share = max(2 * left // (asked.kills - number + 2), 1)
            process = backfilling(repository, server.url, ledger)
            killed = kill(process, server, share, chance)
            rows.append([f"{number}", killed, f"{server.versions().total():,}"])
        with backfilling(repository, server.url, ledger) as process:
            log = process.communicate()[0].decode()
        sent = server.versions()
    rows.append(["last", f"not at all; exit code {process.returncode}", f"{sent.total():,}"])
    listed = doubted(log)
    tags = git(repository, "tag", "--list", "*[0-9]*").split()
    print(f"{repository.name}, {len(tags):,} tags with a number, {len(versions):,} in the plan\n")
    print(table(["run", "killed", "releases in the sandbox"], rows))
    wrong = violations(versions, sent, process.returncode, log)
    arrived = sum(sent[versions[tag]] > 0 for tag in listed if tag in versions)
    print(f"arrived once: {sum(times == 1 for times in sent.values()):,}")
    print(f"arrived more than once: {sum(times > 1 for times in sent.values()):,}")
    print(f"listed as unknown: {len(listed):,}, of which {arrived:,} arrived: {', '.join(listed)}")
    print("\n".join(wrong) or "nothing twice, nothing lost silently")
    return 1 if wrong else 0


def planned(repository: Path) -> dict[str, str]:
    """Return the versions that a backfill plans to send, by their tags."""
    plan = subprocess.run(
        [sys.executable, str(ENTRYPOINT), "backfill", "--dry-run", "--json"],
        cwd=repository,
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    rows = map(json.loads, plan.stdout.splitlines())
    return {row["tag"]: row["release"]["version"] for row in rows}


def kill(
    process: "subprocess.Popen[bytes]", server: Sandbox, most: int, chance: random.Random
) -> str:
    """Kill a backfill, after `most` requests at most. Return when that was, in words."""
    if chance.random() < _WHILE_PLANNING:
        seconds, since = chance.uniform(0, _PLANNING), "its start"
    else:
        requests = chance.randint(1, most)
        server.wait(requests, process)
        seconds, since = chance.uniform(0, _SENDING), f"its request {requests:,}"
    killed_after(process, seconds)
    if process.returncode >= 0:
        return f"too late: it had ended with {process.returncode}"
    return f"{seconds:.2f} s after {since}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
