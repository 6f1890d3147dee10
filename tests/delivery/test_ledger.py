"""What the ledger keeps, whose it is, and that nothing in it is lost."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotate.delivery.entry import Entry, Key, LedgerFailed, State
from annotate.delivery.ledger import ledger_at
from annotate.errors import InvalidInputs, Topic
from annotate.outcome import Outcome
from annotate.result import Delivery
from tests.support.process import API_KEY
from tests.support.repo import RepoBuilder
from tests.support.world import NOW, Clock, world

KEY = Key.of("https://amplitude.com/api/2/release", API_KEY, "1.2.3")
SIDE_FILES = ("ledger.db-journal", "ledger.db-wal", "ledger.db-shm")
STAMP = "2026-01-02 03:04:05"
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def after(
    path: Path, *outcomes: Outcome, sent_before: bool = False, cwd: Path | None = None
) -> Entry | None:
    """What is known after a release was begun, and ended so."""
    with ledger_at(path, world(cwd or path.parent), 1) as ledger:
        ledger.intend(KEY, NOW)
        for outcome in outcomes:
            delivery = Delivery(outcome=outcome, release_id="abc")
            ledger.settle(KEY, delivery, NOW, sent_before=sent_before)
    with ledger_at(path, world(cwd or path.parent), 1) as ledger:
        return ledger.entry(KEY)


def entry(state: State, release_id: str = "") -> Entry:
    return Entry(state=state, release_id=release_id, changed_at=STAMP)


@pytest.mark.parametrize(
    ("outcomes", "sent_before", "known"),
    [
        ([], False, entry(State.SENDING)),
        ([Outcome.CREATED], False, entry(State.CREATED, "abc")),
        ([Outcome.DUPLICATE], False, entry(State.DUPLICATE, "abc")),
        ([Outcome.UNKNOWN], False, entry(State.UNKNOWN)),
        ([Outcome.REJECTED], False, entry(State.NOT_CREATED)),
        ([Outcome.REFUSED], False, entry(State.NOT_CREATED)),
        ([Outcome.UNAVAILABLE], False, entry(State.NOT_CREATED)),
        ([Outcome.INTERRUPTED], False, entry(State.NOT_CREATED)),
        ([Outcome.REFUSED], True, entry(State.UNKNOWN)),
        ([Outcome.CREATED], True, entry(State.CREATED, "abc")),
    ],
)
def test_what_is_known_afterwards(
    tmp_path: Path, outcomes: list[Outcome], sent_before: bool, known: Entry
) -> None:
    assert after(tmp_path / "new" / "ledger.db", *outcomes, sent_before=sent_before) == known


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://localhost:8080/a", "http://LOCALHOST:8080/a", True),
        ("https://amplitude.com/a", "HTTPS://Amplitude.COM/a", True),
        ("https://amplitude.com/a", "https://amplitude.com:443/a", True),
        ("http://localhost/a", "http://localhost:80/a", True),
        ("https://amplitude.com/a", "https://amplitude.com/b", False),
        ("https://amplitude.com/a", "https://amplitude.com/A", False),
        ("https://amplitude.com/a", "https://amplitude.com/%61", False),
        ("https://amplitude.com/a", "https://amplitude.com/a/", False),
        ("https://amplitude.com/a", "https://amplitude.com:8443/a", False),
        ("http://localhost:8080/a", "http://localhost:8081/a", False),
        ("http://localhost:443/a", "https://localhost:443/a", False),
        ("http://localhost/a", "https://localhost/a", False),
        ("http://[::1]:8080/a", "http://[::1]:8081/a", False),
    ],
)
def test_which_destinations_are_one_project(one: str, other: str, same: bool) -> None:
    projects = {Key.of(url, API_KEY, "1.2.3").project for url in (one, other)}
    assert (len(projects) == 1) is same


def test_nothing_is_known_of_others(tmp_path: Path) -> None:
    after(tmp_path / "ledger.db", Outcome.CREATED)
    with ledger_at(tmp_path / "ledger.db", world(), 1) as ledger:
        for other in (
            Key.of("https://analytics.eu.amplitude.com/api/2/release", API_KEY, "1.2.3"),
            Key.of("https://amplitude.com/api/3/annotations", API_KEY, "1.2.3"),
            Key.of("https://amplitude.com/api/2/release", f"{API_KEY}0", "1.2.3"),
            Key(project=KEY.project, version="1.2.4"),
        ):
            assert ledger.entry(other) is None


def test_no_key_is_in_the_file(tmp_path: Path) -> None:
    after(tmp_path / "ledger.db", Outcome.CREATED)
    assert API_KEY.encode() not in (tmp_path / "ledger.db").read_bytes()
    assert API_KEY not in KEY.project


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_proves_that_it_exists_is_evidence(tmp_path: Path, outcome: Outcome) -> None:
    known = after(tmp_path / "ledger.db", outcome)
    assert bool(known and known.is_evidence) is (outcome in {Outcome.CREATED, Outcome.DUPLICATE})


def changed(path: Path, *statements: str) -> None:
    """Let another program change the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def read(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


#: The first layout of a ledger, in which one state stood for every kind of evidence.
FIRST_LAYOUT = """\
CREATE TABLE deliveries (
    project TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    release_id TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (project, version)
) WITHOUT ROWID"""


def of_first_layout(path: Path, *rows: tuple[str, str], project: str = KEY.project) -> None:
    """A ledger of the first layout: version `1.0.0` and so on, with these states and IDs."""
    changed(path, "PRAGMA application_id = 0x616E6E6F", FIRST_LAYOUT)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for number, row in enumerate(rows):
            values = (project, f"1.{number}.0", *row, STAMP)
            connection.execute("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?)", values)


def test_a_ledger_of_the_first_layout_is_migrated(tmp_path: Path) -> None:
    """What it took for sent without an ID may have been any answer with the word duplicate."""
    path = tmp_path / "ledger.db"
    of_first_layout(path, ("sent", "abc"), ("sent", ""), ("sending", ""), ("unknown", ""))
    for _ in range(2):
        with ledger_at(path, world(tmp_path), 1) as ledger:
            known = [
                ledger.entry(Key(project=KEY.project, version=f"1.{number}.0"))
                for number in range(4)
            ]
        assert known == [
            entry(State.CREATED, "abc"),
            entry(State.UNKNOWN),
            entry(State.SENDING),
            entry(State.UNKNOWN),
        ]
    assert read(path, "PRAGMA user_version") == [(1,)]


def test_an_entry_of_the_first_layout_is_found_by_the_first_that_asks(tmp_path: Path) -> None:
    """Its digest was of host, path and API key; the one of a port cannot be computed from it."""
    path = tmp_path / "ledger.db"
    address = f"amplitude.com/api/2/release\0{API_KEY}"
    digest = hashlib.sha256(address.encode()).hexdigest()[:32]
    of_first_layout(path, ("sent", "abc"), project=digest)
    asked, elsewhere = (
        Key.of(f"https://amplitude.com{port}/api/2/release", API_KEY, "1.0.0")
        for port in ("", ":8443")
    )
    for _ in range(2):
        with ledger_at(path, world(tmp_path), 1) as ledger:
            assert ledger.entry(asked) == entry(State.CREATED, "abc")
            assert ledger.entry(elsewhere) is None


@pytest.mark.parametrize("version", [2, 2**31 - 1])
def test_a_ledger_of_a_later_version_is_left_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.db"
    after(path, Outcome.CREATED)
    changed(path, f"PRAGMA user_version = {version}", "ALTER TABLE deliveries ADD COLUMN later")
    before = path.read_bytes()
    assert "was written by a newer version of annotate" in refused(path, tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER forget BEFORE INSERT ON deliveries BEGIN SELECT RAISE(IGNORE); END",
        "CREATE VIEW more AS SELECT * FROM deliveries",
        "CREATE INDEX by_state ON deliveries (state)",
        "CREATE TABLE more (a)",
        "ALTER TABLE deliveries ADD COLUMN more",
        "ALTER TABLE deliveries RENAME TO others",
        "PRAGMA user_version = -1",
        "PRAGMA application_id = 1",
    ],
)
@pytest.mark.parametrize("version", [0, 1])
def test_a_schema_that_is_not_ours_to_the_letter_is_refused(
    tmp_path: Path, statement: str, version: int
) -> None:
    path = tmp_path / "ledger.db"
    after(path, Outcome.CREATED)
    changed(path, f"PRAGMA user_version = {version}", statement)
    before = path.read_bytes()
    assert "is not a ledger of annotate" in refused(path, tmp_path)
    assert path.read_bytes() == before


