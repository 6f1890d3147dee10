"""The release, with the API's own field names, and how it is composed.

Composition is pure: it combines the history, the pipeline and the user's fields.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import NamedTuple

from annotate.errors import InvalidInputs, Message, Topic
from annotate.notes.history import History
from annotate.notes.people import names_of
from annotate.pipeline import Moment, Pipeline
from annotate.text import counted, one_line
from annotate.times import api_time
from annotate.title_and_description import TargetFields, Wording, Writer

#: The largest number of people that the log and the summary name.
_PEOPLE = 5


class Start(StrEnum):
    """Source of the start of a release (the input `release-start`)."""

    PIPELINE = "pipeline"
    NOW = "now"
    COMMIT = "commit"
    TAG = "tag"


class End(StrEnum):
    """Source of the end of a release (the input `release-end`)."""

    NONE = "none"
    START = "start"
    NOW = "now"


@dataclass(frozen=True, kw_only=True)
class Release:
    """The parameters of Amplitude's "Create a release"."""

    version: str
    title: str
    #: Aware, in any time zone.
    release_start: datetime
    #: Aware, in any time zone, not before the start; None if the release has no end.
    release_end: datetime | None = None
    description: str = ""
    platforms: tuple[str, ...] = ()
    created_by: str = ""
    chart_visibility: bool = True

    @cached_property
    def payload(self) -> Mapping[str, object]:
        """The fields of the request, without empty ones."""
        fields: dict[str, object] = {
            "version": self.version,
            "title": self.title,
            "description": self.description,
            "release_start": api_time(self.release_start),
            "release_end": api_time(self.release_end) if self.release_end else None,
            "platforms": list(self.platforms),
            "created_by": self.created_by,
            "chart_visibility": self.chart_visibility,
        }
        return {name: value for name, value in fields.items() if value not in ("", None, [])}

    @cached_property
    def json(self) -> str:
        """The body of the request."""
        return json.dumps(self.payload, ensure_ascii=False)


class Fact(NamedTuple):
    """A value and its source, shown in the log and the summary."""

    name: str
    value: str
    source: str = ""


class Composition(NamedTuple):
    """The releases, with the facts and warnings about them."""

    #: One per target, in the order of the targets.
    releases: tuple[Release, ...]
    #: For those who show them, which a backfill of a thousand releases does not.
    facts: Callable[[], tuple[Fact, ...]]
    warnings: tuple[Message, ...] = ()


class CommonFields(NamedTuple):
    """The inputs that apply to the release in all targets."""

    #: Where each input that the user set is set, by the name of the input.
    sources: Mapping[str, str]
    start: Start | datetime = Start.PIPELINE
    end: End | datetime = End.NONE
    #: Empty for the person who ran the pipeline; `none` for no author.
    created_by: str = ""
    strip_v: bool = True


def compose(
    common: CommonFields,
    fields: Sequence[TargetFields],
    history: History,
    pipeline: Pipeline,
    now: datetime,
) -> Composition:
    """Compose one release for each item of `fields`. `now` is aware.

    Raises InvalidInputs if the release would end before it starts or if a template fails.
    """
    start = _start(common, history, pipeline, now)
    end = _end(common, start, now)
    writer = Writer(history, pipeline, start.at, strip_v=common.strip_v, sources=common.sources)
    wordings = [writer.word(target) for target in fields]
    created_by = _author(common, pipeline)
    releases = tuple(
        Release(
            version=history.version,
            title=wording.title,
            release_start=start.at,
            release_end=end,
            description=wording.description,
            platforms=target.platforms,
            created_by=created_by,
            chart_visibility=target.chart_visibility,
        )
        for target, wording in zip(fields, wordings, strict=True)
    )
    warnings = dict.fromkeys(warning for wording in wordings for warning in wording.warnings)
    if common.start is Start.TAG and history.tagged_at is None:
        warnings[_undated_tag(history)] = None
    return Composition(
        releases=releases,
        facts=partial(_facts, common, history, start, wordings, created_by),
        warnings=tuple(warnings),
    )


