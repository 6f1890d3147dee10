"""Inputs and facts -> the release, each of its fields with the place that it comes from."""

from dataclasses import dataclass
from datetime import datetime

from annotate.ci.pipeline import Moment, Pipeline
from annotate.errors import InvalidInputs, Message, Topic
from annotate.facts import Facts
from annotate.inputs.checks import end_before_start
from annotate.inputs.settings import Settings
from annotate.notes.history import History
from annotate.notes.people import names_of
from annotate.release import Release, api_time
from annotate.result import Fact
from annotate.text import one_line
from annotate.wording import Words

#: People that the log and the summary name.
_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """The releases, and how they came about."""

    #: One for each target.
    releases: tuple[Release, ...]
    facts: tuple[Fact, ...]
    warnings: tuple[Message, ...] = ()


def assemble(settings: Settings, found: Facts, now: datetime) -> Assembly:
    """The releases that are to be sent; InvalidInputs where one would end before it begins."""
    history, pipeline = found.history, found.pipeline
    start = _start(settings, found, now)
    words = Words(settings, found, start.at)
    worded = [(target, words.of(target)) for target in settings.targets]
    releases = tuple(
        Release(
            version=one_line(history.version),
            title=wording.title,
            release_start=start.at,
            release_end=_end(settings, start, now),
            description=wording.description,
            platforms=target.platforms,
            created_by=_author(settings, pipeline),
            chart_visibility=target.chart_visibility,
        )
        for target, wording in worded
    )
    titles = {wording.title: wording.title_source for _, wording in worded}
    rows = [
        ("version", one_line(history.version), history.reason),
        ("tag", history.tag, "git" if history.commit else "the pipeline"),
        ("previous", history.previous, "the tag of the release before"),
        ("commits", str(history.count) if history.commit else "", _counted(history)),
        ("people", _people(history), "authors and co-authors, without bots"),
        *(("title", title, source) for title, source in titles.items()),
        ("release start", f"{api_time(start.at)} UTC", start.source),
        (
            "created by",
            _author(settings, pipeline),
            settings.given.get("created-by", "who ran the pipeline"),
        ),
    ]
    facts = tuple(Fact(name=name, value=value, source=why) for name, value, why in rows if value)
    lightweight = settings.release_start == "tag" and history.tagged_at is None
    cut = dict.fromkeys(one for _, wording in worded for one in wording.warnings)
    warnings = (*cut, *([_undated_tag(history)] if lightweight else []))
    return Assembly(releases=releases, facts=facts, warnings=warnings)


def _counted(history: History) -> str:
    if not history.complete:
        return "in what is checked out, without merges"
    return f"{'since then' if history.previous else 'in all'}, without merges"


def _people(history: History) -> str:
    names = names_of(commit.people for commit in history.commits if not commit.is_merge)
    listed = one_line(", ".join(names[:_NAMED]))
    return f"{listed} and {len(names) - _NAMED} more" if len(names) > _NAMED else listed


def _start(settings: Settings, found: Facts, now: datetime) -> Moment:
    history = found.history
    match settings.release_start:
        case datetime() as given:
            return Moment(at=given, source=settings.given["release-start"])
        case "now":
            return Moment(at=now, source="the clock")
        case "tag" if history.tagged_at:
            return Moment(at=history.tagged_at, source="the annotated tag's own date")
        case "tag" | "commit" if history.committed_at:
            return Moment(at=history.committed_at, source="the commit's date")
        case _:
            return found.pipeline.start


def _end(settings: Settings, start: Moment, now: datetime) -> datetime | None:
    match settings.release_end:
        case datetime() as given if api_time(given) < api_time(start.at):
            raise InvalidInputs(end_before_start(start.at, given))
        case datetime() as given:
            return given
        case "start":
            return start.at
        case "now":
            # The CI's clock may be ahead of this machine's.
            return max(now, start.at)
        case _:
            return None


def _author(settings: Settings, pipeline: Pipeline) -> str:
    if settings.created_by.lower() == "none":
        return ""
    return settings.created_by or one_line(pipeline.actor)


def _undated_tag(history: History) -> Message:
    what = f"`{history.tag}` has no date of its own" if history.tag else "There is no tag"
    return Message(
        f"{what}, so the release starts at the commit's.",
        "release-start is `tag`, and only an annotated tag knows when it was made.",
        'git tag --annotate v1.2.3 --message "What is new"',
        topic=Topic.TAG_DATE,
    )
