"""Runs that may be killed, against a server that counts what reached it."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.support.http import Server
from tests.support.process import ENTRYPOINT, KEYS, environment

RELEASE = ("--title", "T", "--release-start", "now", "--ledger", "ledger.db")


def arrivals(server: Server) -> Counter[str]:
    """How often each version reached the server, whole."""
    return Counter(json.loads(one.body)["version"] for one in server.arrived)


def started(place: Path, server: Server, version: str, *flags: str) -> "subprocess.Popen[bytes]":
    """A run with a ledger, on its way."""
    return subprocess.Popen(
        [
            *(sys.executable, str(ENTRYPOINT), "--version", version, *RELEASE),
            *("--api-url", server.url, *flags),
        ],
        cwd=place,
        env=environment(KEYS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def backfilling(repository: Path, url: str, ledger: Path) -> "subprocess.Popen[bytes]":
    """A backfill on its way, as a process of its own."""
    flags = ("--yes", "--ledger", str(ledger), "--api-url", url)
    return subprocess.Popen(
        [sys.executable, str(ENTRYPOINT), "backfill", *flags],
        cwd=repository,
        env=environment(KEYS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def doubted(log: str) -> list[str]:
    """The tags of which a backfill says at its end that nobody can know."""
    listed = re.findall(r"unknown whether these releases were created: (.*)\.\n", log)
    return listed[-1].split(", ") if listed else []


def violations(versions: Mapping[str, str], sent: Counter[str], code: int, log: str) -> list[str]:
    """What a backfill of these tags and their versions did wrong, however often it was killed.

    `sent` says how often each version arrived in all, `code` and `log` how the last run ended,
    which nobody killed.
    """
    listed = doubted(log)
    wanted = 7 if listed else 0
    strangers = sorted(sent.keys() - set(versions.values()))
    return [
        *(f"{version} arrived {times} times" for version, times in sent.items() if times > 1),
        *(
            f"{tag} is lost, and not listed as unknown"
            for tag, version in versions.items()
            if not sent[version] and tag not in listed
        ),
        *(f"{version} belongs to no tag of the plan" for version in strangers),
        *(f"{tag} is listed as unknown, but not planned" for tag in listed if tag not in versions),
        *([f"the last run ended with {code} instead of {wanted}"] if code != wanted else []),
    ]


def killed_after(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Kill it so many seconds from now, if it is still there then."""
    with process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
