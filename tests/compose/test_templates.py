"""Templates: what they can name, what is said of mistakes, and that none runs away."""

import re
from contextlib import suppress
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.compose import bounds, groups, templates
from annotate.compose.context import Context, PreviousRelease, TemplateCommit, TemplateGroup
from annotate.compose.history import Commit, History
from annotate.compose.people import Person
from annotate.compose.templates import Template
from annotate.errors import InvalidInputs
from tests.support.process import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADA = Person(name="Ada Lovelace", email="ada@example.com")
BOB = Person(name="Bob", email="bob@example.com")


def example() -> Context:
    """The release whose values the README's table shows."""
    commits = (
        Commit(
            sha="3f1c09d8e7b6a5f4c3d2e1f0a9b8c7d6e5f40312",
            subject="feat(web): scale a recipe (#12)",
            body="By the number of guests.\n",
            author=ADA,
            co_authors=(BOB,),
        ),
        Commit(sha="b" * 40, subject="fix: the oven's unit", author=ADA),
        Commit(sha="c" * 40, subject="chore: tidy up", author=Person(name="renovate[bot]")),
    )
    history = History(
        version="1.2.3",
        tag="v1.2.3",
        previous="v1.2.2",
        commit="a" * 40,
        commits=commits,
        count=3,
    )
    return Context.of(
        history,
        groups.of_history(history, "cookery"),
        previous=PreviousRelease(version="1.2.2", tag="v1.2.2"),
        title="cookery 1.2.3",
        description="New\n- web: Scale a recipe (#12)",
        compare_url="https://github.com/o/cookery/compare/v1.2.2...v1.2.3",
        run_url="https://github.com/o/cookery/actions/runs/9000001",
        environment="production",
    )


def render(text: str, context: Context | None = None) -> str:
    return Template("title-template", text, "a test").render(context or example())


def refused(text: str) -> str:
    with pytest.raises(InvalidInputs) as raised:
        render(text)
    [message] = raised.value.messages
    return str(message)


def table() -> list[tuple[str, str]]:
    """Name and example of each row of the README's table of templates."""
    section = README.partition("\n## Templates\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([a-z_.]+)` \| (?:`(.*?)`|.*?) \|", section, re.MULTILINE)


@pytest.mark.parametrize(("name", "value"), table())
def test_each_name_of_the_table_gives_its_example(name: str, value: str) -> None:
    text = name.replace("commit.", "(commits|first).").replace("group.", "(groups|first).")
    if value:
        assert render(f"{{{{ {text} }}}}") == value
    else:
        assert int(render(f"{{{{ {text}|length }}}}")) > 0


def test_the_table_has_every_name() -> None:
    names = {name for name, _ in table()}
    kinds = {
        "commit": TemplateCommit,
        "group": TemplateGroup,
        "previous": PreviousRelease,
    }
    nested = {f"{owner}.{one.name}" for owner, kind in kinds.items() for one in fields(kind)}
    assert names == (set(templates.NAMES) - {"previous"}) | nested


