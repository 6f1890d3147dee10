"""The table of inputs, and their names as flags and variables.

`make docs` generates the inputs of the actions, of the GitLab component, of docs/inputs.md and of
the config file's schema from it. The actions and the component declare no defaults: a runner passes
a declared default as if the user had set it, and it would override the config file.
"""

from collections.abc import Iterable
from typing import NamedTuple

from annotate.amplitude.hosts import Region
from annotate.inputs.parsing import Kind
from annotate.inputs.words import Command, Fetch, OnMissingCredentials, OnRerun
from annotate.outcome import OnDuplicate, OnFailure
from annotate.release import End, Start
from annotate.versions.tags import OnUntagged


class Input(NamedTuple):
    """An input and its documentation."""

    name: str
    kind: Kind
    help: str
    #: As a user would write it; empty if there is no default or `default_help` describes it.
    default: str = ""
    #: Description of a default that is only known at run time.
    default_help: str = ""
    #: The allowed words of a CHOICE or TIME.
    choices: tuple[str, ...] = ()
    #: Reason why the config file cannot set it, a sentence; empty if it can.
    not_in_config: str = ""
    #: Reason why only a trusted config file can set it, a sentence; empty if any can.
    needs_trust: str = ""
    #: Whether a target in the config file can have its own value.
    per_target: bool = False
    #: Whether the GitLab component offers it.
    in_component: bool = True


def description(declared: Input) -> str:
    """Return the help with the allowed values and the default, as all documents show it."""
    default = f"`{declared.default}`" if declared.default else declared.default_help or "none"
    return f"{allowed(declared)} Default: {default}."


def allowed(declared: Input) -> str:
    """Return the help with the allowed values."""
    if declared.kind is not Kind.CHOICE:
        return declared.help
    return f"{declared.help} One of {quoted(declared.choices)}."