def test_a_table_that_computes_is_refused(tmp_path: Path) -> None:
    """It has the columns of ours, and says of every release that it was created."""
    path = tmp_path / "ledger.db"
    computed = FIRST_LAYOUT.replace(
        "state TEXT NOT NULL", "state TEXT NOT NULL GENERATED ALWAYS AS ('created')"
    )
    changed(path, "PRAGMA application_id = 0x616E6E6F", "PRAGMA user_version = 1", computed)
    assert "is not a ledger of annotate" in refused(path, tmp_path)


def test_texts_that_are_none_are_no_defect(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    after(path, Outcome.CREATED)
    changed(path, "UPDATE deliveries SET release_id = CAST(x'ff' AS TEXT)")
    with ledger_at(path, world(tmp_path), 1) as ledger:
        assert ledger.entry(KEY) == entry(State.CREATED, "\ufffd")
    path.write_bytes(path.read_bytes().replace(b"project TEXT", b"pr\xffject TEXT"))
    assert "is not a ledger of annotate" in refused(path, tmp_path)


def test_the_schema_is_not_trusted(tmp_path: Path) -> None:
    with ledger_at(tmp_path / "ledger.db", world(tmp_path), 1) as ledger:
        [value] = ledger._connection.execute("PRAGMA trusted_schema").fetchone()
    assert value == 0


def test_bytes_in_the_place_of_texts_are_no_defect(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    after(path, Outcome.CREATED)
    changed(path, "UPDATE deliveries SET release_id = x'616263', changed_at = x'32'")
    with ledger_at(path, world(tmp_path), 1) as ledger:
        assert ledger.entry(KEY) == Entry(state=State.CREATED, release_id="abc", changed_at="2")


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a TEXT)")
        connection.execute("INSERT INTO theirs VALUES ('precious')")
    connection.close()


def damaged(path: Path) -> None:
    after(path, Outcome.CREATED)
    content = bytearray(path.read_bytes())
    content[4096:4200] = b"\xff" * 104
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    after(path, Outcome.CREATED)
    path.write_bytes(path.read_bytes()[:3000])


def text(path: Path) -> None:
    path.write_text("a list of what to buy\n" * 100)


@pytest.mark.parametrize("spoil", [foreign, damaged, cut_short, text])
def test_a_file_that_is_no_ledger_is_left_as_it_is(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / "ledger.db"
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(InvalidInputs) as raised, ledger_at(path, world(path.parent), 1):
        pass
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.db"]
    [message] = raised.value.messages
    assert message.topic is Topic.LEDGER
    assert str(path) in message.what


def test_a_state_of_a_later_version_is_no_defect(tmp_path: Path) -> None:
    after(tmp_path / "ledger.db", Outcome.CREATED)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE deliveries SET state = 'future'")
    connection.close()
    with (
        ledger_at(tmp_path / "ledger.db", world(), 1) as ledger,
        pytest.raises(LedgerFailed, match="is not a valid State"),
    ):
        ledger.entry(KEY)


def refused(path: Path, cwd: Path) -> str:
    """What is told of a ledger that cannot be used."""
    with pytest.raises(InvalidInputs) as raised, ledger_at(path, world(cwd), 1):
        pass
    [message] = raised.value.messages
    assert message.topic is Topic.LEDGER
    return message.what


@pytest.mark.parametrize("link", ["ledger.db", "folder"])
@pytest.mark.parametrize("written", ["{workspace}", "{outside}/../workspace", "{alias}"])
def test_a_link_in_the_workspace_is_not_followed(tmp_path: Path, link: str, written: str) -> None:
    workspace, alias = tmp_path / "workspace", tmp_path / "alias"
    workspace.mkdir()
    alias.symlink_to(workspace)
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / ("x.db" if link == "ledger.db" else "")
    (workspace / link).symlink_to(target)
    base = written.format(workspace=workspace, outside=tmp_path / "elsewhere", alias=alias)
    path = Path(base) / ("ledger.db" if link == "ledger.db" else "folder/ledger.db")
    assert "is a symbolic link" in refused(path, workspace)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_above_the_workspace_but_in_its_repository_is_not_followed(
    repo: RepoBuilder, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repo.path / "folder").symlink_to(tmp_path / "elsewhere")
    (repo.path / "part").mkdir()
    path = repo.path / "part/../folder/ledger.db"
    assert "is a symbolic link" in refused(path, repo.path / "part")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["ledger.db", *SIDE_FILES])
def test_no_file_of_a_ledger_is_a_link_wherever_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    said = refused(tmp_path / "ledger.db", tmp_path / "workspace")
    assert f"{tmp_path / name} is a symbolic link" in said
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([name, "workspace"])


@pytest.mark.parametrize("name", SIDE_FILES)
def test_a_side_file_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert f"{tmp_path / name} is not a file" in refused(tmp_path / "ledger.db", tmp_path)


def test_links_outside_of_the_repository_are_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "mounted").symlink_to(tmp_path / "disk")
    assert after(tmp_path / "mounted/ledger.db", Outcome.CREATED, cwd=tmp_path / "disk")
    assert (tmp_path / "disk/ledger.db").is_file()


