"""Histories that tools get wrong, each in a few lines.

Source: the cases that users report of the tools next door, one function for each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from annotate.versions.tags import OnUntagged
from tests.support.repo import RepoBuilder


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is checked out, and what is asked."""

    #: The branch or tag that is checked out; a tag started the pipeline where `event` is true.
    ref: str = "main"
    event: bool = False
    #: Fields of the query.
    asked: dict[str, Any] = field(default_factory=dict)
    #: Lines of tag-pattern.
    patterns: tuple[str, ...] = ("**",)


#: Makes a history in an empty repository.
Tell = Callable[[RepoBuilder], Scenario]

SCENARIOS: list[Tell] = []


def scenario(tell: Tell) -> Tell:
    """Put it on the list."""
    SCENARIOS.append(tell)
    return tell


@scenario
def a_tag_started_the_pipeline(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0").tag("v1.2.0")
    return Scenario(ref="v1.1.0", event=True)


@scenario
def a_candidate_and_its_final_on_one_commit(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v0.9.0").commits("two").tag("v1.0.0-rc.1").tag("v1.0.0")
    return Scenario()


@scenario
def both_of_them_annotated(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v0.9.0", "first")
    repo.commits("two").tag("v1.0.0-rc.1", "candidate").tag("v1.0.0", "final")
    return Scenario()


@scenario
def floating_tags_beside_the_release(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.2.2").commits("two")
    repo.tag("v1").tag("v1.2").tag("v1.2.3").tag("latest").tag("stable")
    return Scenario()


@scenario
def a_final_after_two_candidates(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0-rc.1")
    repo.commits("three").tag("v1.1.0-rc.2").commits("four").tag("v1.1.0")
    return Scenario()


@scenario
def a_candidate_after_another(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0-rc.1")
    repo.commits("three").tag("v1.1.0-rc.2")
    return Scenario(ref="v1.1.0-rc.2", event=True)


@scenario
def an_old_line_is_mended(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").branch("next").commits("two").tag("v2.0.0")
    repo.checkout("main").commits("mend").tag("v1.0.1")
    return Scenario()


@scenario
def an_old_line_was_mended_later(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").branch("old").checkout("main")
    repo.commits("two").tag("v2.0.0").commits("three").tag("v2.1.0")
    repo.checkout("old").commits("mend").tag("v1.0.1").commits("again").tag("v1.0.2")
    return Scenario(ref="v2.1.0")


@scenario
def many_lower_releases_on_lines_of_their_own(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("1.0.0")
    for number in range(1, 5):
        repo.checkout("main").branch(f"maintained-{number}").commits("mend").tag(f"1.{number}.0")
    repo.checkout("main").commits("two").tag("2.0.0")
    return Scenario()


@scenario
def releases_beside_the_trunk(repo: RepoBuilder) -> Scenario:
    repo.commits("one").branch("release").commits("bump").tag("1.0.0")
    repo.checkout("main").commits("two").branch("release-2").commits("bump").tag("1.1.0")
    return Scenario(ref="1.1.0", event=True)


@scenario
def several_products(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("api/v1.0.0").tag("web/v2.0.0").commits("two").tag("api/v1.1.0")
    repo.tag("web/v2.1.0").tag("@scope/pkg@1.2.0").tag("pkg-v1.2.0")
    return Scenario(ref="web/v2.1.0", event=True)


@scenario
def several_products_and_none_is_named(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("api/v1.0.0").tag("web/v2.0.0").commits("two").tag("api/v1.1.0")
    repo.tag("web/v2.1.0")
    return Scenario()


@scenario
def only_some_paths(repo: RepoBuilder) -> Scenario:
    repo.commit("base", path="web/base")
    repo.commit("other base", path="api/base")
    repo.tag("1.0.0").branch("topic")
    repo.commit("web by a branch", path="web/two")
    repo.checkout("main")
    repo.commit("api", path="api/one")
    repo.commit("web", path="web/one")
    repo.merge("topic")
    repo.commits("nothing").tag("1.1.0")
    return Scenario(asked={"paths": ("web", ":!web/base")})


@scenario
def numbers_are_numbers(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.9.0").commits("two").tag("v1.10.0").commits("three").tag("v1.11.0")
    return Scenario()


@scenario
def numbers_by_underscores(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("curl-8_9_0").commits("two").tag("curl-8_21_0")
    return Scenario()


@scenario
def python_candidates(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("1.0rc2").commits("two").tag("1.0rc10").commits("three").tag("1.0")
    return Scenario()


@scenario
def build_metadata(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v0.9.0").commits("two").tag("v1.0.0+build.1").tag("v1.0.0+build.2")
    return Scenario()


@scenario
def dates_as_versions(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("2025.1.9").commits("two").tag("2025.1.10")
    return Scenario()


@scenario
def an_annotated_tag_that_speaks(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two")
    repo.tag("v1.1.0", "Search\r\n\r\nFind what you cooked.\r\n")
    return Scenario(ref="v1.1.0", event=True)


@scenario
def no_tag_at_all(repo: RepoBuilder) -> Scenario:
    repo.commits("one", "two")
    return Scenario(asked={"on_untagged": OnUntagged.SHA})


@scenario
def a_first_release(repo: RepoBuilder) -> Scenario:
    repo.commits("one", "two", "three").tag("v1.0.0")
    return Scenario()


@scenario
def untagged_and_described(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").branch("topic").commits("two")
    repo.checkout("main").commits("three").merge("topic")
    return Scenario()


@scenario
def untagged_and_nearest(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two", "three")
    return Scenario(asked={"on_untagged": OnUntagged.NEAREST})


@scenario
def merges_at_the_cut(repo: RepoBuilder) -> Scenario:
    """A branch from before the release, merged after it: a plain cut there loses its commits."""
    repo.commits("base").branch("early").commits("early one")
    repo.checkout("main").commits("two").tag("v1.0.0")
    repo.checkout("early").commits("early two")
    repo.checkout("main").merge("early", "Merge branch 'early'")
    repo.branch("late", at="v1.0.0").commits("late")
    repo.merge("main", "Merge branch 'main' into late")
    repo.checkout("main").commits("three").merge("late", "Merge pull request #7 from a/late")
    repo.tag("v1.1.0")
    return Scenario()


@scenario
def a_merge_of_what_was_released_already(repo: RepoBuilder) -> Scenario:
    repo.commits("base").branch("side").commits("side")
    repo.checkout("main").commits("two").merge("side")
    repo.tag("v1.0.0")
    repo.checkout("side").commits("side again").checkout("main")
    repo.git("reset", "--quiet", "--hard", "v1.0.0~1")
    repo.merge("side", "Merge again")
    repo.merge("v1.0.0", "Merge the release")
    repo.tag("v1.1.0")
    return Scenario()


@scenario
def squashed_requests(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0")
    repo.commit(
        "Add search (#12)\n\n* fix: typo\n* feat: more\n\nCo-authored-by: B <b@example.com>"
    )
    repo.tag("v1.1.0")
    return Scenario()


@scenario
def commits_without_a_convention(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("wip", "feat: a", "Fixed it", "....").tag("v1.1.0")
    return Scenario()


@scenario
def a_revert(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0")
    bad = repo.commit("Add noise")
    repo.commit(f'Revert "Add noise"\n\nThis reverts commit {bad}.')
    repo.tag("v1.1.0")
    return Scenario()


@scenario
def messages_in_other_encodings(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0")
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.commit("Größe".encode("latin-1"))
    repo.git("config", "--unset", "i18n.commitEncoding")
    repo.commit(b"broken \xff\xfe and \x1b[31m and \xe2\x80\xae")
    repo.tag("v1.1.0")
    return Scenario()


@scenario
def names_that_look_like_options_or_branches(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("1.0.0").branch("1.1.0").commits("elsewhere").checkout("main")
    repo.git("update-ref", "refs/tags/--output=x-1.0.5", "HEAD")
    repo.commits("two")
    repo.git("update-ref", "refs/tags/1.1.0", "HEAD")
    return Scenario(ref="refs/tags/1.1.0", event=True)


@scenario
def tags_on_other_things_than_commits(repo: RepoBuilder) -> Scenario:
    repo.commit("one", path="file")
    blob = repo.git("rev-parse", "HEAD:file")
    repo.tag("1.0.0").commits("two").tag("1.1.0", at=blob).tag("1.2.0", "on a blob", at=blob)
    repo.tag("1.3.0", at="HEAD^{tree}").tag("inner", "inner", at="1.0.0")
    repo.tag("1.0.1", "of a tag", at="inner").tag("2.0.0")
    return Scenario()


@scenario
def equal_and_skewed_clocks(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("1.0.0")
    for name, back in (("1.10.0", 7200), ("1.11.0", 86_400), ("1.12.0", 3600)):
        repo._seconds -= back
        repo.commits(f"before {name}", f"for {name}").tag(name)
    return Scenario()


@scenario
def a_tag_that_was_moved(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0").commits("three")
    repo.git("tag", "--force", "v1.1.0")
    return Scenario(ref="v1.1.0", event=True)


@scenario
def a_submodule(repo: RepoBuilder) -> Scenario:
    part = RepoBuilder(repo.path.parent / "part").commits("part")
    repo.commits("one").tag("v1.0.0")
    allowed = ("-c", "protocol.file.allow=always")
    repo.git(*allowed, "submodule", "--quiet", "add", str(part.path), "part")
    repo.commits("with a part").tag("v1.1.0")
    return Scenario()


@scenario
def a_version_that_is_given(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two")
    return Scenario(asked={"version": "1.1.0"})


@scenario
def patterns_choose(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0-beta").tag("nightly-7")
    return Scenario(patterns=("v*", "!*-beta"))


@scenario
def a_newer_release_is_ahead(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").branch("here").checkout("main")
    repo.commits("three").tag("v1.1.0")
    return Scenario(ref="here")


@scenario
def two_candidates_on_one_commit(repo: RepoBuilder) -> Scenario:
    repo.commits("one").tag("v1.0.0").commits("two").tag("v1.1.0-rc.1").tag("v1.1.0-rc.2")
    return Scenario()


@scenario
def a_merge_that_keeps_the_old_side(repo: RepoBuilder) -> Scenario:
    """Of two sides of a merge, git follows for paths the one that is the same."""
    base = repo.commit("base", path="a/x")
    repo.commit("other work", path="b/x")
    repo.tag("v1.0.0")
    repo.commit("change a", path="a/x")
    merge = repo.git(
        "commit-tree", f"{base}^{{tree}}", "-p", "HEAD", "-p", base, "-m", "Keep base's"
    )
    repo.git("reset", "--quiet", "--hard", merge)
    repo.tag("v1.1.0")
    return Scenario(asked={"paths": ("a",)})


@scenario
def a_product_with_a_folder(repo: RepoBuilder) -> Scenario:
    repo.commit("one", path="core/a")
    repo.commit("two", path="packages/web/a")
    repo.tag("core-1.0.0").tag("web@2.0.0")
    repo.commit("three", path="core/b")
    repo.commit("four", path="packages/web/b")
    repo.tag("web@2.1.0")
    return Scenario(ref="web@2.1.0", event=True, asked={"auto_paths": True})


@scenario
def releases_on_branches_that_are_never_merged_back(repo: RepoBuilder) -> Scenario:
    repo.commits("one").branch("8-0").commits("two").tag("v8.0.0", "Eight")
    repo.commits("Mend the lock of the oven").tag("v8.0.1", "Mended").checkout("main")
    repo.commits("three", "Mend the lock of the oven").branch("8-1").commits("bump")
    return Scenario(ref=repo.tag("v8.1.0", "Again").head)


@scenario
def a_commit_beside_releases_on_other_branches(repo: RepoBuilder) -> Scenario:
    repo.commits("one").branch("8-0").commits("two").tag("v8.0.0", "Eight").checkout("main")
    repo.commits("three", "four")
    return Scenario()
