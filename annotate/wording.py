"""Title and description of the release: the user's words, their templates, or our own notes."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from annotate.compose import groups, notes
from annotate.compose.compare import compare_url
from annotate.compose.context import Context, PreviousRelease
from annotate.compose.release import api_time
from annotate.compose.text import fitted, one_line, plain, shorten
from annotate.compose.version import Version
from annotate.errors import InvalidInputs, Message
from annotate.gather.facts import Facts
from annotate.gather.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the release says."""

    title: str
    #: Where the title comes from.
    title_source: str
    description: str
    warnings: tuple[Message, ...] = ()


def word(settings: Settings, found: Facts, start: datetime) -> Wording:
    """The wording of a release that begins at `start`; InvalidInputs where a template fails."""
    ours = _Notes(settings, found, start)
    title, title_source, title_cut = _title(settings, ours)
    description, description_cut = _description(settings, ours)
    return Wording(
        title=title,
        title_source=title_source,
        description=description,
        warnings=(*title_cut, *description_cut),
    )


class _Notes:
    """Our own words, and what a template needs to make its own."""

    def __init__(self, settings: Settings, found: Facts, start: datetime) -> None:
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
        self.title = notes.title(self._history, self._pipeline.name)
        said = notes.title_of_tag(self._history, self._pipeline.name)
        self.title_source = "the annotated tag's message" if said else "repository and version"
        self.description = self.within(notes.DESCRIPTION_LIMIT)

    def within(self, limit: int) -> str:
        """The description in so many characters."""
        return notes.description(self._history, self._groups, self._compare_url, limit)

    @cached_property
    def context(self) -> Context:
        before = Version.parse(self._history.previous)
        return Context.of(
            self._history,
            self._groups,
            previous=PreviousRelease(
                version=before.published(strip_v=self._strip_v) if before else "",
                tag=one_line(self._history.previous),
            ),
            title=self.title,
            description=self.description,
            release_start=api_time(self._start),
            repository=self._pipeline.name,
            compare_url=self._compare_url,
            run_url=self._pipeline.run_url,
            environment=one_line(self._pipeline.environment),
        )


def _title(settings: Settings, ours: _Notes) -> tuple[str, str, list[Message]]:
    if settings.title:
        return settings.title, settings.given["title"], []
    if not settings.title_template:
        return ours.title, ours.title_source, []
    source = settings.given["title-template"]
    rendered = one_line(settings.title_template.render(ours.context))
    if not rendered:
        raise InvalidInputs(_empty_title(source))
    title = shorten(rendered, notes.TITLE_LIMIT)
    return title, source, [_title_cut(source)] if title != rendered else []


def _description(settings: Settings, ours: _Notes) -> tuple[str, list[Message]]:
    template, limit = settings.description_template, notes.DESCRIPTION_LIMIT
    if settings.description or not template:
        return settings.description or ours.description, []
    rendered = plain(template.render(ours.context))
    if len(rendered) > limit:
        # Our own part of it makes room for what the user put around it.
        room = len(ours.description) - (len(rendered) - limit)
        rendered = plain(template.render(replace(ours.context, description=ours.within(room))))
    description = fitted(rendered, limit)
    source = settings.given["description-template"]
    return description, [_description_cut(source)] if description != rendered else []


def _title_cut(source: str) -> Message:
    return Message(
        f"The title was cut to {notes.TITLE_LIMIT} characters.",
        f"The template that gives more is set by {source}.",
        'title-template: "{{ version }}"',
    )


def _description_cut(source: str) -> Message:
    return Message(
        f"The description was cut to {notes.DESCRIPTION_LIMIT} characters, at the end of a line.",
        f"The template that gives more is set by {source}.",
        "Take less of a list, such as its first ten:\n{% for commit in commits[:10] %}",
    )


def _empty_title(source: str) -> Message:
    return Message(
        "The template in title-template gives an empty title.",
        f"It is set by {source}, and a release needs a title.",
        'title-template: "{{ title }}"',
    )
