"""The one table of inputs: name, kind, default, help.

`action.yml`, the flags, the README's table and the keys of the config file follow from it. No
default is declared there: a runner passes it as if the user had typed it.
"""

from annotate.inputs.input import Input
from annotate.inputs.parsing import Kind

_CONFIDENTIAL = "it is a secret, and the file is part of the repository"
_KEYS_ELSEWHERE = "a pull request can change the file, and could send the keys elsewhere"
_WRITES = "a pull request can change the file, and could have other files written"

INPUTS = (
    Input(
        name="api-key",
        kind=Kind.SECRET,
        help="API key of the Amplitude project.",
        not_in_config=_CONFIDENTIAL,
    ),
    Input(
        name="secret-key",
        kind=Kind.SECRET,
        help="Secret key of the Amplitude project.",
        not_in_config=_CONFIDENTIAL,
    ),
    Input(
        name="region",
        kind=Kind.CHOICE,
        help="Where the project's data resides.",
        default="us",
        choices=("us", "eu"),
    ),
    Input(
        name="api-url",
        kind=Kind.TEXT,
        help="Another base URL than Amplitude's own; https, or http to this machine.",
        default_help="by region",
    ),
    Input(
        name="allow-http",
        kind=Kind.BOOLEAN,
        help="Allow an `api-url` without https elsewhere than on this machine.",
        default="false",
        needs_trust=_KEYS_ELSEWHERE,
    ),
    Input(
        name="version",
        kind=Kind.TEXT,
        help="Version of the release, as the app reports it to Amplitude.",
        default_help="from git",
    ),
    Input(
        name="title",
        kind=Kind.TEXT,
        help="Title of the release, taken literally.",
        default_help="from git",
    ),
    Input(
        name="description",
        kind=Kind.TEXT,
        help="Description of the release, taken literally.",
        default_help="from git",
    ),
    Input(
        name="title-template",
        kind=Kind.TEMPLATE,
        help="Title as a template in Jinja2; `title` wins over it.",
        default_help="built in",
    ),
    Input(
        name="description-template",
        kind=Kind.TEMPLATE,
        help="Description as a template in Jinja2; `description` wins over it.",
        default_help="built in",
    ),
    Input(
        name="release-start",
        kind=Kind.TIME,
        help="When the release begins: a word of those below, or a time in ISO 8601 with offset,"
        " as `yyyy-MM-dd HH:mm:ss` in UTC, or in Unix seconds.",
        default="pipeline",
        choices=("pipeline", "now", "commit", "tag"),
    ),
    Input(
        name="release-end",
        kind=Kind.TIME,
        help="When the release ends: a word of those below, or a time as in `release-start`.",
        default="none",
        choices=("none", "start", "now"),
    ),
    Input(
        name="platforms", kind=Kind.LIST, help="Such as `iOS, Android, Web`, by commas or lines."
    ),
    Input(
        name="created-by",
        kind=Kind.TEXT,
        help="Who made the release; `none` leaves it out.",
        default_help="who ran the pipeline",
    ),
    Input(
        name="chart-visibility",
        kind=Kind.BOOLEAN,
        help="Show the release on charts.",
        default="true",
    ),
    Input(
        name="tag-pattern",
        kind=Kind.LINES,
        help="Which tags are releases: lines in the syntax of GitHub's tag filters;"
        " `!` takes away.",
        default="**",
    ),
    Input(name="strip-v", kind=Kind.BOOLEAN, help="Send `v1.2.3` as `1.2.3`.", default="true"),
    Input(
        name="on-untagged",
        kind=Kind.CHOICE,
        help="What to do where the commit carries no matching tag.",
        default="describe",
        choices=("describe", "nearest", "sha", "skip", "fail"),
    ),
    Input(
        name="paths",
        kind=Kind.LINES,
        help="Tell only commits that touch these paths, one to a line.",
        default_help="all",
    ),
    Input(
        name="working-directory",
        kind=Kind.TEXT,
        help="Folder in which the repository is.",
        default_help="the workspace",
    ),
    Input(
        name="config",
        kind=Kind.TEXT,
        help="Config file with any of these inputs as keys, secrets and paths to write excepted.",
        default_help="`.amplitude-release.yml` if there",
        not_in_config="a config file cannot name another",
    ),
    Input(
        name="trust-config",
        kind=Kind.BOOLEAN,
        help="Let the config file name other hosts, files to write, and any variable for keys."
        " Mind that a pull request can change it.",
        default="false",
        not_in_config="the file cannot vouch for itself",
    ),
    Input(
        name="github-token",
        kind=Kind.SECRET,
        help="Reads when the run started (`actions: read`, in private repositories) and what the"
        " checkout lacks (`contents: read`).",
        default_help="the job's token",
        not_in_config=_CONFIDENTIAL,
    ),
    Input(
        name="fetch",
        kind=Kind.CHOICE,
        help="Read from the remote what the checkout lacks, into a folder of its own.",
        default="auto",
        choices=("auto", "never"),
    ),
    Input(
        name="dotenv",
        kind=Kind.TEXT,
        help="File for GitLab's dotenv report, from the project's directory.",
        default_help="`annotate.env` on GitLab, else none",
        needs_trust=_WRITES,
    ),
    Input(
        name="dry-run",
        kind=Kind.BOOLEAN,
        help="Do everything but send, and show the request.",
        default="false",
    ),
    Input(
        name="sandbox",
        kind=Kind.BOOLEAN,
        help="Send to an embedded Releases API instead of Amplitude.",
        default="false",
    ),
    Input(
        name="on-failure",
        kind=Kind.CHOICE,
        help="What a delivery that did not succeed does to the step. Wrong inputs always fail it.",
        default="fail",
        choices=("fail", "warn"),
    ),
    Input(
        name="on-duplicate",
        kind=Kind.CHOICE,
        help="What a release that exists already does to the step.",
        default="accept",
        choices=("accept", "fail"),
    ),
    Input(
        name="on-rerun",
        kind=Kind.CHOICE,
        help="What a job does that is run again, where no ledger knows what was sent.",
        default="post",
        choices=("post", "skip"),
    ),
    Input(
        name="on-missing-credentials",
        kind=Kind.CHOICE,
        help="What missing keys do to the step; pull requests from forks have no secrets.",
        default="fail",
        choices=("fail", "skip"),
    ),
    Input(
        name="retries",
        kind=Kind.COUNT,
        help="Attempts after the first, where that surely did not arrive.",
        default="4",
    ),
    Input(name="timeout", kind=Kind.SECONDS, help="Seconds for one request.", default="30"),
    Input(
        name="deadline", kind=Kind.SECONDS, help="Seconds for all sending together.", default="120"
    ),
    Input(
        name="resend-unknown",
        kind=Kind.BOOLEAN,
        help="Send again also where the first may have arrived; it may then be drawn twice.",
        default="false",
    ),
    Input(
        name="ledger",
        kind=Kind.TEXT,
        help="File that remembers what was sent, so that a job that is run again sends nothing"
        " twice.",
        needs_trust=_WRITES,
    ),
    Input(
        name="ca-bundle",
        kind=Kind.TEXT,
        help="File with the certificates to trust, for a private CA.",
        default_help="the system's",
        needs_trust=_KEYS_ELSEWHERE,
    ),
    Input(
        name="debug",
        kind=Kind.BOOLEAN,
        help="Log every git command and request; also on when the runner's debug logging is.",
        default="false",
    ),
)

BY_NAME = {one.name: one for one in INPUTS}
