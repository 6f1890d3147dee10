"""Compare one backfill of a repository with one run of annotate for each of its tags.

    python -m bench.backfill path/to/a/clone [--sample 20]

Both send to a Releases API on this machine. The runs for single tags are a sample, spread over all
tags, half of it before the backfill and half after, and their costs are multiplied. The repository
is not written.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.cost import Command, median, table
from bench.repositories import git
from bench.runs import serving
from tests.support.ci import captured
from tests.support.process import ENTRYPOINT, KEYS, environment


def main(arguments: list[str]) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.backfill")
    parser.add_argument("repository", type=Path)
    parser.add_argument("--sample", type=int, default=20)
    asked = parser.parse_args(arguments)
    repository: Path = asked.repository.resolve()
    tags = git(repository, "tag", "--list", "*[0-9].[0-9]*", "--sort=creatordate").split()
    sample = tags[:: max(len(tags) // asked.sample, 1)]
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        env = environment({**KEYS, "AMPLITUDE_API_URL": url})
        python = [sys.executable, str(ENTRYPOINT)]
        ledger = ["--ledger", f"{folder}/ledger.db"]
        backfill = Command(
            arguments=[*python, "backfill", "--yes", *ledger],
            directory=repository,
            environment=env,
        )
        single = [
            Command(
                arguments=[*python, "--dotenv", f"{folder}/annotate.env"],
                directory=repository,
                environment={
                    **env,
                    **captured("gitlab-tag", CI_PROJECT_DIR=folder),
                    "CI_COMMIT_TAG": tag,
                    "CI_COMMIT_SHA": git(repository, "rev-parse", f"{tag}^{{commit}}").strip(),
                },
            )
            for tag in sample
        ]
        alone = [command.run() for command in single[::2]]
        together = backfill.run()
        alone += [command.run() for command in single[1::2]]
    count = len(tags)
    processor = median(cost.processor for cost in alone) * count
    elapsed = median(cost.elapsed for cost in alone) * count
    rows = [
        [f"a run for each tag (of {len(alone)} runs)", f"{processor:.0f}", f"{elapsed:.0f}",
         f"{max(cost.peak for cost in alone):.0f}"],
        ["backfill", f"{together.processor:.0f}", f"{together.elapsed:.0f}",
         f"{together.peak:.0f}"],
        ["ratio", f"{processor / together.processor:.1f}", f"{elapsed / together.elapsed:.1f}",
         f"{max(cost.peak for cost in alone) / together.peak:.2f}"],
    ]  # fmt: skip
    print(f"{repository.name}, {count:,} tags\n")
    print(table(["", "processor, s", "elapsed, s", "peak, MiB"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