def _facts(
    common: CommonFields,
    history: History,
    start: Moment,
    wordings: Sequence[Wording],
    created_by: str,
) -> tuple[Fact, ...]:
    """Return the facts about the releases, with the words of each."""
    titles = {wording.title: wording.title_source for wording in wordings}
    descriptions = {
        counted(len(wording.description), "character"): wording.description_source
        for wording in wordings
        if wording.description
    }
    rows = [
        ("version", history.version, history.reason),
        ("tag", history.tag, "git" if history.commit else "the pipeline"),
        ("previous", history.previous, _previous(history)),
        ("folder", ", ".join(history.folders), "the folder of the tag's product (paths: auto)"),
        ("commits", str(history.count) if history.commit else "", _counted(history)),
        ("people", _people(history), "authors and co-authors, without bots"),
        *(("title", title, source) for title, source in titles.items()),
        *(("description", size, source) for size, source in descriptions.items()),
        ("release start", f"{api_time(start.at)} UTC", start.source),
        ("created by", created_by, common.sources.get("created-by", "who ran the pipeline")),
    ]
    return tuple(Fact(name=name, value=value, source=why) for name, value, why in rows if value)


def ends_before(start: datetime, end: datetime) -> bool:
    """Return True if a release would end before it starts, in the API's whole seconds."""
    # The texts of the API's times sort as the times do.
    return api_time(end) < api_time(start)


def end_before_start(start: datetime, end: datetime) -> Message:
    """The message for a release that would end before it starts."""
    return Message(
        f"The release ends before it starts: {end.isoformat()} is before {start.isoformat()}.",
        "release-end must not be before release-start.",
        "release-end: start",
        topic=Topic.TIMES,
    )


def _start(common: CommonFields, history: History, pipeline: Pipeline, now: datetime) -> Moment:
    match common.start:
        case datetime() as given:
            return Moment(at=given, source=common.sources["release-start"])
        case Start.NOW:
            return Moment(at=now, source="the clock")
        case Start.TAG if history.tagged_at:
            return Moment(at=history.tagged_at, source="the annotated tag's own date")
        case Start.TAG | Start.COMMIT if history.committed_at:
            return Moment(at=history.committed_at, source="the commit's date")
        case _:
            return pipeline.start


def _end(common: CommonFields, start: Moment, now: datetime) -> datetime | None:
    match common.end:
        case datetime() as given if ends_before(start.at, given):
            raise InvalidInputs(end_before_start(start.at, given))
        case datetime() as given:
            return given
        case End.START:
            return start.at
        case End.NOW:
            # The CI's clock may be ahead of this machine's.
            return max(now, start.at)
        case End.NONE:
            return None


def _author(common: CommonFields, pipeline: Pipeline) -> str:
    if common.created_by.lower() == "none":
        return ""
    return common.created_by or one_line(pipeline.actor)


def _counted(history: History) -> str:
    if not history.complete:
        return "in the checkout, without merges"
    return f"{'since the previous release' if history.previous else 'in total'}, without merges"


def _previous(history: History) -> str:
    """Return which kind of previous release it is."""
    if history.parted_at:
        return f"the previous release, on another branch since {history.parted_at:%Y-%m-%d}"
    return "the tag of the previous release"


def _people(history: History) -> str:
    names = names_of(commit.people for commit in history.commits if not commit.is_merge)
    listed = one_line(", ".join(names[:_PEOPLE]))
    return f"{listed} and {len(names) - _PEOPLE} more" if len(names) > _PEOPLE else listed


def _undated_tag(history: History) -> Message:
    what = f"The tag `{history.tag}` has no date" if history.tag else "There is no tag"
    return Message(
        f"{what}, so the release starts at the date of the commit.",
        "release-start is `tag`, and only an annotated tag has a date.",
        'git tag --annotate v1.2.3 --message "What is new"',
        topic=Topic.TAG_DATE,
    )
