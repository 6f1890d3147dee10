"""The main job: gather, compose, deliver. What it came to is a Result, whatever happened."""

import json
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from annotate import endings, facts
from annotate import to_send as delivery
from annotate.assembly import assemble
from annotate.ci.pipeline import Pipeline
from annotate.delivery.dispatch import Dispatch, Sending
from annotate.delivery.ledger import Ledger, LedgerFailed
from annotate.errors import AnnotateError, Interrupted, Message, Outcome, Skip
from annotate.http.session import Session
from annotate.inputs import settings
from annotate.inputs.settings import Settings
from annotate.process import World
from annotate.release import Release
from annotate.report.console import Console
from annotate.result import Delivery, Result
from annotate.sandbox import server
from annotate.text import shorten

# Characters of the answer in the log; the output `response` has it all.
_SHOWN = 1000


class Job:
    """One run; its steps read top to bottom in `_work`."""

    def __init__(
        self,
        argv: Sequence[str],
        world: World,
        console: Console,
        *,
        hide: Callable[[Sequence[str]], None],
        redact: Callable[[str], str],
    ) -> None:
        """Prepare; nothing is read yet. The keys of each project go to `hide`."""
        self._argv = argv
        self._world = world
        self._console = console
        self._hide = hide
        self._redact = redact
        self._debugging = False
        self._result = Result(outcome=Outcome.DEFECT)
        self._dispatch: Dispatch | None = None
        #: Targets without keys, which are told of, too.
        self._left_out: list[Delivery] = []
        #: The inputs, once they are read.
        self.settings: Settings | None = None

    def run(self) -> Result:
        """Do it; every end, a defect of ours included, is a Result."""
        try:
            self._attempt()
            # From here on the run is told of, and a signal finds nothing to stop.
            self._world.hold_signals()
        except Interrupted as interrupt:
            self._interrupted(interrupt)
        return self._result

    def _attempt(self) -> None:
        try:
            self._work()
        except AnnotateError as error:
            self._end(error.outcome, *error.messages)
            self._debug(traceback.format_exc())
        except Exception as error:  # noqa: BLE001 - the one place where defects become a report
            if self._dispatch and self.settings:
                self._dispatch.give_up()
                deliveries = self._dispatch.deliveries
                self._result = endings.settled(self._result, deliveries, self.settings)
            self._end(Outcome.DEFECT, endings.defect(error))

    def _work(self) -> None:
        world = self._world
        self.settings = inputs = settings.read(self._argv, world.env, world.cwd)
        for one in inputs.targets:
            self._hide([one.api_key, one.secret_key])
        self._debugging = inputs.debug
        pipeline = facts.pipeline(world.env, world.now())
        with self._console.group("What was seen"):
            self._show(pipeline, inputs)
        self._warn(*inputs.warnings, *pipeline.warnings)
        _stop_where_nothing_is_to_do(inputs, pipeline)
        inputs = self._with_keys(inputs)
        session = Session(world.env, ca_bundle=inputs.ca_bundle, debug=self._debug)
        releases = self._compose(inputs, pipeline, session)
        with ExitStack() as running:
            if inputs.sandbox and not inputs.dry_run:
                url = running.enter_context(server.running(world.now))
                inputs = delivery.to_sandbox(inputs, url)
            sendings = delivery.sendings(inputs.targets, releases)
            if inputs.dry_run:
                for sending in sendings:
                    self._show_request(sending)
                self._end(Outcome.DRY_RUN)
            else:
                self._tell_what_is_sent(sendings)
                self._deliver(sendings, inputs, pipeline, session)

    def _with_keys(self, inputs: Settings) -> Settings:
        """The settings with those targets whose keys are there, where keys are needed."""
        if not inputs.needs_keys:
            return inputs
        lacking = [one.name for one in inputs.targets if not one.has_keys]
        self._warn(*map(endings.left_out, lacking))
        self._left_out = [
            Delivery(target=name, outcome=Outcome.SKIPPED, attempts=0) for name in lacking
        ]
        return replace(inputs, targets=tuple(one for one in inputs.targets if one.has_keys))

    def _compose(
        self, inputs: Settings, pipeline: Pipeline, session: Session
    ) -> tuple[Release, ...]:
        world = self._world
        found = facts.gather(
            inputs,
            pipeline,
            env=world.env,
            cwd=world.cwd,
            session=session,
            monotonic=world.monotonic,
            debug=self._debug,
        )
        self._result = replace(self._result, history=found.history)
        assembly = assemble(inputs, found, world.now())
        self._result = replace(self._result, releases=assembly.releases, facts=assembly.facts)
        with self._console.group("What was decided, and why"):
            for fact in assembly.facts:
                self._console.fact(fact.name, fact.value, fact.source)
        self._warn(*found.history.concerns, *assembly.warnings)
        return assembly.releases

    def _tell_what_is_sent(self, sendings: Sequence[Sending]) -> None:
        with self._console.group("What is sent"):
            for sending in sendings:
                to = f"   (the target {sending.target})" if sending.target else ""
                self._console.line(f"POST {sending.request.url}{to}")
                for name, value in json.loads(sending.request.body).items():
                    shown = value if isinstance(value, str) else json.dumps(value)
                    self._console.fact(name, shown)

    def _deliver(
        self, sendings: Sequence[Sending], inputs: Settings, pipeline: Pipeline, session: Session
    ) -> None:
        world, limits = self._world, delivery.limits(inputs)
        until = world.monotonic() + limits.deadline
        with self._console.group("What came back"):
            self._dispatch = dispatch = Dispatch(
                world, session, limits, sendings, log=self._console.line, redact=self._redact
            )
            try:
                with delivery.ledger(inputs, world, until) as ledger:
                    self._mind_a_rerun(inputs, pipeline, ledger)
                    try:
                        dispatch.send(ledger, until)
                    except Interrupted:
                        # As long as the ledger is open.
                        dispatch.give_up()
                        raise
            except LedgerFailed as failure:
                dispatch.fail(failure.before)
            ended = self._ended(dispatch)
            self._result = endings.settled(self._result, ended, inputs)
            for one in ended:
                self._tell_what_came_back(one)

    def _mind_a_rerun(self, inputs: Settings, pipeline: Pipeline, ledger: Ledger | None) -> None:
        """Skip, or a notice, where the job is run again and no ledger knows better."""
        if pipeline.attempt < 2 or inputs.sandbox or (ledger and not ledger.is_new):
            return
        if inputs.on_rerun == "skip":
            raise Skip(endings.RERUN_SKIPPED)
        self._console.notice(endings.RERUN)

    def _ended(self, dispatch: Dispatch) -> list[Delivery]:
        return [*dispatch.deliveries, *self._left_out]

    def _tell_what_came_back(self, one: Delivery) -> None:
        if one.target:
            self._console.line(one.target)
        attempts = f"attempt {one.attempts}" if one.attempts else "nothing was sent"
        self._console.fact("outcome", one.outcome, attempts)
        self._console.fact("release id", one.release_id or "none")
        if one.attempts:
            self._console.line(shorten(one.response, _SHOWN) or "no text came")

    def _show(self, pipeline: Pipeline, inputs: Settings) -> None:
        seen = {
            "runtime": pipeline.provider.value,
            "event": pipeline.event,
            "ref": pipeline.ref,
            "commit": pipeline.commit,
            "repository": pipeline.repository,
            "run by": pipeline.actor,
            "run": pipeline.run_url,
            "attempt": str(pipeline.attempt) if pipeline.attempt > 1 else "",
        }
        for name, value in seen.items():
            if value:
                self._console.fact(name, value)
        for name, source in inputs.given.items():
            self._console.fact("input", name, source)

    def _show_request(self, sending: Sending) -> None:
        request = sending.request
        to = f" to the target {sending.target}" if sending.target else ""
        with self._console.group(f"What would be sent{to}"):
            self._console.line(f"POST {request.url}")
            for name, value in request.headers("Basic ***").items():
                self._console.line(f"{name}: {value}")
            self._console.line("")
            self._console.line(request.body.decode())

    def _interrupted(self, interrupt: Interrupted) -> None:
        if self._dispatch and self.settings:
            self._dispatch.give_up()
            ended = self._ended(self._dispatch)
            self._result = endings.interrupted(self._result, ended, self.settings)
        else:
            self._end(Outcome.INTERRUPTED, endings.INTERRUPTED)
        self._result = replace(self._result, exit_code=interrupt.exit_code)

    def _end(self, outcome: Outcome, *messages: Message) -> None:
        self._result = replace(
            self._result, outcome=outcome, exit_code=outcome.exit_code, messages=messages
        )

    def _warn(self, *warnings: Message) -> None:
        for warning in warnings:
            self._console.warning(warning)
        self._result = replace(self._result, warnings=(*self._result.warnings, *warnings))

    def _debug(self, text: str) -> None:
        if self._debugging:
            self._console.debug(text)


def _stop_where_nothing_is_to_do(inputs: Settings, pipeline: Pipeline) -> None:
    if pipeline.tag_deleted:
        raise Skip(endings.deleted_tag(pipeline))
    if inputs.needs_keys and not any(one.has_keys for one in inputs.targets):
        raise Skip(endings.NO_KEYS)
