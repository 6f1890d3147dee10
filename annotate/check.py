"""`annotate check`: whether a release would be sent, found out without writing anything.

Each part of a run is tried on its own, so that all problems are named in one go, and what one part
does not know hides nothing of the others. A run stops at the first part that fails.
"""

import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from annotate.amplitude import keys
from annotate.amplitude.categories import Question
from annotate.ci.detection import CI
from annotate.deadline import Deadline
from annotate.errors import AnnotateError, Message, NoVersion, Skip, TimeUp, Topic
from annotate.findings import Finding, bad, good, unknown
from annotate.git import checkout
from annotate.git.checkout import Checkout
from annotate.http import certificates
from annotate.http.hosts import host_of, proxy_for
from annotate.http.reply import SessionError
from annotate.inputs import settings
from annotate.inputs.config_file import DEFAULT_NAME
from annotate.inputs.settings import Settings
from annotate.inputs.sources import Sources
from annotate.inputs.table import BY_NAME
from annotate.inputs.targets import Target
from annotate.inputs.words import OnMissingCredentials
from annotate.notes.history import History
from annotate.outcome import Outcome
from annotate.pipeline import Pipeline
from annotate.process import Process
from annotate.redaction import Secrets
from annotate.regex import Regex
from annotate.release import compose
from annotate.run import BESIDE_SENDING, Around, gather, sent_by_each_push, session
from annotate.text import counted, one_line
from annotate.title_and_description import TargetFields

T = TypeVar("T")
# Problems after which nobody knows to which host the keys may go, or whether to any. They are told
# by their topic, or by the input that their mend sets.
_OF_THE_HOST = {Topic.ADDRESS, Topic.CONFIG, Topic.TARGETS}
_SETS_THE_HOST = Regex(
    r"(?m)^(?:--)?"
    r"(?:region|api-url|allow-http|ca-bundle|dry-run|sandbox|config|working-directory)\b"
)


