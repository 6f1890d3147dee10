"""Title and description of a release.

They are literal texts, else templates, else the words of a published release, else those of the tag
and the commits.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from annotate.errors import InvalidInputs, Message, Topic
from annotate.forge import Forge
from annotate.notes import description as notes
from annotate.notes import groups
from annotate.notes.history import History
from annotate.pipeline import Pipeline
from annotate.text import fitted, one_line, plain, shorten
from annotate.times import api_time
from annotate.versions.version import Version

if TYPE_CHECKING:
    from annotate.notes.published import PublishedWords
    from annotate.templates.context import Context
    from annotate.templates.template import Template

_SHORT_TITLE = 'title-template: "{{ version }}"'
_FEWER_ITEMS = "Use fewer items of a list, such as the first ten:\n{% for commit in commits[:10] %}"


class TargetFields(NamedTuple):
    """What the user sets for the release in one target."""

    #: Literal texts; they take precedence over templates.
    title: str = ""
    description: str = ""
    title_template: "Template | None" = None
    description_template: "Template | None" = None
    platforms: tuple[str, ...] = ()
    chart_visibility: bool = True


class Wording(NamedTuple):
    """Title and description of a release."""

    title: str
    #: Source of the title; shown in the log.
    title_source: str
    description: str
    #: Source of the description; shown in the log.
    description_source: str
    warnings: tuple[Message, ...] = ()


class Writer:
    """Writes the title and description for each target."""

    def __init__(
        self,
        history: History,
        pipeline: Pipeline,
        start: datetime,
        *,
        strip_v: bool,
        sources: Mapping[str, str],
    ) -> None:
        """Prepare the texts of a release that starts at `start`, an aware time."""
        self._sources = sources
        self._strip_v = strip_v
        self._start = start
        self._history, self._pipeline = history, pipeline
        self._groups = groups.of_history(history, pipeline.repository)
        forge = Forge.of(pipeline.web_url, pipeline.forge)
        self._compare_url = forge.compare(history.previous, history.tag or history.commit)

    def word(self, fields: TargetFields) -> Wording:
        """Return the texts for a target. Raises InvalidInputs if its template fails."""
        title, title_source, title_warnings = self._title_of(fields)
        description, description_source, description_warnings = self._description_of(fields)
        return Wording(
            title=title,
            title_source=title_source,
            description=description,
            description_source=description_source,
            warnings=(*title_warnings, *description_warnings),
        )

    @cached_property
    def _published(self) -> "PublishedWords | None":
        pipeline = self._pipeline
        if not pipeline.published:
            return None
        # Few runs start from a release of GitHub.
        from annotate.notes.published import PublishedWords

        return PublishedWords(
            pipeline.published, self._history.tag, pipeline.repository, pipeline.web_url
        )

    @cached_property
    def _title(self) -> str:
        own = self._published.title if self._published else ""
        return own or notes.title(self._history, self._pipeline.repository)

    @cached_property
    def _description(self) -> str:
        return self._within(notes.DESCRIPTION_LIMIT)

    def _within(self, limit: int) -> str:
        """Return the description without a template, in at most `limit` characters."""
        own = self._published.description(limit) if self._published else ""
        return own or notes.description(self._history, self._groups, self._compare_url, limit)

    @cached_property
    def _context(self) -> "Context":
        # Few runs have a template.
        from annotate.templates.context import Context, PreviousRelease

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

    def _title_of(self, fields: TargetFields) -> tuple[str, str, list[Message]]:
        if fields.title:
            return fields.title, self._sources["title"], []
        template = fields.title_template
        if not template:
            return self._title, self._title_source, []
        rendered = one_line(template.render(self._context))
        if not rendered:
            raise InvalidInputs(_empty_title(template.source))
        title = shorten(rendered, notes.TITLE_LIMIT)
        if title == rendered:
            return title, template.source, []
        warning = _cut("title", notes.TITLE_LIMIT, template.source, _SHORT_TITLE)
        return title, template.source, [warning]

    @property
    def _title_source(self) -> str:
        if self._published and self._published.title:
            return self._published.source
        tag_title = notes.title_of_tag(self._history, self._pipeline.repository)
        return "the annotated tag's message" if tag_title else "repository and version"

    @property
    def _description_source(self) -> str:
        if self._published and self._published.description():
            return self._published.source
        return "the annotated tag and the commits" if self._history.message.body else "the commits"

    def _description_of(self, fields: TargetFields) -> tuple[str, str, list[Message]]:
        template, limit = fields.description_template, notes.DESCRIPTION_LIMIT
        if fields.description:
            return fields.description, self._sources["description"], []
        if not template:
            return self._description, self._description_source, []
        rendered = plain(template.render(self._context))
        if len(rendered) > limit:
            # Shorten the generated notes to make room for the template's own text.
            room = len(self._description) - (len(rendered) - limit)
            shorter = replace(self._context, description=self._within(room))
            rendered = plain(template.render(shorter))
        description = fitted(rendered, limit)
        if description == rendered:
            return description, template.source, []
        warning = _cut("description", limit, template.source, _FEWER_ITEMS)
        return description, template.source, [warning]


def _cut(what: str, limit: int, source: str, mend: str) -> Message:
    """The warning for a text that does not fit into `limit` characters."""
    return Message(
        f"The {what} was cut to {limit} characters.",
        f"The template set by {source} produces more.",
        mend,
        topic=Topic.TEMPLATE,
    )


def _empty_title(source: str) -> Message:
    return Message(
        "The template in title-template produces an empty title.",
        f"It is set by {source}, and a release needs a title.",
        'title-template: "{{ title }}"',
        topic=Topic.TEMPLATE,
    )
