"""Templates: what they can name, what is said of mistakes, and that none runs away."""

import re
from contextlib import suppress
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import InvalidInputs
from annotate.notes import groups
from annotate.notes.history import Commit, History
from annotate.notes.people import Person
from annotate.templates import bounds
from annotate.templates import template as templates
from annotate.templates.context import Context, PreviousRelease, TemplateCommit, TemplateGroup
from annotate.templates.template import Template
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
        release_start="2026-01-02 03:04:05",
        repository="cookery",
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


def test_the_readme_names_what_templates_may_use() -> None:
    environment = bounds.Bounded()
    methods = {one for names in bounds.METHODS.values() for one in names} - {"changed", "cycle"}
    for kind, names in (
        ("filters", set(environment.known_filters)),
        ("tests", set(environment.known_tests)),
        ("methods", methods),
    ):
        [listed] = re.findall(rf"^- {kind}: (.*?)$", README, re.MULTILINE)
        assert set(re.findall("`([a-z_]+)`", listed)) == names


def test_the_table_has_every_name() -> None:
    names = {name for name, _ in table()}
    kinds = {
        "commit": TemplateCommit,
        "group": TemplateGroup,
        "previous": PreviousRelease,
    }
    nested = {f"{owner}.{one.name}" for owner, kind in kinds.items() for one in fields(kind)}
    assert names == ({one.name for one in fields(Context)} - {"previous"}) | nested


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
        ("a\n  {{ version }} {{ previous.versoin }}", (2, 29), "`versoin` is not known"),
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
        ("{{ commits[0].__class__ }}", (1, 15), "`__class__` is not known"),
        ("{{ version.format(1) }}", (1, 11), "`format` is not known"),
        ("{{ (commits|last).subject.center(9) }}", (1, 26), "`center` is not known"),
        ("{% if false %}{{ commits[0].nme }}{% endif %}", (1, 29), "`nme` is not known"),
        ("{% for g in groups %}{{ g.nme }}{% endfor %}", (1, 27), "`nme` is not known"),
        (
            "{% for g in groups %}{% for c in g.commits[:3] if c.nme %}{% endfor %}{% endfor %}",
            (1, 53),
            "`nme` is not known",
        ),
        ("{% set x = commits|sort(attribute='nme') %}", (1, 20), "`nme` is not known"),
        ("{{ commits|selectattr('nme')|list|length }}", (1, 12), "`nme` is not known"),
        ("{% filter upper %}{% endfilter %}", (1, 4), "`filter` is not known"),
        ("\n\n{{ 2 ** 3 }}", (3, 4), "there are no powers here"),
        ("{{ version * 3 }}", (1, 4), "this is no number"),
        ("{{ version % 3 }}", (1, 4), "this is no number"),
        ("{{ tag }}\n\n{{ 1 / 0 }}", (3, 4), "division by zero"),
        ("{{ [[1]] }}", (1, 1), "a list cannot hold lists"),
        ("{{ {1: commits} }}", (1, 8), "a list cannot hold lists"),
        ("{% set n = namespace(x=(1,)) %}{% set n.x = ((n.x,),) %}", (1, 48), "cannot hold lists"),
        ("{{ {commits: 1} }}", (1, 5), "cannot hold lists"),
        ("{{ commits == groups }}", (1, 4), "a list is not compared"),
        ("{{ {}[commits] }}", (1, 7), "a list is not compared, nor a key"),
        ("{{ commits ~ '' }}", (1, 4), "this is no text"),
        ("{{ commits|urlencode }}", (1, 4), "this is no text"),
        ("{{ commits|map(attribute='sha.0.0') }}", (1, 12), "`sha.0.0` is not known"),
        (
            "{{ people|map(attribute='0.0') }}",
            (1, 4),
            "`0.0` is a field of something that has none",
        ),
        ("{{ [1]|map('in hand', 1, 2) }}", (1, 1), "`in hand` is not known"),
        ("{{ commits|map('upper') }}", (1, 4), "this is no text"),
        ("{{ commits|select('evn') }}", (1, 4), "`evn` is not known"),
        ("{{ " + "-" * 3000 + "1 }}", (1, 1), "nested too deep"),
        ("{{ self }}", (1, 4), "`self` is not known"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", (1, 1), "nested too deep"),
        ("{{ " + "9" * 5000 + " }}", (1, 1), "Exceeds the limit"),
        ("x" * 70_000, (1, 1), "it is longer than 16384 characters"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_told_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    message = refused(text)
    line, column = place
    assert words in message
    assert f"(line {line}, column {column} of the template)." in message


def test_the_whole_text_of_an_unknown_name() -> None:
    assert refused("{{ verson }}") == (
        "The template in title-template cannot be used: `verson` is not known (line 1, column 4"
        " of the template).\n"
        "  It is set by a test. The names that are known here: version, tag, previous, title,"
        " description, commits, groups, people, commit_count, release_start, repository,"
        " compare_url, run_url, environment. The nearest is version.\n"
        '      title-template: "{{ version }} is out"\n'
        "  More: docs/troubleshooting.md#a-template-cannot-be-used"
    )


LOOPS = "{% for a in commits %}{% for b in commits %}"
ENDS = "{% endfor %}{% endfor %}"
GREEDY = {
    "passes": LOOPS + LOOPS + "{{ '' }}" + ENDS + ENDS,
    "cheap parts": LOOPS + "{% if [" + "1*1," * 3000 + "] %}{% endif %}" + ENDS,
    "literals": LOOPS + "{% if {" + "0:1," * 3000 + "} %}{% endif %}" + ENDS,
    "joining": "{% set x = version %}" + "{% set x = x ~ x %}" * 60,
    "adding texts": "{% set x = version %}" + "{% set x = x + x %}" * 60,
    "adding lists": "{% set x = commits %}" + "{% set x = x + x %}" * 60,
    "multiplying": "{% set x = 10 %}" + "{% set x = x * x %}" * 60,
    "replacing": "{% set x = '.' %}" + "{% set x = x|replace('', 'yyyyyyyyyyyyyyyyyyyy') %}" * 60,
    "a namespace": "{% set n = namespace(x=version) %}"
    + LOOPS + "{% set n.x = n.x ~ n.x %}" + ENDS,
    "a list in a namespace": "{% set n = namespace(l=[version]) %}"
    + LOOPS + "{% set n.l = n.l + n.l %}" + ENDS,
    "filters in a row": LOOPS + "{{ commits" + "|list" * 60 + "|length }}" + ENDS,
    "lazy tests": "{{ commits|select('in', commits|list|reverse)|list|length }}" * 9,
    "looking through": LOOPS + "{{ a in commits }}" + ENDS,
    "splitting": "{% set n = namespace(l=[1]) %}{% set x = commits|join('.', 'subject') %}"
    + LOOPS + "{% set n.l = n.l + x.split('.') %}" + ENDS,
    "slices": LOOPS + "{% if commits[1:] %}{% endif %}" + ENDS,
    "sorting": LOOPS + "{% if commits|sort(attribute='body') %}{% endif %}" + ENDS,
}  # fmt: skip


@pytest.mark.parametrize("text", GREEDY.values(), ids=GREEDY.keys())
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
        ("{{ version.split('.')[0] }}{{ version.startswith('1') }}", "1true"),
        ("{{ (commits|first).sha[:7] }}", "3f1c09d"),
        ("{{ 7 % 4 + 2 * 3 }}", "9"),
        ("{% raw %}{{ version }}{% endraw %}{# unseen #}", "{{ version }}"),
        ("{% if tag %}\n{{ tag }}\n{% endif %}", "v1.2.3\n"),
        ("{{ version }}\r\n{{ tag }}", "1.2.3\nv1.2.3"),
        ("{{ people|map('upper')|join('+') }}", "ADA LOVELACE+BOB"),
        ("{{ commits|map(attribute='type')|sort|join }}", "chorefeatfix"),
        ("{{ commits|selectattr('type', 'in', ['feat', 'fix'])|list|length }}", "2"),
        ("{{ commits|rejectattr('type', 'equalto', 'feat')|join(',', 'type') }}", "fix,chore"),
        ("{{ (commits|sort(reverse=true, attribute='subject')|first).type }}", "chore"),
        ("{{ (commits|max(attribute='subject')).type }}{{ [3, 1, 2]|min }}", "chore1"),
        ("{{ [2, 1, 2, 'b', 'B']|unique|join }}", "21b"),
        ("{{ [0, 1, none]|select|list|length }}{{ [1, 2, 3]|reject('odd')|first }}", "12"),
        ("{{ '12'|int + 1 }}{{ 'x'|int(7) }}{{ -3|abs }}{{ 7 // 2 }}", "13733"),
        ("{{ 'a long title'|truncate(7) }}|{{ 'a b/c&d'|urlencode }}", "a long…|a%20b/c%26d"),
        ("{{ 'x' in version }}{{ '1' in version }}{{ 2 in [1, 2] }}", "falsetruetrue"),
        ("{{ none|default('n') }}{{ ''|default('e', true) }}{{ 4 is divisibleby(2) }}", "netrue"),
        ("{{ 'aXb'|lower|capitalize }}{{ 'a b'|title }}{{ ' x '|trim }}", "AxbA Bx"),
        ("{{ version|replace('.', '-') }}{{ [1, 2]|last }}{{ [1, 2]|reverse|join }}", "1-2-3221"),
        ("{% for a, b in {'x': 1} %}{{ a }}{{ b }}{% endfor %}", "x1"),
        ("{% for a in commits %}{{ loop.cycle('x', 'y') }}{% endfor %}", "xyx"),
        ("{% if previous %}again{% endif %}", "again"),
        ("{{ release_start[:10] }}", "2026-01-02"),
        (
            "{% if version %}{% set x = commits %}{% else %}{% set x = groups %}{% endif %}"
            "{{ x[0].subject }}",
            "Scale a recipe",
        ),
        ("{% set x = groups %}{% set x = commits %}{{ x[0].subject }}", "Scale a recipe"),
        ("{% for x in commits %}{% set y = groups %}{% endfor %}{{ commits[0].type }}", "feat"),
        # A line of statements alone leaves no line; one that holds more keeps its end.
        ("a\n{% if true %}\nb{% if true %} c{% endif %}\n  {% endif %}  \nd", "a\nb c\nd"),
        ("a\n{# unseen #}\nb {# unseen #}\nc", "a\nb \nc"),
        ("{{ version }}{% if tag %}{% endif %}\n{{ tag }}", "1.2.3\nv1.2.3"),
        ("{% if tag %}{{ tag }}{% endif %}\nx", "v1.2.3\nx"),
        ("{% if tag %}\n\nx\n{% endif %}\n", "\nx\n"),
        ("{% if tag -%}\n  x\n{%- endif %}", "x"),
    ],
)  # fmt: skip
def test_what_templates_can_do(text: str, given: str) -> None:
    assert render(text) == given


def test_a_first_release_has_no_previous_one() -> None:
    first = History(version="1", commit="a", commits=(Commit(sha="a", subject="Start"),), count=1)
    context = Context.of(
        first, groups.Groups(), previous=PreviousRelease(), title="t", description=""
    )
    text = "{{ previous.version or 'none' }} {% if previous %}again{% else %}first{% endif %}"
    assert render(text, context) == "none first"


def test_steps_are_counted_anew_for_each_rendering() -> None:
    template = Template("title-template", "{% for c in commits %}{{ c.sha }}{% endfor %}", "a test")
    first = template.render(example())
    assert [template.render(example()) for _ in range(3)] == [first] * 3


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
