"""One run: gather the facts, compose the releases, deliver them, and return the result.

Nothing is printed here except progress and debug lines; `report/` prints the result.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Literal, NamedTuple

from annotate import messages
from annotate.amplitude import releases
from annotate.amplitude.keys import Keys
from annotate.amplitude.request import Request
from annotate.ci.detection import CI, StartQuestion
from annotate.deadline import Deadline
from annotate.errors import AnnotateError, Interrupted, Message, NoVersion, Skip, Stopped, TimeUp
from annotate.git import reading
from annotate.git.checkout import Checkout, repository_of
from annotate.git.history import Query, without_repository
from annotate.git.reading import Locations
from annotate.git.remote import credentials
from annotate.git.remote.transfer import Remote
from annotate.http import certificates
from annotate.inputs import settings
from annotate.inputs.settings import Settings
from annotate.inputs.sources import Sources
from annotate.inputs.targets import Target
from annotate.inputs.words import Command, Fetch, OnRerun
from annotate.notes.history import History
from annotate.outcome import OnFailure, Outcome
from annotate.pipeline import Pipeline
from annotate.process import Process
from annotate.redaction import Secrets
from annotate.release import Fact, Release, Start, compose
from annotate.result import Delivery, Posting, Result
from annotate.stopwatch import Part, Stopwatch

if TYPE_CHECKING:
    from annotate.delivery.dispatch import Dispatch
    from annotate.delivery.ledger import Ledger
    from annotate.delivery.retry import Limits
    from annotate.http.session import Session

#: Seconds that a run may take beside the sending, which has the input `deadline`: far more than
#: reading the largest repositories and completing a checkout of them takes.
BESIDE_SENDING = 180.0
# Inputs for a run that comes after another one; the sandbox of a run knows no other.
_OF_LATER_RUNS = ("ledger", "on-rerun")
# The sandbox accepts any keys, so it does not receive the user's.
_SANDBOX_KEYS = Keys(api_key="sandbox", secret_key="sandbox")  # noqa: S106 - not a real credential


class Around(NamedTuple):
    """What gathering facts takes from outside."""

    process: Process
    ci: CI
    secrets: Secrets
    deadline: Deadline
    debug: Callable[[str], None]


class Run:
    """One run. `_gather_compose_deliver` contains its steps in order."""

    def __init__(
        self,
        sources: Sources,
        process: Process,
        ci: CI,
        *,
        secrets: Secrets,
        progress: Callable[[str], None],
        debug: Callable[[str], None],
    ) -> None:
        """Prepare a run with the inputs in `sources`.

        `progress` prints a line while the run goes on, `debug` a line for the input `debug`.
        """
        self._sources = sources
        self._process = process
        self._ci = ci
        self._secrets = secrets
        self._progress = progress
        self._print_debug = debug
        self._settings: Settings | None = None
        self._dispatch: Dispatch | None = None
        self._stopwatch = Stopwatch(process.monotonic)
        # The input `deadline` is added as soon as it is known.
        self._deadline = Deadline(
            monotonic=process.monotonic, until=process.monotonic() + BESIDE_SENDING
        )
        #: The targets without keys, with the outcome `skipped`.
        self._skipped: list[Delivery] = []
        self._result = Result(outcome=Outcome.DEFECT, dotenv=sources.text("dotenv", ci.DOTENV))

    def result(self) -> Result:
        """Execute the run and return its result. Errors and signals become part of it."""
        try:
            with self._stopwatch.telling(self._progress):
                self._process.set_alarm(self._deadline.left)
                self._end_with_result()
            # Only the report of the result follows; a signal must not cut it off.
            self._process.hold_signals()
        except Interrupted as interrupt:
            self._interrupted(interrupt)
        except TimeUp:
            self._process.hold_signals()
            self._time_is_up()
        return self._result

    def _end_with_result(self) -> None:
        try:
            self._gather_compose_deliver()
        except AnnotateError as error:
            self._warn(error.warnings)
            self._result = self._result.ended(error.outcome, *error.messages)
            self._debug(traceback.format_exc())
        except Exception as error:  # noqa: BLE001 - what was sent before it must be reported
            if self._dispatch and self._settings:
                self._dispatch.give_up()
                self._delivered(self._settings, self._dispatch)
            self._result = self._result.ended(Outcome.DEFECT, messages.defect(error))

    def _gather_compose_deliver(self) -> None:
        inputs = self._read_inputs()
        pipeline = self._read_pipeline(inputs)
        targets = self._targets_with_keys(inputs)
        self._stopwatch.begin(Part.REPOSITORY)
        pipeline, history = self._gather(inputs, pipeline)
        self._stopwatch.begin(Part.TEXTS)
        composed = self._compose(inputs, targets, pipeline, history)
        self._stopwatch.begin(Part.SENDING)
        if inputs.dry_run:
            self._requests(targets, composed)
            self._result = self._result.ended(Outcome.DRY_RUN)
            return
        with self._sandbox(inputs, targets) as places:
            self._deliver(places, self._requests(places, composed), inputs, pipeline)

    def _read_inputs(self) -> Settings:
        process = self._process
        inputs = settings.read(self._sources, process.env, process.cwd)
        self._settings = inputs
        self._deadline = self._deadline._replace(until=self._deadline.until + inputs.deadline)
        process.set_alarm(self._deadline.left)
        inputs.hide_keys(self._secrets)
        return inputs

    def _read_pipeline(self, inputs: Settings) -> Pipeline:
        """Return the pipeline. Raises Skip if it announces no release."""
        pipeline = self._ci.read(self._process.env, self._process.now(), inputs.github_token)
        self._result = self._result._replace(
            seen=_seen(pipeline, inputs),
            warnings=(*inputs.warnings, *pipeline.warnings),
            dotenv=inputs.dotenv or self._ci.DOTENV,
        )
        if pipeline.no_release and not inputs.ref:
            raise Skip(pipeline.no_release)
        return pipeline

    def _targets_with_keys(self, inputs: Settings) -> list[Target]:
        """Return the targets that have keys. Raises Skip if there are none.

        The others are recorded as skipped, with a warning each.
        """
        targets, without_keys = by_keys(inputs)
        self._warn(map(messages.target_without_keys, without_keys))
        self._skipped = [
            Delivery(target=name, outcome=Outcome.SKIPPED, attempts=0) for name in without_keys
        ]
        return targets

    def _gather(self, inputs: Settings, pipeline: Pipeline) -> tuple[Pipeline, History]:
        around = Around(self._process, self._ci, self._secrets, self._deadline, self._debug)
        meanwhile = (lambda: None) if inputs.dry_run else _import_sending
        pipeline, history = gather(around, inputs, pipeline, meanwhile)
        self._result = self._result._replace(history=history, pipeline=pipeline)
        self._warn(history.concerns)
        # A preview sends nothing.
        if self._sources.command != Command.PREVIEW:
            self._notice(sent_by_each_push(inputs, pipeline, history))
        return pipeline, history

    def _warn(self, warnings: Iterable[Message]) -> None:
        self._result = self._result._replace(warnings=(*self._result.warnings, *warnings))

    def _notice(self, message: Message | None) -> None:
        if message:
            self._result = self._result._replace(notices=(*self._result.notices, message))

    def _compose(
        self, inputs: Settings, targets: Sequence[Target], pipeline: Pipeline, history: History
    ) -> tuple[Release, ...]:
        fields = [target.fields for target in targets]
        composition = compose(inputs.common, fields, history, pipeline, self._process.now())
        self._result = self._result._replace(
            releases=composition.releases, decided=composition.facts()
        )
        self._warn(composition.warnings)
        return composition.releases

    @contextmanager
    def _sandbox(self, inputs: Settings, targets: Sequence[Target]) -> Iterator[Sequence[Target]]:
        """Yield the targets to send to: with `sandbox: true`, each is a sandbox in this run."""
        if not inputs.sandbox:
            yield targets
            return
        from annotate.sandbox import server

        with server.running(self._process.now) as url:
            self._result = self._result._replace(sandbox=True)
            sources = inputs.common.sources
            unused = [name for name in _OF_LATER_RUNS if name in sources]
            self._notice(messages.sandbox(sources["sandbox"], unused))
            yield [target._replace(base_url=url, keys=_SANDBOX_KEYS) for target in targets]

    def _requests(
        self, targets: Sequence[Target], composed: Sequence[Release]
    ) -> Sequence[Request]:
        """Return the requests that create the releases, which are also part of the result."""
        requests = [
            releases.create(target.base_url, release)
            for target, release in zip(targets, composed, strict=True)
        ]
        postings = [
            Posting(
                target=target.name,
                url=request.url,
                headers=request.headers("Basic ***"),
                release=release,
            )
            for target, request, release in zip(targets, requests, composed, strict=True)
        ]
        self._result = self._result._replace(postings=tuple(postings))
        return requests

    def _deliver(
        self,
        targets: Sequence[Target],
        requests: Sequence[Request],
        inputs: Settings,
        pipeline: Pipeline,
    ) -> None:
        from annotate.delivery.dispatch import Dispatch, Sending
        from annotate.delivery.entry import LedgerFailed

        sendings = [
            Sending(target=target.name, version=release.version, request=request, keys=target.keys)
            for target, request, release in zip(
                targets, requests, self._result.releases, strict=True
            )
        ]
        until = self._deadline.within(inputs.deadline).until
        self._dispatch = dispatch = Dispatch(
            self._process,
            session(self._process, inputs, self._debug),
            limits(inputs),
            sendings,
            log=self._progress,
            redact=self._secrets.redact,
        )
        try:
            with self._ledger(inputs, until) as ledger:
                unrecorded = [
                    number
                    for number, sending in enumerate(sendings)
                    if ledger is None or ledger.entry(sending.key) is None
                ]
                if unrecorded and pipeline.attempt > 1 and not inputs.sandbox:
                    self._notice_rerun(inputs.on_rerun, unrecorded, dispatch)
                try:
                    dispatch.send(ledger, until)
                except Stopped:
                    # `give_up` needs the ledger, which is still open here.
                    dispatch.give_up()
                    raise
        except LedgerFailed as failure:
            dispatch.fail(failure.before)
        self._delivered(inputs, dispatch)

    def _ledger(self, inputs: Settings, until: float) -> "AbstractContextManager[Ledger | None]":
        """Return a context manager that opens the ledger, if there is one."""
        # The sandbox keeps no releases, so there is nothing to record.
        if not inputs.ledger or inputs.sandbox:
            return nullcontext()
        from annotate.delivery.ledger import ledger_at

        path = self._process.cwd / inputs.ledger
        return ledger_at(path, self._process, until, debug=self._debug)

    def _notice_rerun(
        self, on_rerun: OnRerun, unrecorded: Sequence[int], dispatch: "Dispatch"
    ) -> None:
        """Add a notice that an earlier attempt may have sent the releases that no ledger records.

        If `on_rerun` is `skip`, they are skipped instead. Raises Skip if that leaves none to send.
        """
        if on_rerun is OnRerun.POST:
            self._notice(messages.RERUN)
        elif len(unrecorded) == len(dispatch.deliveries):
            raise Skip(messages.RERUN_SKIPPED)
        else:
            dispatch.skip(unrecorded, messages.RERUN_SKIPPED)

    def _delivered(
        self,
        inputs: Settings,
        dispatch: "Dispatch",
        unsent: Outcome = Outcome.INTERRUPTED,
    ) -> list[Delivery]:
        """Add the deliveries to the result. `unsent` is the outcome of those that were cut off."""
        deliveries = [
            one._replace(outcome=unsent) if one.outcome is Outcome.INTERRUPTED else one
            for one in [*dispatch.deliveries, *self._skipped]
        ]
        self._result = self._result.delivered(deliveries, inputs.on_failure, inputs.on_duplicate)
        return deliveries

    def _interrupted(self, interrupt: Interrupted) -> None:
        result = self._result.ended(Outcome.INTERRUPTED, messages.INTERRUPTED)
        if self._dispatch and self._settings:
            self._dispatch.give_up()
            deliveries = self._delivered(self._settings, self._dispatch)
            result = _cut_short(self._result, deliveries)
        self._result = result._replace(exit_code=interrupt.exit_code)

    def _time_is_up(self) -> None:
        inputs = self._settings
        left: Literal["all", "some", "unknown"] = "all"
        if self._dispatch and inputs:
            self._dispatch.give_up()
            deliveries = self._delivered(inputs, self._dispatch, unsent=Outcome.UNAVAILABLE)
            # Those that were cut off have no message.
            unfinished = [
                one.outcome
                for one in deliveries
                if one.outcome in {Outcome.UNKNOWN, Outcome.UNAVAILABLE} and not one.message
            ]
            if not unfinished:
                return
            if Outcome.UNKNOWN in unfinished:
                left = "unknown"
            elif len(unfinished) < len(deliveries):
                left = "some"
        else:
            self._result = self._result.ended(Outcome.UNAVAILABLE)
            if inputs and inputs.on_failure is OnFailure.WARN:
                self._result = self._result._replace(exit_code=0)
        sending = inputs.deadline if inputs else 0.0
        message = messages.time_up(sending, BESIDE_SENDING, self._stopwatch.spent(), left=left)
        self._result = self._result._replace(messages=(message,))

    def _debug(self, text: str) -> None:
        if self._settings and self._settings.debug:
            self._print_debug(text)


def by_keys(inputs: Settings) -> tuple[list[Target], list[str]]:
    """Return the targets to send to, and the names of those that have no keys.

    Raises Skip if none has keys.
    """
    if not inputs.needs_keys:
        return list(inputs.targets), []
    with_keys = [target for target in inputs.targets if target.keys]
    if not with_keys:
        raise Skip(messages.NO_KEYS)
    return with_keys, [target.name for target in inputs.targets if not target.keys]


def gather(
    around: Around, inputs: Settings, pipeline: Pipeline, meanwhile: Callable[[], object]
) -> tuple[Pipeline, History]:
    """Read the repository, while the CI is asked for the start of the pipeline.

    `meanwhile` is called before git is waited for. Return the pipeline with what is known by then.
    Raises NoVersion or Skip if there is no release, and InvalidInputs if git cannot do as asked.
    """
    question = _ask_for_start(around, inputs)
    query = _query(inputs, pipeline)
    if inputs.ref and inputs.ref != pipeline.tag:
        # What started the pipeline is another release.
        pipeline = pipeline._replace(published=None)
    try:
        locations = _locations(around, inputs, pipeline, meanwhile)
        history, checkout = reading.read(locations, pipeline, query)
        if checkout:
            pipeline = with_repository(pipeline, checkout)
    except NoVersion as error:
        if inputs.common.start in {Start.COMMIT, Start.TAG}:
            raise
        history = without_repository(query, error)
    if question:
        pipeline = pipeline._replace(start=question.result(pipeline.start))
    return pipeline, history


def sent_by_each_push(inputs: Settings, pipeline: Pipeline, history: History) -> Message | None:
    """Return the notice for a release that each push to the branch sends, unless it is meant."""
    is_meant = inputs.version or "on-untagged" in inputs.common.sources
    if history.tag or is_meant or not pipeline.untagged_push:
        return None
    return pipeline.untagged_push(history.previous)


def session(process: Process, inputs: Settings, debug: Callable[[str], None]) -> "Session":
    """Return the HTTP session, with the proxies and certificates of the user."""
    from annotate.http.session import Session

    return Session(process.env, ca_bundle=inputs.ca_bundle, debug=debug)


def limits(inputs: Settings) -> "Limits":
    """Return the limits of the attempts to send a release."""
    from annotate.delivery.retry import Limits

    return Limits(
        retries=inputs.retries,
        timeout=inputs.timeout,
        resend_unknown=inputs.resend_unknown,
    )


def _ask_for_start(around: Around, inputs: Settings) -> StartQuestion | None:
    """Ask the CI when the pipeline started, without waiting; None if that is not needed."""
    if inputs.common.start is not Start.PIPELINE:
        return None
    env = around.process.env
    return around.ci.ask_for_start(
        env, inputs.github_token, lambda: session(around.process, inputs, around.debug)
    )


def _query(inputs: Settings, pipeline: Pipeline) -> Query:
    return Query(
        event_tag=inputs.ref or pipeline.tag,
        asked=bool(inputs.ref),
        # The version that is given is that of this commit.
        version="" if inputs.ref else inputs.version,
        patterns=inputs.tag_pattern,
        strip_v=inputs.common.strip_v,
        on_untagged=inputs.on_untagged,
        previous_tag=inputs.previous_tag,
        repository=pipeline.name,
        paths=inputs.paths,
        auto_paths=inputs.auto_paths,
        fetch=inputs.fetch is Fetch.AUTO,
    )


def _locations(
    around: Around, inputs: Settings, pipeline: Pipeline, meanwhile: Callable[[], object]
) -> Locations:
    workspace = around.process.cwd
    return Locations(
        directory=workspace / inputs.working_directory,
        prefix=_within(workspace, inputs.working_directory),
        remotes=lambda found: _remotes(around, found, pipeline, inputs),
        deadline=around.deadline,
        meanwhile=meanwhile,
        debug=around.debug,
    )


def _remotes(
    around: Around, found: Checkout | None, pipeline: Pipeline, inputs: Settings
) -> list[Remote]:
    """Return the remotes to try. Their passwords and tokens are hidden from here on."""
    redact = around.secrets.redact
    redact.add_url(found.origin if found else "")
    system_bundle = certificates.trusted(around.process.env, inputs.ca_bundle)
    remotes = credentials.remotes(
        found, pipeline, ca_bundle=inputs.ca_bundle, system_bundle=system_bundle
    )
    redact.add(pairs=[remote.authorization.rpartition(" ")[2] for remote in remotes])
    return remotes


def _import_sending() -> None:
    """Import what sending needs, in another thread."""
    Thread(target=import_module, args=("annotate.delivery.dispatch",), daemon=True).start()


def _seen(pipeline: Pipeline, inputs: Settings) -> tuple[Fact, ...]:
    """Return the facts about the pipeline, and where each input is set."""
    rows = {
        "runtime": pipeline.ci,
        "event": pipeline.event,
        "ref": pipeline.ref,
        "commit": pipeline.commit,
        "repository": pipeline.repository,
        "run by": pipeline.actor,
        "run": pipeline.run_url,
        "attempt": str(pipeline.attempt) if pipeline.attempt > 1 else "",
    }
    sources = inputs.common.sources
    return (
        *(Fact(name=name, value=value) for name, value in rows.items() if value),
        *(Fact(name="input", value=name, source=source) for name, source in sources.items()),
    )


def _within(workspace: Path, name: str) -> str:
    """Return the path of a folder relative to the workspace; `.` if it is outside."""
    try:
        folder = (workspace / name).resolve()
    except (OSError, RuntimeError):
        # A loop of symbolic links, or a name that is not valid in the file system.
        return "."
    inside = folder.is_relative_to(workspace.resolve())
    return folder.relative_to(workspace.resolve()).as_posix() if inside else "."


def with_repository(pipeline: Pipeline, checkout: Checkout) -> Pipeline:
    """Return the pipeline with the checkout's repository, unless it already names that one."""
    path, page = repository_of(checkout.origin)
    if pipeline.repository and (not path or path.endswith(pipeline.repository)):
        return pipeline
    return pipeline._replace(repository=path or checkout.name, web_url=page, forge="")


def _cut_short(result: Result, deliveries: Sequence[Delivery]) -> Result:
    """Return the result of a run that a signal interrupted during the delivery."""
    # Those that were cut off have no message.
    outcomes = {delivery.outcome for delivery in deliveries if not delivery.message}
    if Outcome.UNKNOWN in outcomes:
        message = messages.INTERRUPTED_AFTER_SENDING
        return result._replace(outcome=Outcome.UNKNOWN, messages=(message,))
    if Outcome.INTERRUPTED not in outcomes:
        return result
    nothing_sent = all(delivery.outcome is Outcome.INTERRUPTED for delivery in deliveries)
    message = messages.INTERRUPTED if nothing_sent else messages.INTERRUPTED_BETWEEN
    return result._replace(outcome=Outcome.INTERRUPTED, messages=(message,))