def test_commits_are_data_and_never_a_template() -> None:
    hostile = "{{ 7 * 7 }} {% for x in commits %} {# gone #} {{ nothing }}"
    history = History(
        version="{{ 7 * 7 }}", commits=(Commit(sha="a", subject=hostile),), count=1, commit="a"
    )
    told = groups.of_history(history, "app")
    context = Context.of(
        history, told, previous=PreviousRelease(), title=hostile, description=hostile
    )
    text = render("{{ version }}|{{ title }}|{{ commits[0].subject }}", context)
    assert text == f"{{{{ 7 * 7 }}}}|{hostile}|{hostile}"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("{{ verson }}", (1, 4), "`verson` is not known"),
        ("a\n  {{ version }} {{ previous.versoin }}", (2, 20), "`versoin` is not known"),
        ("{{ version|uper }}", (1, 12), "`uper` is not known"),
        ("{% if version is evn %}{% endif %}", (1, 15), "`evn` is not known"),
        ("{% macro x() %}{% endmacro %}", (1, 4), "`macro` is not known"),
        ("{% include 'x' %}", (1, 4), "`include` is not known"),
        ("{% for c in commits recursive %}{% endfor %}", (1, 4), "a loop may not be recursive"),
        ("one\ntwo {{ version", (2, 8), "unexpected end of template"),
        ("{{ version } }}", (1, 12), "unexpected '}'"),
        ("{% if version %}", (1, 15), "Unexpected end of template"),
        ("{{ 1 ? 2 }}", (1, 6), "unexpected char '?'"),
        ("{{ commits }}", (1, 4), "this is no text"),
        ("{{ commits.foo }}", (1, 11), "has no attribute 'foo'"),
        ("{{ commits|map(attribute='nme')|join }}", (1, 12), "`nme` is not known"),
        ("{{ version.__class__ }}", (1, 11), "unsafe"),
        ("{{ commits[0].__class__ }}", (1, 11), "`__class__` is not known"),
        ("{{ version.format(1) }}", (1, 11), "not safely callable"),
        ("{{ (commits|last).subject.center(9) }}", (1, 26), "not safely callable"),
        ("{{ 2 ** 3 }}", (1, 1), "`**` is not known"),
        ("{{ version * 3 }}", (1, 4), "`*` is not known"),
        ("{{ version % 3 }}", (1, 4), "`%` is not known"),
        ("{{ 1 / 0 }}", (1, 1), "division by zero"),
        ("{{ self }}", (1, 4), "this is no text"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", (1, 1), "nested too deep"),
        ("{{ " + "9" * 5000 + " }}", (1, 1), "Exceeds the limit"),
        ("x" * 70_000, (1, 1), "it is longer than 65536 characters"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_told_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    message = refused(text)
    line, column = place
    assert words in message
    assert f"(line {line}, column {column})." in message


def test_the_whole_text_of_an_unknown_name() -> None:
    assert refused("{{ verson }}") == (
        "The template in title-template cannot be used: `verson` is not known (line 1, column 4).\n"
        "  It is set by a test. The names that are known here: version, tag, previous, title,"
        " description, commits, groups, people, compare_url, run_url, environment. The nearest is"
        " version.\n"
        '      title-template: "{{ version }} is out"'
    )


GREEDY = [
    "{% for a in commits %}{% for b in commits %}{% for c in commits %}{% for d in commits %}"
    "{% for e in commits %}{{ '' }}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{% set x = version %}" + "{% set x = x ~ x %}" * 60,
    "{% set x = version %}" + "{% set x = x + x %}" * 60,
    "{% set x = commits %}" + "{% set x = x + x %}" * 60,
    "{% set x = 10 %}" + "{% set x = x * x %}" * 60,
    "{% set x = version|replace('.', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy') %}"
    + "{% set x = x|replace('y', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy') %}" * 60,
    "{% set n = namespace(x=version) %}{% for c in commits %}{% for d in commits %}"
    + "{% set n.x = n.x ~ n.x %}" * 10
    + "{% endfor %}{% endfor %}",
    "{% set x = commits|map(attribute='sha')|list %}" + "{% set x = [x|join, x|join] %}" * 40,
    "{% set x = commits %}" + "{% set x = x|list %}" * 3000,
    "{% set n = namespace(l=[version]) %}{% for c in commits %}{% for d in commits %}"
    "{% set n.l = n.l + n.l %}{% endfor %}{% endfor %}",
]


@pytest.mark.parametrize("text", GREEDY, ids=range(len(GREEDY)))
def test_a_template_that_runs_away_is_stopped(text: str) -> None:
    history = History(
        version="1.2.3",
        previous="v1",
        commits=tuple(Commit(sha=f"{n:040x}", subject="x") for n in range(2000)),
        count=2000,
    )
    context = Context.of(
        history, groups.Groups(), previous=PreviousRelease(), title="t", description=""
    )
    with pytest.raises(InvalidInputs, match="it runs away, and was stopped"):
        Template("title-template", text, "a test").render(context)


def test_endless_output_is_cut_and_never_made() -> None:
    text = "{% for a in commits %}" * 12 + "{{ version }}" * 1000 + "{% endfor %}" * 12
    assert len(render(text)) == templates.TAKEN


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("{{ people|join(', ') }}", "Ada Lovelace, Bob"),
        ("{% for c in commits if c.type == 'fix' %}{{ c.subject }}{% endfor %}", "The oven's unit"),
        ("{{ {'feat': 'New!'}.get((commits|first).type, 'Other') }}", "New!"),
        ("{% set n = namespace(x=0) %}{% for c in commits %}{% set n.x = n.x + 1 %}{% endfor %}"
         "{{ n.x }}", "3"),
        ("{% for c in commits %}{{ loop.index }}{% if not loop.last %},{% endif %}{% endfor %}",
         "1,2,3"),
        ("{{ commits|selectattr('breaking')|list|length }}", "0"),
        ("{{ (commits|first).breaking }}", "false"),
        ("{% for k, l in commits|groupby('type') %}{{ k }}:{{ l|length }} {% endfor %}",
         "chore:1 feat:1 fix:1 "),
        ("{{ version.split('.')[0] }}{{ version.startswith('1') }}", "1true"),
        ("{{ (commits|first).sha[:7] }}", "3f1c09d"),
        ("{{ 7 % 4 + 2 * 3 }}", "9"),
        ("{% raw %}{{ version }}{% endraw %}{# unseen #}", "{{ version }}"),
        ("{% if tag %}\n{{ tag }}\n{% endif %}", "v1.2.3\n"),
        ("{{ version }}\r\n{{ tag }}", "1.2.3\nv1.2.3"),
        ("{{ commits|map('upper')|list|length }}", "3"),
    ],
)  # fmt: skip
def test_what_templates_can_do(text: str, given: str) -> None:
    assert render(text) == given


def test_steps_are_counted_anew_for_each_rendering() -> None:
    template = Template("title-template", "{% for c in commits %}{{ c.sha }}{% endfor %}", "a test")
    first = template.render(example())
    assert [template.render(example()) for _ in range(3)] == [first] * 3
    assert template._environment.steps < bounds.STEPS


PIECES = st.sampled_from([
    "{{ ", " }}", "{% ", " %}", "for c in commits", "endfor", "if ", "else", "endif", "set x = ",
    "x", "c.subject", "commits", "groups", "version", "previous.tag", "|", "join(', ')", "sort",
    "~", "+", "*", "**", "%", "9", "'a'", "(", ")", "[", "]", ",", ".", "\n", "{#", "#}",
    "namespace(a=1)", "{}", "is defined", "not ", " in ", "|map('upper')", "|replace('', 'zz')",
])  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_template_gives_text_or_an_error_of_inputs(text: str) -> None:
    with suppress(InvalidInputs):
        assert len(render(text)) <= templates.TAKEN