class Check:
    """One check. `_look_at_all` contains its parts in order."""

    def __init__(
        self,
        sources: Sources,
        process: Process,
        ci: CI,
        *,
        secrets: Secrets,
        debug: Callable[[str], None],
    ) -> None:
        """Prepare a check with the inputs in `sources`. `debug` prints a line."""
        self._sources = sources
        self._process = process
        self._ci = ci
        self._secrets = secrets
        self._print_debug = debug
        self._debugs = False
        self._deadline = Deadline(
            monotonic=process.monotonic, until=process.monotonic() + BESIDE_SENDING
        )
        self._found: list[Finding] = []

    def findings(self) -> list[Finding]:
        """Look at everything, and return what was found. Errors become part of it."""
        try:
            self._process.set_alarm(self._deadline.left)
            self._try("inputs", self._look_at_all)
            # Only the report follows; a signal must not cut it off.
            self._process.hold_signals()
        except TimeUp:
            self._process.hold_signals()
            self._found.append(unknown(time_up(), "time"))
        # Parts that need the same fail alike.
        return list(dict.fromkeys(self._found))

    def _look_at_all(self) -> None:
        process = self._process
        inputs, problems = settings.read_with_problems(
            self._sources, process.env, process.cwd, brief=False
        )
        self._debugs = inputs.debug
        self._deadline = self._deadline._replace(until=self._deadline.until + inputs.deadline)
        process.set_alarm(self._deadline.left)
        inputs.hide_keys(self._secrets)
        pipeline = self._try("CI", lambda: self._look_at_pipeline(inputs))
        self._look_at_inputs(inputs, problems)
        gathered = pipeline and self._try(
            "version", lambda: self._look_at_repository(inputs, pipeline)
        )
        if gathered:
            self._look_at_texts(inputs, *gathered, problems)
        else:
            self._found.append(unknown(NO_TEXTS, "title"))
        self._look_at_hosts(inputs, problems)
        if inputs.ledger:
            self._try("ledger", lambda: self._look_at_ledger(inputs.ledger))

    def _look_at_inputs(self, inputs: Settings, problems: Sequence[Message]) -> None:
        if inputs.config:
            self._found.append(good("config file", inputs.config))
        elif not any(problem.topic is Topic.CONFIG for problem in problems):
            self._found.append(good("config file", f"none: there is no {DEFAULT_NAME}"))
        sources = inputs.common.sources
        rows = [f"{name}: {sources[name]}" for name in BY_NAME if name in sources]
        self._found.append(good("inputs", "\n".join(rows) or "none is set"))
        self._found += [bad(problem, Outcome.INVALID) for problem in problems]
        self._found += map(unknown, inputs.warnings)
        # The warning about keys beside the sandbox says it, too.
        is_told = any(warning.topic is Topic.SANDBOX_USED for warning in inputs.warnings)
        for name, is_set in (
            ("sandbox", inputs.sandbox and not is_told),
            ("dry-run", inputs.dry_run),
        ):
            if is_set:
                self._found.append(unknown(sends_nothing(name, sources[name]), "API"))

    def _look_at_pipeline(self, inputs: Settings) -> Pipeline:
        process = self._process
        pipeline = self._ci.read(process.env, process.now(), inputs.github_token)
        facts = (pipeline.ci, pipeline.event, pipeline.ref)
        self._found.append(good("CI", ", ".join(filter(None, facts))))
        self._found += map(unknown, pipeline.warnings)
        if pipeline.no_release:
            self._found.append(unknown(pipeline.no_release))
        return pipeline

    def _look_at_repository(self, inputs: Settings, pipeline: Pipeline) -> tuple[Pipeline, History]:
        process = self._process
        found = self._checkout(inputs)
        around = Around(process, self._ci, self._secrets, self._deadline, self._debug)
        if found:
            name = pipeline.repository or checkout.repository_of(found.origin)[0] or found.name
            at = f" at commit {found.head[:7]}" if found.head else ""
            self._found.append(good("repository", f"{name}, in {found.root}{at}"))
        pipeline, history = gather(around, inputs, pipeline, meanwhile=lambda: None)
        if history.lacked and not found:
            self._found.append(good("repository", f"{pipeline.repository}, without a checkout"))
        if history.complete:
            lacked = f"{history.lacked}; the rest was read from the remote"
            text = lacked if history.lacked else "has all that a release needs"
            self._found.append(good("checkout", text))
        self._found += map(unknown, history.concerns)
        self._found.append(good("version", f"{history.version}: {history.reason}"))
        if notice := sent_by_each_push(inputs, pipeline, history):
            self._found.append(unknown(notice))
        before = history.previous or "none: this is the first release"
        commits = f"{counted(history.count, 'commit')} since then" if history.previous else ""
        self._found.append(good("previous release", ", ".join(filter(None, (before, commits)))))
        return pipeline, history

    def _checkout(self, inputs: Settings) -> Checkout | None:
        """Return the checkout; None without one that can be read, as `gather` then says."""
        directory = self._process.cwd / inputs.working_directory
        try:
            return checkout.find(directory, self._debug, self._deadline)
        except NoVersion:
            return None

    def _look_at_texts(
        self, inputs: Settings, pipeline: Pipeline, history: History, problems: Iterable[Message]
    ) -> None:
        # In the place of a template that is wrong, there is the text of a release without it.
        is_sure = not any(problem.topic is Topic.TEMPLATE for problem in problems)

        def look(target: Target, name: str, fields: TargetFields) -> None:
            now = self._process.now()
            made = compose(inputs.common, [fields], history, pipeline, now)
            self._found += map(unknown, made.warnings)
            start = next(fact for fact in made.facts() if fact.name == "release start")
            self._found.append(good("release start", f"{start.value}: {start.source}"))
            [release] = made.releases
            size = counted(len(release.description), "character")
            if is_sure:
                text = release.title if name == "title" else size
                self._found.append(_of(target, good(name, text)))

        for target in inputs.targets:
            # Apart from each other, so that a mistake in one does not hide that in the other.
            alone = {
                "title": target.fields._replace(description_template=None),
                "description": target.fields._replace(title_template=None),
            }
            for name, fields in alone.items():
                self._try(name, partial(look, target, name, fields), target.name)

    def _look_at_hosts(self, inputs: Settings, problems: Sequence[Message]) -> None:
        if not inputs.needs_keys:
            return
        if not self._sources.flags_are_known or any(map(_concerns_the_host, problems)):
            self._found.append(unknown(HOST_IN_DOUBT, "API"))
            return
        for target in inputs.targets:
            # If they are required, a problem says that they are missing.
            if not target.keys and inputs.on_missing_credentials is OnMissingCredentials.SKIP:
                source = inputs.common.sources["on-missing-credentials"]
                self._found.append(_of(target, unknown(no_keys(source))))
            self._try("API", partial(self._look_at_host, inputs, target), target.name)

    def _look_at_host(self, inputs: Settings, target: Target) -> None:
        """Ask the host of a target whether it takes the keys; no other host gets them."""
        process, pair = self._process, target.keys
        malformed, _ = keys.check(pair, ("api-key", "secret-key"))
        question = Question(
            base_url=target.base_url,
            authorization=pair.authorization if pair and not malformed else "",
            proxy=host_of(proxy_for(target.base_url, process.env)),
            ca_file=certificates.trusted(process.env, inputs.ca_bundle),
            redact=self._secrets.redact,
        )
        try:
            exchange = session(process, inputs, self._debug).prepare(
                "GET",
                question.url,
                headers=question.headers,
                timeout=max(min(inputs.timeout, self._deadline.left), 1.0),
            )
            found = question.answered(exchange.start().wait())
        except SessionError as error:
            found = question.failed(error)
        self._found += [_of(target, one) for one in found]

    def _look_at_ledger(self, name: str) -> None:
        from annotate.delivery import ledger

        path = self._process.cwd / name
        ledger.check_file(path, self._process, self._deadline.until, debug=self._debug)
        state = "" if path.exists() else ", which the first release makes"
        self._found.append(good("ledger", f"{path}{state}"))

    def _try(self, subject: str, look: Callable[[], T], target: str = "") -> T | None:
        """Return what `look` returns; None if it raises an error, which becomes a finding."""
        try:
            return look()
        except AnnotateError as error:
            self._debug(traceback.format_exc())
            is_skip = isinstance(error, Skip)
            self._found += [
                unknown(one) if is_skip else bad(one, error.outcome)._replace(target=target)
                for one in error.messages
            ]
        except Exception as error:  # noqa: BLE001 - the other parts go on, whatever is broken
            self._debug(traceback.format_exc())
            self._found.append(unknown(not_checked(error), subject)._replace(target=target))
        return None

    def _debug(self, text: str) -> None:
        if self._debugs:
            self._print_debug(text)


