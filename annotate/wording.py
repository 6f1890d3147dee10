"""Title and description of the release: the user's words, their templates, or our own notes."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from annotate.errors import InvalidInputs, Message, Topic
from annotate.facts import Facts
from annotate.inputs.settings import Settings
from annotate.inputs.targets import Target
from annotate.notes import description as notes
from annotate.notes import groups
from annotate.notes.compare import compare_url
from annotate.release import api_time
from annotate.templates.context import Context, PreviousRelease
from annotate.text import fitted, one_line, plain, shorten
from annotate.versions.version import Version


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the release says."""

    title: str
    #: Where the title comes from.
    title_source: str
    description: str
    warnings: tuple[Message, ...] = ()


class Words:
    """Our own words for a release, and what a target's template needs to make others."""

    def __init__(self, settings: Settings, found: Facts, start: datetime) -> None:
        """Word a release that begins at `start`."""
        self._given = settings.given
        self._strip_v = settings.strip_v
        self._start = start
        self._history, self._pipeline = found.history, found.pipeline
        self._groups = groups.of_history(self._history, self._pipeline.name)
        self._compare_url = compare_url(
            self._pipeline.web_url,
            self._history.previous,
            self._history.tag or self._history.commit,
            self._pipeline.forge,
        )
        self._title = notes.title(self._history, self._pipeline.name)
        self._description = self._within(notes.DESCRIPTION_LIMIT)

    def of(self, target: Target) -> Wording:
        """The wording for a target; InvalidInputs where its template fails."""
        title, title_source, title_cut = self._title_of(target)
        description, description_cut = self._description_of(target)
        return Wording(
            title=title,
            title_source=title_source,
            description=description,
            warnings=(*title_cut, *description_cut),
        )

    def _within(self, limit: int) -> str:
        return notes.description(self._history, self._groups, self._compare_url, limit)

    @cached_property
    def _context(self) -> Context:
        before = Version.parse(self._history.previous)
        return Context.of(
            self._history,
            self._groups,
            previous=PreviousRelease(
                version=before.published(strip_v=self._strip_v) if before else "",
                tag=one_line(self._history.previous),
            ),
            title=self._title,
            description=self._description,
            release_start=api_time(self._start),
            repository=self._pipeline.name,
            compare_url=self._compare_url,
            run_url=self._pipeline.run_url,
            environment=one_line(self._pipeline.environment),
        )

    def _title_of(self, target: Target) -> tuple[str, str, list[Message]]:
        if target.title:
            return target.title, self._given["title"], []
        template = target.title_template
        if not template:
            said = notes.title_of_tag(self._history, self._pipeline.name)
            return (
                self._title,
                "the annotated tag's message" if said else "repository and version",
                [],
            )
        rendered = one_line(template.render(self._context))
        if not rendered:
            raise InvalidInputs(_empty_title(template.source))
        title = shorten(rendered, notes.TITLE_LIMIT)
        return title, template.source, [_title_cut(template.source)] if title != rendered else []

    def _description_of(self, target: Target) -> tuple[str, list[Message]]:
        template, limit = target.description_template, notes.DESCRIPTION_LIMIT
        if target.description or not template:
            return target.description or self._description, []
        rendered = plain(template.render(self._context))
        if len(rendered) > limit:
            # Our own part of it makes room for what the user put around it.
            room = len(self._description) - (len(rendered) - limit)
            shorter = replace(self._context, description=self._within(room))
            rendered = plain(template.render(shorter))
        description = fitted(rendered, limit)
        cut = [_description_cut(template.source)] if description != rendered else []
        return description, cut


def _title_cut(source: str) -> Message:
    return Message(
        f"The title was cut to {notes.TITLE_LIMIT} characters.",
        f"The template that gives more is set by {source}.",
        'title-template: "{{ version }}"',
        topic=Topic.TEMPLATE,
    )


def _description_cut(source: str) -> Message:
    return Message(
        f"The description was cut to {notes.DESCRIPTION_LIMIT} characters, at the end of a line.",
        f"The template that gives more is set by {source}.",
        "Take less of a list, such as its first ten:\n{% for commit in commits[:10] %}",
        topic=Topic.TEMPLATE,
    )


def _empty_title(source: str) -> Message:
    return Message(
        "The template in title-template gives an empty title.",
        f"It is set by {source}, and a release needs a title.",
        'title-template: "{{ title }}"',
        topic=Topic.TEMPLATE,
    )
