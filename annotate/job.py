"""The main job: gather, compose, deliver. What it came to is a Result, whatever happened."""

import json
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from annotate import endings
from annotate.assembly import assemble
from annotate.compose.release import Release
from annotate.compose.result import Result
from annotate.compose.text import shorten
from annotate.deliver.amplitude import Client, Limits, Request
from annotate.errors import AnnotateError, Interrupted, Message, Outcome, Skip
from annotate.gather import facts, settings
from annotate.gather.pipeline import Pipeline
from annotate.gather.settings import Settings
from annotate.report.console import Console
from annotate.sandbox import server
from annotate.session import Session
from annotate.world import World

# The sandbox knows nobody's keys, so the user's own need not go there.
_SANDBOX_KEY = "sandbox"
# Characters of the answer in the log; the output `response` has it all.
_SHOWN = 1000


class Job:
    """One run; its steps read top to bottom in `_work`."""

    def __init__(self, argv: Sequence[str], world: World, console: Console) -> None:
        """Prepare; nothing is read yet."""
        self._argv = argv
        self._world = world
        self._console = console
        self._debugging = False
        self._client: Client | None = None
        self._result = Result(outcome=Outcome.DEFECT)
        #: The inputs, once they are read.
        self.settings: Settings | None = None

    def run(self) -> Result:
        """Do it; every end, a defect of ours included, is a Result."""
        try:
            self._work()
        except AnnotateError as error:
            self._end(error.outcome, *error.messages)
            self._debug(traceback.format_exc())
        except Interrupted as interrupt:
            self._interrupted(interrupt)
        except Exception as error:  # noqa: BLE001 - the one place where defects become a report
            self._end(Outcome.DEFECT, endings.defect(error))
        return self._result

    def _work(self) -> None:
        world = self._world
        self.settings = inputs = settings.read(self._argv, world.env, world.cwd)
        self._debugging = inputs.debug
        pipeline = facts.pipeline(world.env, world.now())
        with self._console.group("What was seen"):
            self._show(pipeline, inputs)
        self._warn(*inputs.warnings, *pipeline.warnings)
        _stop_where_nothing_is_to_do(inputs, pipeline)
        session = Session(world.env, ca_bundle=inputs.ca_bundle, debug=self._debug)
        release = self._compose(inputs, pipeline, session)
        with ExitStack() as running:
            if inputs.sandbox and not inputs.dry_run:
                url = running.enter_context(server.running(world.now))
                inputs = replace(inputs, api_url=url, api_key=_SANDBOX_KEY, secret_key=_SANDBOX_KEY)
            request = Request.of(inputs.api_url, release.payload())
            if inputs.dry_run:
                self._show_request(request)
                self._end(Outcome.DRY_RUN)
            else:
                self._deliver(request, inputs, session)

    def _compose(self, inputs: Settings, pipeline: Pipeline, session: Session) -> Release:
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
        self._result = replace(self._result, release=assembly.release, facts=assembly.facts)
        with self._console.group("What was decided, and why"):
            for fact in assembly.facts:
                self._console.fact(fact.name, fact.value, fact.source)
        self._warn(*found.history.concerns, *assembly.warnings)
        return assembly.release

    def _deliver(self, request: Request, inputs: Settings, session: Session) -> None:
        with self._console.group("What is sent"):
            self._console.line(f"POST {request.url}")
            for name, value in json.loads(request.body).items():
                self._console.fact(name, value if isinstance(value, str) else json.dumps(value))
        limits = Limits(retries=inputs.retries, timeout=inputs.timeout, deadline=inputs.deadline)
        with self._console.group("What came back"):
            self._client = Client(self._world, session, limits, self._console.line)
            delivery = self._client.create(
                request, api_key=inputs.api_key, secret_key=inputs.secret_key
            )
            self._result = replace(self._result, delivery=delivery)
            self._console.fact("outcome", delivery.outcome, f"attempt {delivery.attempts}")
            self._console.fact("release id", delivery.release_id or "none")
            self._console.line(shorten(delivery.response, _SHOWN) or "no answer")
        self._end(delivery.outcome, *([delivery.message] if delivery.message else []))
        self._result = endings.settled(self._result, inputs)

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

    def _show_request(self, request: Request) -> None:
        with self._console.group("What would be sent"):
            self._console.line(f"POST {request.url}")
            for name, value in request.headers("Basic ***").items():
                self._console.line(f"{name}: {value}")
            self._console.line("")
            self._console.line(request.body.decode())

    def _interrupted(self, interrupt: Interrupted) -> None:
        if self._result.delivery is None:
            sent = self._client is not None and self._client.give_up()
            outcome = Outcome.UNKNOWN if sent else Outcome.INTERRUPTED
            message = endings.INTERRUPTED_AFTER_SENDING if sent else endings.INTERRUPTED
            self._end(outcome, message)
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
    if inputs.lacks_keys:
        raise Skip(endings.NO_KEYS)