def _of(target: Target, finding: Finding) -> Finding:
    return finding._replace(target=target.name)


def _concerns_the_host(problem: Message) -> bool:
    # Keys that are missing go to no host; `sandbox` is only one of the ways to do without them.
    if problem.topic is Topic.KEYS:
        return False
    return problem.topic in _OF_THE_HOST or bool(_SETS_THE_HOST.search(problem.mend))


HOST_IN_DOUBT = Message(
    "It is not known whether the host answers and takes the keys: nothing was asked.",
    "What is bad above may decide where keys go, and they go to no host that was not chosen.",
    "Correct what is bad above, and check again.",
    topic=Topic.CHECK,
)
NO_TEXTS = Message(
    "Title and description are not known without a version.",
    "They are made of the commits since the previous release, and templates show the version.",
    "Correct what is bad above, and check again.",
    topic=Topic.CHECK,
)


def time_up() -> Message:
    """The message for a check that was stopped at its deadline."""
    return Message(
        "The check was stopped at its deadline; what is missing here is not known.",
        f"It may take as long as the input deadline and {BESIDE_SENDING:g} seconds more.",
        "Look at the last line before this one, or allow more time:\ndeadline: 600",
        topic=Topic.TIME,
    )


def sends_nothing(name: str, source: str) -> Message:
    """The message for an input such as `dry-run`, set by `source`, with which nothing is sent."""
    return Message(
        f"Nothing goes to Amplitude: {name} is `true`.",
        f"It is set by {source}. So host and keys are not tried.",
        f"{name}: false   # to send releases",
        topic=Topic.CHECK,
    )


def no_keys(source: str) -> Message:
    """The message for missing keys where on-missing-credentials, set by `source`, is `skip`."""
    return Message(
        "It is not known whether the keys are right: they are not set.",
        f"on-missing-credentials is `skip`, set by {source}: without keys, nothing is sent.",
        "Set api-key and secret-key in the pipelines that should send releases.",
        topic=Topic.KEYS,
    )


def not_checked(error: Exception) -> Message:
    """The message for a part that ended with an error of ours."""
    return Message(
        f"This could not be checked: {type(error).__name__}: {one_line(str(error))}.",
        "This is a bug in annotate, whatever the inputs are. Please report it with the lines that"
        " the log has with debug.",
        "debug: true",
        topic=Topic.DEFECT,
    )