@pytest.mark.parametrize("name", ["ledger.db", *SIDE_FILES])
@pytest.mark.parametrize("folder", ["", "kept/deep"])
def test_no_file_of_a_ledger_is_tracked_by_git(repo: RepoBuilder, name: str, folder: str) -> None:
    path = repo.path / folder / "ledger.db"
    after(path, Outcome.CREATED)
    repo.commit(path=str(Path(folder, name)))
    content = {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    said = refused(path, repo.path)
    assert f"because git tracks {Path(folder, name)}." in said
    assert {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()} == content


def test_git_tracks_a_file_by_any_case_of_its_name(repo: RepoBuilder) -> None:
    """Some file systems do not tell them apart."""
    repo.commit(path="Ledger.DB")
    after(repo.path / "other.db", Outcome.CREATED)
    (repo.path / "other.db").rename(repo.path / "ledger.db")
    assert "git tracks Ledger.DB." in refused(repo.path / "ledger.db", repo.path)


def test_a_bare_repository_in_the_repository_hides_nothing(repo: RepoBuilder) -> None:
    """Its files can be committed, and it has an index of its own, which lists nothing."""
    RepoBuilder(repo.path / "kept", bare=True)
    repo.commit(path="kept/ledger.db")
    assert "git tracks kept/ledger.db." in refused(repo.path / "kept/ledger.db", repo.path)


@pytest.mark.parametrize("name", ["*.db", ":(exclude)x", "a b", "-x", "\udcff"])
def test_what_the_pipeline_made_in_the_work_tree_is_used(repo: RepoBuilder, name: str) -> None:
    repo.commit(path="tracked.db")
    assert after(repo.path / name, Outcome.CREATED) == entry(State.CREATED, "abc")


def test_git_is_asked_only_where_there_is_a_file(repo: RepoBuilder) -> None:
    asked: list[str] = []
    for _ in range(2):
        with ledger_at(repo.path / "ledger.db", world(repo.path), 1, debug=asked.append):
            pass
    [command] = asked
    assert command.startswith("git ls-files ")


def test_what_git_cannot_say_is_no_yes(repo: RepoBuilder) -> None:
    after(repo.path / "ledger.db", Outcome.CREATED)
    (repo.path / ".git/index").write_text("spoilt")
    said = refused(repo.path / "ledger.db", repo.path)
    assert "git cannot say whether it tracks the file (git ls-files ended with 128: " in said


def test_an_empty_file_becomes_one(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    assert after(tmp_path / "ledger.db", Outcome.CREATED) == entry(State.CREATED, "abc")


@pytest.mark.parametrize("name", [".", "file/ledger.db", "/dev/null"])
def test_a_place_that_can_hold_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(InvalidInputs, match="open"),
        ledger_at(tmp_path / name, world(), 1),
    ):
        pass


def test_another_run_is_waited_for_and_not_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    after(path, Outcome.CREATED)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        clock = Clock()
        with (
            pytest.raises(LedgerFailed) as raised,
            ledger_at(path, world(clock=clock), 5),
        ):
            pass
        other.communicate()
    assert clock.seconds == pytest.approx(5, abs=0.2)
    assert "5 seconds" in raised.value.before.what
    assert after(path, Outcome.UNKNOWN) == entry(State.UNKNOWN)


def test_a_run_that_waits_for_another_does_not_keep_it_waiting(tmp_path: Path) -> None:
    """It may have locked the file as a reader, which excludes a writer."""
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        def become_first(_seconds: float) -> None:
            other.execute("CREATE TABLE foreign_table (x)")
            other.execute("COMMIT")

        waiting = world()._replace(sleep=become_first)
        with pytest.raises(InvalidInputs), ledger_at(path, waiting, waiting.monotonic() + 60):
            pass


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with ledger_at(tmp_path / "ledger.db", world(), 1) as ledger:
        ledger._connection.execute("PRAGMA max_page_count = 1")
        ledger._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(LedgerFailed, match="readonly"):
            ledger.intend(KEY, NOW)
