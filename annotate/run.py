"""One run: gather the facts, compose the releases, deliver them, and return the result.

Nothing is printed here. `report/` shows the result; only progress and debug lines go out while the
run goes on.
"""

import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from annotate import messages
from annotate.amplitude import releases
from annotate.amplitude.keys import Keys
from annotate.ci.detection import CI
from annotate.delivery.dispatch import Dispatch, Sending
from annotate.delivery.ledger import Ledger, LedgerFailed, ledger_at
from annotate.delivery.retry import Limits
from annotate.errors import AnnotateError, Interrupted, NoVersion, Skip
from annotate.git import reading
from annotate.git.checkout import Checkout, repository_of
from annotate.git.history import Query, without_repository
from annotate.git.reading import Locations
from annotate.git.remote import credentials
from annotate.http.session import Session
from annotate.inputs import settings
from annotate.inputs.settings import Settings
from annotate.inputs.sources import Sources
from annotate.inputs.targets import Target
from annotate.inputs.words import Fetch, OnRerun
from annotate.notes.history import History
from annotate.outcome import Outcome
from annotate.pipeline import Pipeline
from annotate.process import Process
from annotate.release import Fact, Release, Start, compose
from annotate.result import Delivery, Posting, Result
from annotate.sandbox import server

# The sandbox takes any keys, so it gets none of the user's.
_SANDBOX_KEYS = Keys(api_key="sandbox", secret_key="sandbox")  # noqa: S106 - opens nothing


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a run talks to while it goes on."""

    process: Process
    ci: CI
    #: Registers secrets: for our own redaction, and with the runner.
    hide: Callable[[Sequence[str]], None]
    redact: Callable[[str], str]
    #: Prints a line about what is going on now.
    progress: Callable[[str], None]
    #: Prints a line for the input `debug`.
    debug: Callable[[str], None]


class Run:
    """One run; its steps read top to bottom in `_gather_compose_deliver`."""

    def __init__(self, sources: Sources, surroundings: Surroundings) -> None:
        """Prepare a run with the inputs in `sources`."""
        self._sources = sources
        self._around = surroundings
        self._process = surroundings.process
        self._settings: Settings | None = None
        self._dispatch: Dispatch | None = None
        #: Targets without keys; they have an outcome, too.
        self._left_out: list[Delivery] = []
        dotenv = sources.text("dotenv", surroundings.ci.DOTENV)
        self._result = Result(outcome=Outcome.DEFECT, dotenv=dotenv)

    def result(self) -> Result:
        """Run, and return the result, whatever happens."""
        try:
            self._end_with_result()
            # The result is about to be reported, and a signal finds nothing left to stop.
            self._process.hold_signals()
        except Interrupted as interrupt:
            self._interrupted(interrupt)
        return self._result

    def _end_with_result(self) -> None:
        try:
            self._gather_compose_deliver()
        except AnnotateError as error:
            self._result = self._result.ended(error.outcome, *error.messages)
            self._debug(traceback.format_exc())
        except Exception as error:  # noqa: BLE001 - also what fails while it is told must leak nothing
            if self._dispatch and self._settings:
                self._dispatch.give_up()
                self._delivered(self._settings, self._dispatch)
            self._result = self._result.ended(Outcome.DEFECT, messages.defect(error))

    def _gather_compose_deliver(self) -> None:
        process = self._process
        inputs = settings.read(self._sources, process.env, process.cwd)
        self._settings = inputs
        for target in inputs.targets:
            self._around.hide(target.keys.secrets)
        pipeline = self._around.ci.read(process.env, process.now(), inputs.github_token)
        self._result = replace(
            self._result,
            seen=_seen(pipeline, inputs),
            warnings=(*inputs.warnings, *pipeline.warnings),
            dotenv=inputs.dotenv or self._around.ci.DOTENV,
        )
        if pipeline.tag_deleted:
            raise Skip(messages.deleted_tag(pipeline))
        targets = self._targets_with_keys(inputs)
        session = Session(process.env, ca_bundle=inputs.ca_bundle, debug=self._debug)
        pipeline, history = self._gather(inputs, pipeline, session)
        composed = self._compose(inputs, targets, pipeline, history)
        with ExitStack() as stack:
            if inputs.sandbox and not inputs.dry_run:
                url = stack.enter_context(server.running(process.now))
                targets = [replace(one, base_url=url, keys=_SANDBOX_KEYS) for one in targets]
            sendings = [
                Sending(
                    target=target.name,
                    version=release.version,
                    request=releases.create(target.base_url, release),
                    keys=target.keys,
                )
                for target, release in zip(targets, composed, strict=True)
            ]
            postings = [
                Posting(
                    target=sending.target,
                    url=sending.request.url,
                    headers=sending.request.headers("Basic ***"),
                    release=release,
                )
                for sending, release in zip(sendings, composed, strict=True)
            ]
            self._result = replace(self._result, postings=tuple(postings))
            if inputs.dry_run:
                self._result = self._result.ended(Outcome.DRY_RUN)
            else:
                self._deliver(sendings, inputs, pipeline, session)

    def _targets_with_keys(self, inputs: Settings) -> list[Target]:
        """Return the targets that can be served; Skip if there are none."""
        if not inputs.needs_keys:
            return list(inputs.targets)
        lacking = [target.name for target in inputs.targets if not target.keys]
        if len(lacking) == len(inputs.targets):
            raise Skip(messages.NO_KEYS)
        left_out = map(messages.left_out, lacking)
        self._result = replace(self._result, warnings=(*self._result.warnings, *left_out))
        self._left_out = [
            Delivery(target=name, outcome=Outcome.SKIPPED, attempts=0) for name in lacking
        ]
        return [target for target in inputs.targets if target.keys]

    def _gather(
        self, inputs: Settings, pipeline: Pipeline, session: Session
    ) -> tuple[Pipeline, History]:
        """Read git; meanwhile the CI is asked for the start of the pipeline."""
        process, question = self._process, None
        if inputs.wanted.start is Start.PIPELINE:
            question = self._around.ci.ask_for_start(process.env, inputs.github_token, session)
        query = Query(
            event_tag=pipeline.tag,
            version=inputs.version,
            patterns=inputs.tag_pattern,
            strip_v=inputs.wanted.strip_v,
            on_untagged=inputs.on_untagged,
            paths=inputs.paths,
            fetch=inputs.fetch is Fetch.AUTO,
        )
        locations = Locations(
            directory=process.cwd / inputs.working_directory,
            prefix=_within(process.cwd, inputs.working_directory),
            remotes=lambda found: credentials.remotes(
                found, pipeline, ca_bundle=inputs.ca_bundle, system_bundle=session.ca_file
            ),
            monotonic=process.monotonic,
            debug=self._debug,
        )
        known = pipeline
        try:
            history, checkout = reading.read(locations, pipeline, query)
            if checkout:
                known = _with_repository(pipeline, checkout)
        except NoVersion as error:
            if inputs.wanted.start in {Start.COMMIT, Start.TAG}:
                raise
            history = without_repository(query, error)
        if question:
            known = replace(known, start=question.result(known.start))
        self._result = replace(
            self._result,
            history=history,
            warnings=(*self._result.warnings, *history.concerns),
        )
        return known, history

    def _compose(
        self, inputs: Settings, targets: Sequence[Target], pipeline: Pipeline, history: History
    ) -> tuple[Release, ...]:
        wishes = [target.wishes for target in targets]
        composition = compose(inputs.wanted, wishes, history, pipeline, self._process.now())
        self._result = replace(
            self._result,
            releases=composition.releases,
            decided=composition.facts,
            warnings=(*self._result.warnings, *composition.warnings),
        )
        return composition.releases

    def _deliver(
        self, sendings: Sequence[Sending], inputs: Settings, pipeline: Pipeline, session: Session
    ) -> None:
        process = self._process
        limits = Limits(
            retries=inputs.retries,
            timeout=inputs.timeout,
            deadline=inputs.deadline,
            resend_unknown=inputs.resend_unknown,
        )
        until = process.monotonic() + limits.deadline
        dispatch = Dispatch(
            process,
            session,
            limits,
            sendings,
            log=self._around.progress,
            redact=self._around.redact,
        )
        self._dispatch = dispatch
        try:
            with ExitStack() as stack:
                ledger = None
                # The sandbox is nobody's project, and forgets everything.
                if inputs.ledger and not inputs.sandbox:
                    path = process.cwd / inputs.ledger
                    ledger = stack.enter_context(ledger_at(path, process, until))
                self._notice_rerun(inputs, pipeline, ledger)
                try:
                    dispatch.send(ledger, until)
                except Interrupted:
                    # While the ledger is open.
                    dispatch.give_up()
                    raise
        except LedgerFailed as failure:
            dispatch.fail(failure.before)
        self._delivered(inputs, dispatch)

    def _notice_rerun(self, inputs: Settings, pipeline: Pipeline, ledger: Ledger | None) -> None:
        """Skip or add a notice if the job is run again and no ledger knows more."""
        if pipeline.attempt < 2 or inputs.sandbox or (ledger and not ledger.is_new):
            return
        if inputs.on_rerun is OnRerun.SKIP:
            raise Skip(messages.RERUN_SKIPPED)
        self._result = replace(self._result, notices=(messages.RERUN,))

    def _delivered(self, inputs: Settings, dispatch: Dispatch) -> list[Delivery]:
        deliveries = [*dispatch.deliveries, *self._left_out]
        self._result = self._result.delivered(deliveries, inputs.on_failure, inputs.on_duplicate)
        return deliveries

    def _interrupted(self, interrupt: Interrupted) -> None:
        result = self._result.ended(Outcome.INTERRUPTED, messages.INTERRUPTED)
        if self._dispatch and self._settings:
            self._dispatch.give_up()
            deliveries = self._delivered(self._settings, self._dispatch)
            result = _cut_short(self._result, deliveries)
        self._result = replace(result, exit_code=interrupt.exit_code)

    def _debug(self, text: str) -> None:
        if self._settings and self._settings.debug:
            self._around.debug(text)


def _seen(pipeline: Pipeline, inputs: Settings) -> tuple[Fact, ...]:
    """Return what the CI says of the pipeline, and where the inputs are set."""
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
    sources = inputs.wanted.sources
    return (
        *(Fact(name=name, value=value) for name, value in rows.items() if value),
        *(Fact(name="input", value=name, source=source) for name, source in sources.items()),
    )


def _within(workspace: Path, name: str) -> str:
    """Return a folder relative to the workspace; the workspace itself for one outside of it."""
    try:
        folder = (workspace / name).resolve()
    except (OSError, RuntimeError):
        # A loop of links, or a name that no file system takes.
        return "."
    inside = folder.is_relative_to(workspace.resolve())
    return folder.relative_to(workspace.resolve()).as_posix() if inside else "."


def _with_repository(pipeline: Pipeline, checkout: Checkout) -> Pipeline:
    """Name the checkout's own repository if the pipeline names none, or runs for another one."""
    path, page = repository_of(checkout.origin)
    if pipeline.repository and (not path or path.endswith(pipeline.repository)):
        return pipeline
    return replace(pipeline, repository=path or checkout.name, web_url=page, forge="")


def _cut_short(result: Result, deliveries: Sequence[Delivery]) -> Result:
    """Return the result of a run that a signal ended while releases were delivered."""
    ends = {delivery.outcome for delivery in deliveries if not delivery.message}
    if Outcome.UNKNOWN in ends:
        message = messages.INTERRUPTED_AFTER_SENDING
        return replace(result, outcome=Outcome.UNKNOWN, messages=(message,))
    if Outcome.INTERRUPTED not in ends:
        return result
    whole = all(delivery.outcome is Outcome.INTERRUPTED for delivery in deliveries)
    message = messages.INTERRUPTED if whole else messages.INTERRUPTED_BETWEEN
    return replace(result, outcome=Outcome.INTERRUPTED, messages=(message,))
