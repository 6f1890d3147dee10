"""The command: plan, ask, send.

Each tag that is a version becomes the release that a pipeline for the tag would have sent, with the
date of the tag. A ledger records what was sent, so that the command can be stopped and run again.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from annotate.amplitude import releases
from annotate.backfill import messages, progress
from annotate.backfill.plan import Plan, Planned
from annotate.backfill.selection import Options
from annotate.ci import local
from annotate.ci.detection import CI
from annotate.deadline import Deadline
from annotate.delivery.dispatch import Dispatch, Sending
from annotate.delivery.entry import LedgerFailed
from annotate.delivery.ledger import Ledger, ledger_at
from annotate.errors import AnnotateError, Interrupted, InvalidInputs, Message, NoVersion, Skip
from annotate.git import checkout
from annotate.git.histories import Histories
from annotate.git.history import Query
from annotate.inputs import settings
from annotate.inputs.settings import Settings
from annotate.inputs.sources import Sources
from annotate.inputs.targets import Target
from annotate.messages import INTERRUPTED, target_without_keys
from annotate.notes.history import History
from annotate.outcome import CREATED_NOTHING, Outcome, exit_code
from annotate.pipeline import Moment, Pipeline
from annotate.process import Process
from annotate.redaction import Secrets
from annotate.release import End, Start, compose
from annotate.report.console import Console
from annotate.result import Delivery, of_target
from annotate.run import by_keys, limits, session, with_repository
from annotate.text import one_line

#: Requests between two looks at what became of them.
_BATCH = 20
#: Inputs that each tag sets itself.
_OF_THE_TAG = ("version", "title", "description", "release-start", "previous-tag")
#: Files by which Docker and Podman mark a container.
_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
#: Seconds that all of it may take: as good as no limit, for the user can stop it.
_WEEK = 7 * 86_400.0
# Names that a message lists.
_NAMED = 20


class Backfill:
    """One backfill. `run` has its steps in order."""

    def __init__(
        self,
        options: Options,
        sources: Sources,
        process: Process,
        ci: CI,
        *,
        secrets: Secrets,
    ) -> None:
        """Prepare a backfill with the inputs in `sources`."""
        self._options = options
        self._sources = sources
        self._process = process
        self._ci = ci
        self._secrets = secrets
        self._console = Console(process.stderr)
        self._inputs: Settings | None = None

    def run(self) -> int:
        """Execute the backfill and return the exit code."""
        try:
            return self._plan_ask_send()
        except AnnotateError as error:
            return self._ended(error)
        except LedgerFailed as failure:
            self._console.error(failure.before)
            return Outcome.UNAVAILABLE.exit_code
        except Interrupted as interrupt:
            # While it is sending, `_send` ends it.
            self._console.error(INTERRUPTED)
            return interrupt.exit_code

    def _ended(self, error: AnnotateError) -> int:
        for warning in error.warnings:
            self._console.warning(warning)
        for message in error.messages:
            (self._console.error if error.outcome.exit_code else self._console.notice)(message)
        return error.outcome.exit_code

    def _plan_ask_send(self) -> int:
        # The plan is many objects that stay. To look among them for garbage again and again takes
        # a sixth of the time, and finds next to none.
        gc.disable()
        inputs = self._read_inputs()
        targets, without_keys = by_keys(inputs)
        for name in without_keys:
            self._console.warning(target_without_keys(name))
        plan = self._plan(inputs, targets)
        with ExitStack() as stack:
            path = self._ledger_path(inputs, plan)
            ledger = None
            if path and (path.exists() or not inputs.dry_run):
                until = self._process.monotonic() + inputs.deadline
                ledger = stack.enter_context(
                    ledger_at(path, self._process, until, debug=self._debug)
                )
                plan = _as_known(plan, ledger, path)
            self._show(plan, path, resend=inputs.resend_unknown)
            if inputs.dry_run:
                self._write(plan.lines() if self._options.as_json else plan.table())
                return Outcome.DRY_RUN.exit_code
            waiting = [planned for planned in plan.releases if planned.state != "sent"]
            if count := plan.to_send(resend_unknown=inputs.resend_unknown):
                self._confirm(count)
            return self._send(waiting, inputs, ledger)

    def _read_inputs(self) -> Settings:
        inputs = settings.read(self._sources, self._process.env, self._process.cwd)
        self._inputs = inputs
        inputs.hide_keys(self._secrets)
        for warning in inputs.warnings:
            self._console.warning(warning)
        given = [name for name in _OF_THE_TAG if name in inputs.common.sources]
        if inputs.common.end not in {End.NONE, End.START}:
            given.append("release-end")
        if given:
            raise InvalidInputs(messages.literal_inputs(given))
        if inputs.sandbox:
            raise InvalidInputs(messages.sandbox())
        return inputs

    def _plan(self, inputs: Settings, targets: Sequence[Target]) -> Plan:
        """Read all releases, and compose them."""
        process = self._process
        deadline = Deadline(monotonic=process.monotonic, until=process.monotonic() + _WEEK)
        found = checkout.find(process.cwd / inputs.working_directory, self._debug, deadline)
        self._secrets.redact.add_url(found.origin)
        if found.shallow or found.partial:
            raise NoVersion(messages.incomplete())
        known = self._ci.read(process.env, process.now(), inputs.github_token)
        pipeline = with_repository(_past(known, process.now()), found)
        query = Query(
            patterns=inputs.tag_pattern,
            strip_v=inputs.common.strip_v,
            repository=pipeline.name or found.name,
            paths=inputs.paths,
            auto_paths=inputs.auto_paths,
        )
        histories = Histories(found, query, self._options.take)
        if not histories.tags:
            raise NoVersion(messages.no_tags([one.tag.tag.name for one in histories.newest]))
        versions: set[str] = set()
        planned: list[Planned] = []
        repeated: list[str] = []
        for history in histories:
            if history.version in versions:
                repeated.append(history.tag)
                continue
            versions.add(history.version)
            planned += self._planned(history, pipeline, inputs, targets)
        return Plan(releases=planned, repeated=repeated)

    def _planned(
        self, history: History, pipeline: Pipeline, inputs: Settings, targets: Sequence[Target]
    ) -> Iterator[Planned]:
        """Yield the release of a history for each target."""
        common = inputs.common._replace(
            start=Start.TAG if history.tagged_at else Start.COMMIT,
            # Who runs the command did not make the releases.
            created_by=inputs.common.created_by or "none",
        )
        fields = [target.fields for target in targets]
        composed = compose(common, fields, history, pipeline, self._process.now())
        for target, release in zip(targets, composed.releases, strict=True):
            request = releases.create(target.base_url, release)
            yield Planned(
                tag=history.tag,
                previous=history.previous,
                commits=history.count,
                release=release,
                sending=Sending(
                    target=target.name, version=release.version, request=request, keys=target.keys
                ),
            )

    def _ledger_path(self, inputs: Settings, plan: Plan) -> Path | None:
        """Return where the ledger is. Raises InvalidInputs where its default would not stay."""
        if inputs.ledger:
            return self._process.cwd / inputs.ledger
        env = self._process.env
        home = env.get("XDG_STATE_HOME") or env.get("LOCALAPPDATA")
        state = Path(home) if home else Path(env["HOME"], ".local/state") if "HOME" in env else None
        reason = ""
        if self._ci is not local:
            reason = "The files of a job vanish with it"
        elif any(mark.exists() for mark in _CONTAINER):
            reason = "The files of a container vanish with it"
        elif state is None:
            reason = "There is no home folder for it"
        if reason and not inputs.dry_run:
            raise InvalidInputs(messages.no_ledger(reason))
        # One file for each project, so that no other one is ever opened.
        name = f"backfill-{plan.releases[0].sending.key.project[:12]}.db"
        return state / "annotate" / name if state and not reason else None

    def _show(self, plan: Plan, ledger: Path | None, *, resend: bool) -> None:
        with self._console.group("Plan"):
            for name, value in plan.summary(resend_unknown=resend):
                self._console.fact(name, value)
            if ledger:
                self._console.fact("ledger", str(ledger))

    def _confirm(self, count: int) -> None:
        if self._options.confirmed:
            return
        if self._process.ask is None:
            raise InvalidInputs(messages.not_confirmed(count))
        question = f"Send {count:,} requests? Releases cannot be deleted. [y/N] "
        if self._process.ask(question).strip().lower() not in {"y", "yes"}:
            raise Skip(messages.DECLINED)

    def _send(self, waiting: Sequence[Planned], inputs: Settings, ledger: Ledger | None) -> int:
        """Send the releases in batches, until all are done or the API takes no more."""
        done: list[tuple[Planned, Delivery]] = []
        interrupted: Interrupted | None = None
        http = session(self._process, inputs, self._debug)
        with progress.of(len(waiting), self._process, self._console) as shown:
            for start in range(0, len(waiting), _BATCH):
                batch = waiting[start : start + _BATCH]
                dispatch = Dispatch(
                    self._process,
                    http,
                    limits(inputs),
                    [planned.sending for planned in batch],
                    log=shown.line,
                    redact=self._secrets.redact,
                )
                try:
                    dispatch.send(ledger, self._process.monotonic() + _WEEK)
                except Interrupted as interrupt:
                    interrupted = interrupt
                    shown.line("Stopping: waiting for the requests that were sent")
                    dispatch.finish(inputs.timeout)
                    dispatch.give_up()
                deliveries = dispatch.deliveries
                done += zip(batch, deliveries, strict=True)
                shown.advance(sum(one.outcome is not Outcome.INTERRUPTED for one in deliveries))
                if interrupted or _takes_no_more(deliveries):
                    break
        return self._report(done, len(waiting), inputs, interrupted)

    def _report(
        self,
        done: Sequence[tuple[Planned, Delivery]],
        count: int,
        inputs: Settings,
        interrupted: Interrupted | None,
    ) -> int:
        """Tell what became of the releases. Return the exit code, the highest of theirs."""
        told: set[Message] = set()
        named: dict[Outcome, list[str]] = {}
        for planned, delivery in done:
            named.setdefault(delivery.outcome, []).append(planned.name)
            for warning in delivery.warnings:
                self._console.warning(of_target(delivery, warning))
            if delivery.outcome in CREATED_NOTHING and delivery.message:
                message = of_target(delivery, delivery.message)
                if message not in told:
                    told.add(message)
                    self._console.error(message)
        if unknown := named.get(Outcome.UNKNOWN):
            self._console.error(messages.unknown(unknown))
        if rejected := named.get(Outcome.REJECTED):
            self._console.line(f"rejected: {', '.join(map(one_line, rejected[:_NAMED]))}")
        sent = {Outcome.CREATED, Outcome.DUPLICATE, Outcome.UNKNOWN, Outcome.REJECTED}
        left = count - sum(delivery.outcome in sent for _, delivery in done)
        if left:
            self._console.error(messages.stopped(left))
        counts = Counter(delivery.outcome for _, delivery in done)
        counts.pop(Outcome.INTERRUPTED, None)
        listed = ", ".join(f"{number:,} {outcome}" for outcome, number in counts.items())
        self._console.write(f"annotate: {listed or 'nothing was left to send'}")
        codes = [exit_code(outcome, inputs.on_failure, inputs.on_duplicate) for outcome in counts]
        worst = max(codes, default=0)
        # What nobody knows matters more than that the user stopped the command.
        return interrupted.exit_code if interrupted and not unknown else worst

    def _write(self, lines: Iterator[str]) -> None:
        console = Console(self._process.stdout)
        for line in lines:
            console.write(line)

    def _debug(self, text: str) -> None:
        if self._inputs and self._inputs.debug:
            self._console.debug(text)


def _past(pipeline: Pipeline, now: datetime) -> Pipeline:
    """Return what a pipeline says of the repository, without what it says of itself."""
    return Pipeline(
        start=Moment(at=now, source="the clock"),
        ci=pipeline.ci,
        repository=pipeline.repository,
        web_url=pipeline.web_url,
        forge=pipeline.forge,
    )


def _as_known(plan: Plan, ledger: Ledger, path: Path) -> Plan:
    """Return the plan with what the ledger knows of the releases."""
    if ledger.is_of_others([planned.sending.key for planned in plan.releases]):
        raise InvalidInputs(messages.ledger_of_others(path))
    return plan._replace(
        releases=[
            planned._replace(entry=ledger.entry(planned.sending.key)) for planned in plan.releases
        ]
    )


def _takes_no_more(deliveries: Sequence[Delivery]) -> bool:
    """Return True if the keys were refused, the API is not there, or it rejects everything."""
    outcomes = {delivery.outcome for delivery in deliveries}
    gone = {Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.INTERRUPTED}
    return bool(outcomes & gone) or outcomes == {Outcome.REJECTED}
