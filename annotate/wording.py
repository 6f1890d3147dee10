"""Title and description of the release: the user's words, their templates, or our own notes."""

from dataclasses import dataclass
from functools import cached_property

from annotate.compose import groups, notes
from annotate.compose.compare import compare_url
from annotate.compose.context import Context, PreviousRelease
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


def word(settings: Settings, found: Facts) -> Wording:
    """The wording; InvalidInputs where a template fails."""
    ours = _Notes(settings, found)
    title, title_source = _title(settings, ours)
    if settings.description or not settings.description_template:
        description = settings.description or ours.description
        return Wording(title=title, title_source=title_source, description=description)
    rendered = plain(settings.description_template.render(ours.context))
    description = fitted(rendered, notes.DESCRIPTION_LIMIT)
    return Wording(
        title=title,
        title_source=title_source,
        description=description,
        warnings=() if description == rendered else (_cut(settings),),
    )


class _Notes:
    """Our own words, and what a template needs to make its own."""

    def __init__(self, settings: Settings, found: Facts) -> None:
        self._strip_v = settings.strip_v
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
        self.description = notes.description(self._history, self._groups, self._compare_url)

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
            compare_url=self._compare_url,
            run_url=self._pipeline.run_url,
            environment=one_line(self._pipeline.environment),
        )


def _title(settings: Settings, ours: _Notes) -> tuple[str, str]:
    if settings.title:
        return settings.title, settings.given["title"]
    if not settings.title_template:
        return ours.title, ours.title_source
    source = settings.given["title-template"]
    rendered = one_line(settings.title_template.render(ours.context))
    if not rendered:
        raise InvalidInputs(_empty_title(source))
    return shorten(rendered, notes.TITLE_LIMIT), source


def _cut(settings: Settings) -> Message:
    return Message(
        f"The description was cut to {notes.DESCRIPTION_LIMIT} characters, at the end of a line.",
        f"The template that gives more is set by {settings.given['description-template']}.",
        "Take less of a list, such as its first ten:\n{% for commit in commits[:10] %}",
    )


def _empty_title(source: str) -> Message:
    return Message(
        "The template in title-template gives an empty title.",
        f"It is set by {source}, and a release needs a title.",
        'title-template: "{{ title }}"',
    )