def quoted(words: Iterable[str]) -> str:
    """Return the words in backquotes, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def flag(name: str) -> str:
    """Return the flag of an input."""
    return f"--{name}"


def variable(name: str) -> str:
    """Return the environment variable of an input, for GitLab, Docker and shells."""
    return f"AMPLITUDE_{name.replace('-', '_').upper()}"


_CONFIDENTIAL = "It is a secret, and the config file is part of the repository."
_KEYS_ELSEWHERE = "A pull request can change the file, and could send the keys to another host."
_WORDS = "from the GitHub release that started the pipeline, else from git"
_WRITES = "A pull request can change the file, and could overwrite other files."

INPUTS = (
    Input("command", Kind.CHOICE,
          "What to do: `annotate` sends the release, `check` says whether that will work, and"
          " `preview` shows title and description. The latter two send no release.",
          default="annotate", choices=tuple(Command),
          not_in_config="A pull request can change the file, and could keep releases back."),
    Input("api-key", Kind.SECRET,
          "API key of the Amplitude project.", not_in_config=_CONFIDENTIAL, in_component=False),
    Input("secret-key", Kind.SECRET,
          "Secret key of the Amplitude project.", not_in_config=_CONFIDENTIAL, in_component=False),
    Input("region", Kind.CHOICE,
          "Data residency of the Amplitude project.",
          default="us", choices=tuple(Region), per_target=True),
    Input("api-url", Kind.TEXT,
          "Base URL to send to instead of Amplitude's own: https, or http on this machine.",
          default_help="by region", per_target=True),
    Input("allow-http", Kind.BOOLEAN,
          "Allow an `api-url` on another machine without https.",
          default="false", needs_trust=_KEYS_ELSEWHERE),
    Input("version", Kind.TEXT,
          "Version of the release, as the app reports it to Amplitude.", default_help="from git"),
    Input("title", Kind.TEXT,
          "Title of the release, used as it is.", default_help=_WORDS),
    Input("description", Kind.TEXT,
          "Description of the release, used as it is.", default_help=_WORDS),
    Input("title-template", Kind.TEMPLATE,
          "Jinja2 template of the title. It is ignored if `title` is set.",
          default_help="built in", per_target=True),
    Input("description-template", Kind.TEMPLATE,
          "Jinja2 template of the description. It is ignored if `description` is set.",
          default_help="built in", per_target=True),
    Input("release-start", Kind.TIME,
          f"Start of the release: {quoted(Start)}, or a timestamp (ISO 8601 with offset,"
          " `yyyy-MM-dd HH:mm:ss` in UTC, or Unix seconds).",
          default="pipeline", choices=tuple(Start)),
    Input("release-end", Kind.TIME,
          f"End of the release: {quoted(End)}, or a timestamp as in `release-start`.",
          default="none", choices=tuple(End)),
    Input("platforms", Kind.LIST,
          "Platforms of the release, such as `iOS, Android, Web` (separated by commas or "
          "lines).", per_target=True),
    Input("created-by", Kind.TEXT,
          "Author of the release. `none` sends no author.", default_help="who ran the pipeline"),
    Input("chart-visibility", Kind.BOOLEAN,
          "Show the release on charts.", default="true", per_target=True),
    Input("tag-pattern", Kind.LINES,
          "Tags that are releases: patterns in the syntax of GitHub's tag filters (one per "
          "line). A pattern that begins with `!` excludes tags.", default="**"),
    Input("strip-v", Kind.BOOLEAN,
          "Send the version `v1.2.3` as `1.2.3`.", default="true"),
    Input("on-untagged", Kind.CHOICE,
          "What to do if the commit has no matching tag. `describe` sends a version such as "
          "`1.2.3-4-gabc1234`, `nearest` the version of the nearest release, `sha` the commit "
          "id.", default="describe", choices=tuple(OnUntagged)),
    Input("paths", Kind.LINES,
          "Only include commits that touch these paths (one per line). `auto`: if the repository"
          " releases several products and the tag's product has a folder, that folder; else all.",
          default="auto"),
    Input("previous-tag", Kind.TEXT,
          "Tag of the previous release.", default_help="found by annotate"),
    Input("working-directory", Kind.TEXT,
          "Folder of the repository.",
          default_help="the workspace of the job, else the current folder"),
    Input("config", Kind.TEXT,
          "Path of the config file.",
          default_help="`.amplitude-release.yml` in the repository, if it exists",
          not_in_config="A config file cannot name another config file."),
    Input("trust-config", Kind.BOOLEAN,
          "Allow the config file to name other hosts, files to write, folders outside of its "
          "repository, and any variable for keys. A pull request can change that file.",
          default="false", not_in_config="Only the pipeline can trust the file."),
    Input("github-token", Kind.SECRET,
          "Token that reads the start of the run (`actions: read`, in private repositories) and"
          " what the checkout lacks (`contents: read`).",
          default_help="the job's token", not_in_config=_CONFIDENTIAL, in_component=False),
    Input("fetch", Kind.CHOICE,
          "Whether to fetch the tags and commits that the checkout lacks. They go into a "
          "temporary folder.", default="auto", choices=tuple(Fetch)),
    Input("dotenv", Kind.TEXT,
          "Path of the dotenv report for GitLab, relative to the project directory.",
          default_help="`annotate.env` on GitLab, else none", needs_trust=_WRITES,
          in_component=False),
    Input("dry-run", Kind.BOOLEAN,
          "Do everything except sending, and show the request.", default="false"),
    Input("sandbox", Kind.BOOLEAN,
          "Send to an embedded Releases API instead of Amplitude.", default="false"),
    Input("on-failure", Kind.CHOICE,
          "Result of the step if the release could not be delivered. Wrong inputs always fail "
          "the step.", default="fail", choices=tuple(OnFailure)),
    Input("on-duplicate", Kind.CHOICE,
          "Result of the step if the release already exists.",
          default="accept", choices=tuple(OnDuplicate)),
    Input("on-rerun", Kind.CHOICE,
          "What to do if the pipeline is run again and no ledger has an entry for the release. "
          "Only GitHub tells that it is run again.",
          default="post", choices=tuple(OnRerun)),
    Input("on-missing-credentials", Kind.CHOICE,
          "Result of the step if the keys are missing, as in pull requests from forks.",
          default="fail", choices=tuple(OnMissingCredentials)),
    Input("retries", Kind.COUNT,
          "How often to retry a request that certainly created no release.", default="4"),
    Input("timeout", Kind.SECONDS,
          "Time limit of one request, in seconds.", default="30"),
    Input("deadline", Kind.SECONDS,
          "Time limit of all requests together, in seconds. The whole run may take 180 more.",
          default="120"),
    Input("resend-unknown", Kind.BOOLEAN,
          "Also retry a request that may have created the release. It may then appear twice.",
          default="false"),
    Input("ledger", Kind.TEXT,
          "File that records what was sent, so that a job that is run again sends nothing "
          "twice.", needs_trust=_WRITES),
    Input("ca-bundle", Kind.TEXT,
          "PEM file of the certificates to trust, for a private CA.",
          default_help="the system's", needs_trust=_KEYS_ELSEWHERE),
    Input("debug", Kind.BOOLEAN,
          "Log every git command and every request. The runner's debug logging also turns it "
          "on.", default="false"),
)  # fmt: skip

BY_NAME = {declared.name: declared for declared in INPUTS}

#: The keys that a target in the config file has besides inputs, with their help. All are required.
TARGET_KEYS = {
    "name": "Name of the target in outputs and messages.",
    "api-key-variable": "Name of the variable that holds the API key. It begins with `AMPLITUDE_`,"
    " unless the pipeline sets `trust-config: true`.",
    "secret-key-variable": "Name of the variable that holds the secret key. It begins with"
    " `AMPLITUDE_`, unless the pipeline sets `trust-config: true`.",
}
