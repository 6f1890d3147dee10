"""Version, previous release and range, from real repositories."""

from pathlib import Path

import pytest

from annotate.errors import InvalidInputs, NoVersion, Skip, Topic
from annotate.git import history as repository
from annotate.git.history import Query
from annotate.notes.history import History
from annotate.versions.pattern import Patterns
from annotate.versions.tags import OnUntagged
from tests.support.local import history_of
from tests.support.repo import RepoBuilder


def read(
    repo: RepoBuilder | Path, *, patterns: tuple[str, ...] = ("**",), **asked: object
) -> History:
    path = repo if isinstance(repo, Path) else repo.path
    query = Query(patterns=Patterns.of(patterns), **asked)  # type: ignore[arg-type] # fields of several types
    return history_of(path, query)


def told(history: History) -> tuple[str, str, str, list[str]]:
    return (
        history.version,
        history.tag,
        history.previous,
        [commit.subject for commit in history.commits],
    )


def test_a_tag_on_head(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0").commits("two", "three").tag("v1.1.0")
    assert told(read(repo)) == ("1.1.0", "v1.1.0", "v1.0.0", ["three", "two"])


def test_the_v_stays_if_wished(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0")
    assert read(repo, strip_v=False).version == "v1.0.0"


def test_a_final_beats_its_candidate_on_the_same_commit(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0-rc.1").tag("v1.1.0")
    assert told(read(repo))[:3] == ("1.1.0", "v1.1.0", "v1.0.0")


def test_a_full_version_beats_floating_tags(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.2.2").commits("two").tag("v1").tag("v1.2").tag("v1.2.3")
    assert told(read(repo))[:3] == ("1.2.3", "v1.2.3", "v1.2.2")


def test_two_parts_alone_are_a_release(repo: RepoBuilder) -> None:
    repo.commits("one").tag("24.3").commits("two").tag("25.0")
    assert told(read(repo))[:3] == ("25.0", "25.0", "24.3")


def test_a_floating_tag_is_never_the_release_before(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.2.3").tag("v1").commits("two").tag("v1.3.0")
    assert read(repo).previous == "v1.2.3"


def test_the_release_before_a_final_is_the_last_final(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two").tag("1.1.0-rc.1").commits("three").tag("1.1.0")
    assert told(read(repo)) == ("1.1.0", "1.1.0", "1.0.0", ["three", "two"])


def test_the_release_before_a_candidate_is_the_candidate_before(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0-rc.9").commits("two").tag("1.0.0-rc.10")
    assert read(repo).previous == "1.0.0-rc.9"


def test_a_higher_tag_on_another_line_is_passed_over(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").branch("next").commits("two").tag("2.0.0")
    repo.checkout("main").commits("fix").tag("1.0.1")
    assert told(read(repo))[:3] == ("1.0.1", "1.0.1", "1.0.0")


def test_the_highest_release_that_existed_counts_wherever_it_is(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0")
    for number in range(1, 5):
        repo.checkout("main").branch(f"maint-{number}").commits("fix").tag(f"1.{number}.0")
    repo.checkout("main").commits("two").tag("2.0.0")
    history = read(repo)
    assert (history.previous, history.concerns) == ("1.4.0", ())
    assert [commit.subject for commit in history.commits] == ["two"]
    assert history.parted_at == repo.dated("1.0.0")


def test_a_younger_release_is_passed_over(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two").tag("2.0.0")
    repo.branch("maint", at="1.0.0").commits("fix").tag("1.0.1")
    assert read(repo.checkout("2.0.0"), event_tag="2.0.0").previous == "1.0.0"
    assert read(repo.checkout("1.0.1"), event_tag="1.0.1").previous == "1.0.0"


def test_an_ancestor_is_never_too_young(repo: RepoBuilder) -> None:
    repo.commits("one").commits("two").tag("2.0.0", "Two")
    repo.tag("1.0.0", "Late", at="HEAD~1")
    assert read(repo, event_tag="2.0.0").previous == "1.0.0"


def test_where_no_lower_release_is_an_ancestor_the_highest_serves(
    repo: RepoBuilder,
) -> None:
    repo.commits("one").branch("release").commits("bump").tag("1.0.0")
    repo.checkout("main").commits("two").tag("1.1.0")
    history = read(repo)
    assert told(history)[2:] == ("1.0.0", ["two"])
    assert history.concerns == ()
    assert [commit.subject for commit in history.known_before] == ["bump"]


def test_a_first_release(repo: RepoBuilder) -> None:
    repo.commits("one", "two").tag("1.0.0")
    assert told(read(repo)) == ("1.0.0", "1.0.0", "", ["two", "one"])


def test_a_first_release_is_capped_and_counted(
    repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "FIRST_RELEASE_COMMITS", 2)
    repo.commits("one", "two", "three").tag("1.0.0")
    history = read(repo)
    assert (told(history)[3], history.count) == (["three", "two"], 3)


def test_merges_are_not_counted(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").branch("topic").commits("two")
    repo.checkout("main").commits("three").merge("topic")
    repo.tag("1.1.0")
    history = read(repo)
    assert [commit.is_merge for commit in history.commits] == [True, False, False]
    assert history.count == 2


def test_the_tag_of_the_event_is_the_truth(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two").tag("1.1.0").tag("1.2.0")
    assert told(read(repo, event_tag="1.1.0"))[:3] == ("1.1.0", "1.1.0", "1.0.0")


def test_the_tag_of_the_event_need_not_be_checked_out(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two")
    assert told(read(repo, event_tag="v1.1.0")) == ("1.1.0", "v1.1.0", "1.0.0", ["two"])


def test_an_event_tag_without_a_number_is_its_own_version(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two").tag("nightly")
    assert told(read(repo, event_tag="nightly"))[:3] == ("nightly", "nightly", "1.0.0")


@pytest.mark.parametrize("floating", ["v1", "v1.2"])
def test_an_event_tag_that_moves_along_is_skipped(repo: RepoBuilder, floating: str) -> None:
    repo.commits("one").tag("v1.2.3").tag(floating)
    with pytest.raises(Skip) as caught:
        read(repo, event_tag=floating)
    [message] = caught.value.messages
    assert message.topic is Topic.NOT_A_RELEASE
    assert "v1.2.3" in message.what


def test_the_name_of_a_line_of_releases_is_no_version(repo: RepoBuilder) -> None:
    repo.commits("one").tag("0.12.5").commits("two").tag("0.12.x")
    assert read(repo).version == f"0.12.5-1-g{repo.head[:7]}"


def test_an_event_tag_that_no_pattern_takes_is_skipped(repo: RepoBuilder) -> None:
    repo.commits("one").tag("docs/1.0")
    with pytest.raises(Skip) as caught:
        read(repo, event_tag="docs/1.0", patterns=("v*",))
    assert caught.value.messages[0].topic is Topic.NOT_A_RELEASE


def test_families_are_kept_apart(repo: RepoBuilder) -> None:
    repo.commits("one").tag("web@1.0.0").tag("api@3.0.0").commits("two").tag("web@1.1.0")
    assert told(read(repo))[:3] == ("1.1.0", "web@1.1.0", "web@1.0.0")


def test_families_that_compete_are_named(repo: RepoBuilder) -> None:
    repo.commits("one").tag("web@1.0.0").tag("api@3.0.0")
    history = read(repo)
    assert history.version == "3.0.0"
    [concern] = history.concerns
    assert concern.topic is Topic.FAMILIES
    assert [
        name for name in ("`api@…`", "`web@…`", "`api@3.0.0`") if name not in concern.what
    ] == []


@pytest.mark.parametrize("whole", ["v1.0.0", "1.0.0"])
def test_tags_without_prefix_are_the_whole(repo: RepoBuilder, whole: str) -> None:
    repo.commits("one").tag("web@9.0.0").tag(whole)
    history = read(repo)
    assert history.version == "1.0.0"
    assert "the highest version without a product's name" in history.reason
    pattern = history.concerns[0].mend.partition('tag-pattern: "')[2].rstrip('"')
    assert read(repo, patterns=(pattern,)).concerns == ()


def test_an_untagged_commit_after_several_products_is_told_of(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag("web@9.0.0").commits("three")
    history = read(repo)
    assert (history.version, history.previous) == (f"1.0.0-2-g{repo.head[:7]}", "v1.0.0")
    assert [concern.topic for concern in history.concerns] == [Topic.FAMILIES]


@pytest.mark.parametrize("path", [":(bad)web", "../web", "/etc", ":(glob,literal)web"])
def test_paths_that_git_does_not_take(repo: RepoBuilder, path: str) -> None:
    repo.commits("one").tag("1.0.0")
    with pytest.raises(InvalidInputs) as raised:
        read(repo, paths=(path,))
    assert raised.value.messages[0].topic is Topic.INPUT
    assert path in raised.value.messages[0].what


def test_paths_choose_the_commits_that_are_told(repo: RepoBuilder) -> None:
    repo.commit("base")
    repo.tag("1.0.0")
    repo.commit("web", path="web/a")
    repo.commit("api", path="api/a")
    repo.tag("1.1.0")
    history = read(repo, paths=("web",))
    assert (told(history)[3], history.count) == (["web"], 1)


@pytest.mark.parametrize(
    ("paths", "absent"),
    [
        (("web", "app/a.py", "./app/"), []),
        (("wbe",), ["wbe"]),
        (("web/", "app/b.py", "web/a/b", "lib/"), ["app/b.py", "web/a/b", "lib/"]),
        (("app/a.py/",), ["app/a.py/"]),
        (("app/../web", "web//a"), []),
        ((".",), []),
        (("*.js", "we[ab]", ":(icase)WEBB", ":!lib", r"we\\b"), []),
        (("web", "Web"), ["Web"]),
    ],
)
def test_paths_that_do_not_exist(
    repo: RepoBuilder, paths: tuple[str, ...], absent: list[str]
) -> None:
    repo.commit("web", path="web/a")
    repo.commit("app", path="app/a.py")
    repo.tag("1.0.0")
    found = [concern.what for concern in read(repo, paths=paths).concerns]
    assert [what.split(", which do")[0] for what in found] == (
        [f"The input paths names {', '.join(f'`{path}`' for path in absent)}"] if absent else []
    )


def test_paths_are_meant_from_the_working_directory(repo: RepoBuilder) -> None:
    repo.commit("base")
    repo.tag("1.0.0")
    repo.commit("web", path="web/a")
    repo.tag("1.1.0")
    there = ("a", "..", "../web", "../web/a", ".", "./")
    history = read(repo.path / "web", paths=(*there, "../file"))
    assert (told(history)[3], len(history.concerns)) == (["web"], 1)
    assert "names `../file`, which does not exist" in history.concerns[0].what


def test_a_folder_that_this_release_moves_is_there(repo: RepoBuilder) -> None:
    repo.commit("one", path="old/a")
    repo.tag("1.0.0").git("mv", "old", "new")
    repo.commits("two").tag("1.1.0")
    assert read(repo, paths=("old", "new")).concerns == ()
    repo.commits("three").tag("1.2.0")
    assert "`old`" in read(repo, paths=("old", "new")).concerns[0].what


def test_where_paths_cannot_be_looked_up_none_is_absent(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit("one", path="web/a")
    repo.tag("1.0.0")
    bare = tmp_path / "bare"
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(bare))
    assert read(bare, paths=("wbe",)).concerns == ()


@pytest.mark.parametrize(
    ("rule", "version", "ahead"),
    [("describe", "1.0.0-2-g{sha}", 0), ("nearest", "1.0.0", 2), ("sha", "{sha}", 0)],
)
def test_an_untagged_commit(repo: RepoBuilder, rule: str, version: str, ahead: int) -> None:
    repo.commits("one").tag("0.9").commits("two").tag("v1.0.0").commits("three", "four")
    history = read(repo, on_untagged=OnUntagged(rule))
    expected = version.format(sha=repo.head[:7])
    assert told(history) == (expected, "", "v1.0.0", ["four", "three"])
    assert history.ahead == ahead


def test_an_untagged_commit_may_be_skipped_or_refused(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two")
    with pytest.raises(Skip):
        read(repo, on_untagged=OnUntagged.SKIP)
    with pytest.raises(NoVersion):
        read(repo, on_untagged=OnUntagged.FAIL)


def test_the_shas_own_version_needs_no_tag(repo: RepoBuilder) -> None:
    repo.commits("one")
    assert told(read(repo, on_untagged=OnUntagged.SHA)) == (repo.head[:7], "", "", ["one"])


def test_no_matching_tag_names_patterns_and_tags(repo: RepoBuilder) -> None:
    repo.commits("one")
    for number in range(12):
        repo.tag(f"docs-{number:02}")
    with pytest.raises(NoVersion) as caught:
        read(repo, patterns=("v*", "!v0*"))
    why = caught.value.messages[0].why
    assert "`v*`, `!v0*`" in why
    assert " and 2 more. " in why


def test_no_tag_at_all_names_the_line_that_brings_tags(repo: RepoBuilder) -> None:
    repo.commits("one").tag("latest")
    repo.git("tag", "--delete", "latest")
    with pytest.raises(NoVersion) as caught:
        read(repo, fetch=False)
    assert "fetch-depth: 0" in caught.value.messages[0].mend


def test_an_annotated_tag_speaks(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0", "Search in folders\n\nFor everyone.\n")
    history = read(repo)
    assert history.message.subject == "Search in folders"
    assert history.message.body.strip() == "For everyone."
    assert history.tagged_at == repo.now


def test_tags_on_other_things_than_commits_are_passed_over(repo: RepoBuilder) -> None:
    repo.commit("one", path="file")
    blob = repo.git("rev-parse", "HEAD:file")
    repo.tag("1.0.0").tag("9.0.0", at=blob).tag("9.1.0", "on a blob", at=blob)
    repo.tag("9.2.0", at="HEAD^{tree}").tag("9.3.0", "of a tag of a blob", at="9.1.0")
    assert read(repo).version == "1.0.0"


@pytest.mark.parametrize("name", ["9.0.0", "9.1.0", "9.2.0", "9.3.0"])
def test_a_tag_on_another_thing_than_a_commit_is_no_release(repo: RepoBuilder, name: str) -> None:
    repo.commit("one", path="file")
    blob = repo.git("rev-parse", "HEAD:file")
    repo.tag("1.0.0").commits("two").tag("9.0.0", at=blob).tag("9.1.0", "on a blob", at=blob)
    repo.tag("9.2.0", at="HEAD^{tree}").tag("9.3.0", "of a tag of a blob", at="9.1.0")
    with pytest.raises(InvalidInputs, match=f"previous-tag is `{name}`, which is not a tag"):
        read(repo, previous_tag=name)
    with pytest.raises(NoVersion, match=f"--ref is `{name}`, which is not a tag"):
        read(repo, event_tag=name, asked=True)
    assert told(read(repo, event_tag=name)) == (name, name, "1.0.0", ["two"])


def test_a_tag_of_a_tag_stands_for_the_commit(repo: RepoBuilder) -> None:
    repo.commits("one").tag("inner", "inner").tag("1.0.0", "outer", at="inner")
    history = read(repo)
    assert (history.tag, history.message.subject) == ("1.0.0", "outer")


def test_names_that_look_like_options_or_branches_do_no_harm(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").branch("1.1.0").commits("two")
    repo.git("update-ref", "refs/tags/--output=x-1.0.5", "HEAD")
    repo.git("update-ref", "refs/tags/1.1.0", "HEAD")
    repo.commits("three")
    history = read(repo, event_tag="1.1.0")
    assert told(history) == ("1.1.0", "1.1.0", "1.0.0", ["two"])


@pytest.mark.parametrize(
    ("version", "tag", "previous"),
    [
        ("1.1.0", "v1.1.0", "v1.0.0"),
        ("v1.1.0", "v1.1.0", "v1.0.0"),
        ("1.2.0", "", "v1.1.0"),
        ("nightly", "", "v1.1.0"),
    ],
)
def test_a_version_that_is_given(repo: RepoBuilder, version: str, tag: str, previous: str) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0")
    assert told(read(repo, version=version))[:3] == (version.removeprefix("v"), tag, previous)


def test_a_given_version_belongs_to_the_tag_of_the_event(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0").commits("three")
    told_ = told(read(repo, version="1.1.0", event_tag="v1.1.0"))
    assert told_ == ("1.1.0", "v1.1.0", "v1.0.0", ["two"])


def test_messages_in_other_encodings_are_read(repo: RepoBuilder) -> None:
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.commit("Größe".encode("latin-1"))
    repo.git("config", "--unset", "i18n.commitEncoding")
    repo.git("branch", "old")
    raw = repo.git("cat-file", "commit", "HEAD").encode().partition(b"\nencoding")[0]
    broken = raw + b"\n\nbroken \xff\xfe\n"
    made = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=broken)
    repo.git("reset", "--quiet", "--soft", made)
    repo.tag("1.0.0")
    assert told(read(repo))[3] == ["broken \ufffd\ufffd"]
    repo.checkout("old").tag("0.9.0")
    assert told(read(repo))[3] == ["Größe"]


def test_the_users_own_settings_change_nothing(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one").tag("1.0.0").commits("two").tag("1.1.0", "Signed, perhaps")
    settings = {
        "column.ui": "always", "color.ui": "always", "log.showSignature": "true",
        "log.decorate": "full", "core.pager": "false", "core.fsmonitor": f"touch {tmp_path}/ran",
        "core.hooksPath": str(tmp_path), "alias.log": "!false", "format.pretty": "oneline",
        "tag.sort": "-version:refname", "core.quotePath": "true", "log.date": "relative",
    }  # fmt: skip
    for name, value in settings.items():
        repo.git("config", name, value)
    assert told(read(repo)) == ("1.1.0", "1.1.0", "1.0.0", ["two"])
    assert not (tmp_path / "ran").exists()


def test_equal_dates_do_not_confuse(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0")
    repo._seconds -= 7200
    repo.commits("two").tag("1.10.0")
    repo._seconds -= 7200
    repo.commits("three").tag("1.9.0", at="1.0.0").tag("1.11.0")
    assert read(repo).previous == "1.10.0"


def test_a_shallow_checkout_is_told(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commits("one", "two").tag("1.0.0")
    clone = tmp_path / "clone"
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(clone))
    history = read(clone)
    assert history.version == "1.0.0"
    assert "fetch-depth: 0" in history.concerns[0].mend


def test_a_handful_of_processes_however_many_tags(repo: RepoBuilder) -> None:
    repo.commits("one")
    head = repo.head
    packed = "".join(f"{head} refs/tags/0.{number}.0\n" for number in range(2000))
    (repo.path / ".git/packed-refs").write_text(packed)
    repo.commits("two").tag("1.0.0")
    commands: list[str] = []
    history = history_of(repo.path, Query(patterns=Patterns.of(["**"])), commands.append)
    assert history.previous == "0.1999.0"
    assert len(commands) <= 5, commands


def products(repo: RepoBuilder) -> RepoBuilder:
    """Two products with a folder each, the second below `packages`."""
    repo.commit("one", path="core/a")
    repo.commit("two", path="packages/web/a")
    repo.tag("core-v1.0.0").tag("@acme/web@2.0.0")
    repo.commit("Scale a recipe", path="core/b")
    repo.commit("Show a timer", path="packages/web/b")
    return repo


@pytest.mark.parametrize(
    ("tag", "pattern", "folder", "subjects"),
    [
        ("core-v1.1.0", "**", "core", ["Scale a recipe"]),
        ("@acme/web@2.1.0", "**", "packages/web", ["Show a timer"]),
        # A step for this product alone takes no tags of the others.
        ("@acme/web@2.1.0", "@acme/web@*", "packages/web", ["Show a timer"]),
    ],
)
def test_the_folder_of_a_product_limits_its_notes(
    repo: RepoBuilder, tag: str, pattern: str, folder: str, subjects: list[str]
) -> None:
    products(repo).tag(tag)
    history = read(repo, event_tag=tag, auto_paths=True, patterns=(pattern,))
    assert (history.folders, history.count, history.elsewhere) == ((folder,), 1, 1)
    assert [commit.subject for commit in history.commits] == subjects


def test_tags_of_no_product_are_none_beside_the_only_one(repo: RepoBuilder) -> None:
    repo.commit("one", path="web/a")
    repo.tag("web-1.0.0").tag("nightly-20260101")
    repo.commit("Mend the build", path="build")
    repo.tag("web-1.1.0")
    history = read(repo, event_tag="web-1.1.0", auto_paths=True, patterns=("web-*",))
    assert (history.folders, history.count) == ((), 1)


@pytest.mark.parametrize("tag", ["release/1.1.0", "docs-1.1.0", "v1.1.0"])
def test_a_tag_without_a_folder_of_its_own_has_all_notes(repo: RepoBuilder, tag: str) -> None:
    products(repo).tag(tag.replace("1.1.0", "1.0.0"), at="core-v1.0.0")
    repo.commit("Release", path="release/a")
    repo.tag(tag)
    history = read(repo, event_tag=tag, auto_paths=True)
    assert (history.folders, history.count, history.elsewhere) == ((), 3, 0)


def test_one_product_alone_has_all_notes(repo: RepoBuilder) -> None:
    repo.commit("one", path="core/a")
    repo.tag("core-v1.0.0")
    repo.commit("two", path="docs/a")
    repo.tag("core-v1.1.0")
    assert read(repo, event_tag="core-v1.1.0", auto_paths=True).folders == ()


@pytest.mark.parametrize(
    ("repository", "previous"), [("core", "core-v1.0.0"), ("kitchen", "@acme/web@2.0.0")]
)
def test_a_commit_without_a_tag_belongs_to_the_main_product(
    repo: RepoBuilder, repository: str, previous: str
) -> None:
    history = read(products(repo), repository=repository)
    assert history.previous == previous
    assert [concern.topic for concern in history.concerns] == [Topic.FAMILIES]


def test_a_commit_without_a_tag_takes_the_nearer_of_branch_and_ancestor(repo: RepoBuilder) -> None:
    repo.commits("one").tag("v7.2.0").branch("maint").commits("fix").tag("v7.2.1")
    repo.checkout("main").commits("two", "three").tag("v8.0.0").commits("four")
    assert read(repo).previous == "v8.0.0"
    assert read(repo.checkout("maint").commits("mend")).previous == "v7.2.1"


def test_a_given_previous_tag_of_the_only_product_beside_the_main_one(repo: RepoBuilder) -> None:
    repo.commit("one", path="api/a")
    repo.tag("1.0.0").tag("api/1.0.0")
    repo.commit("two", path="b")
    history = read(repo, previous_tag="api/1.0.0", auto_paths=True)
    assert (history.folders, history.count) == ((), 1)


def test_a_given_previous_tag(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0").commits("two").tag("1.1.0").commits("three").tag("1.2.0")
    history = read(repo, event_tag="1.2.0", previous_tag="1.0.0")
    assert (history.previous, history.count) == ("1.0.0", 2)
    with pytest.raises(InvalidInputs) as caught:
        read(repo, event_tag="1.2.0", previous_tag="1.0.O")
    assert "`1.0.0`" in caught.value.messages[0].why


def test_a_build_follows_the_build_before(repo: RepoBuilder) -> None:
    repo.commits("one").tag("1.0.0+build.2").commits("two").tag("1.0.0+build.10")
    assert read(repo, event_tag="1.0.0+build.10").previous == "1.0.0+build.2"


def test_underscores_between_numbers_are_sent_as_dots(repo: RepoBuilder) -> None:
    repo.commits("one").tag("curl-8_21_0")
    assert read(repo, event_tag="curl-8_21_0").version == "8.21.0"
