"""What is no journal, or not all of one, is not gone on with, and never begun anew in silence."""

import asyncio
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from switchbell.journal.base import JournalUnavailable, JournalUnusable
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite import file, schema
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.journal.sqlite.writer import Writer
from switchbell.voice.agents import DnState
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change, Event, EventName
from tests.contracts.journal import BEGINNING, call, told
from tests.server.journal.disk import be_impatient

NAME = "journal.sqlite"
CHANGES = 300


def fill(directory: Path) -> None:
    """A journal with some pages of everything."""
    writer = Writer(directory, JournalOptions(durability="normal", max_age=10**12))
    writer.open(BEGINNING, 0)
    for number in range(8, 8 + CHANGES):
        state = DnState(dn=str(number), forward_to="C")
        one = call(number)
        event = Event(name=EventName.DND_ON, this_dn=str(number), time=1.0, dn_state=state)
        writer.write([Change(time=1.0, events=(event,), calls=(one,), dn_states=(state,))], 1.0)
    writer.close()


def refusal(directory: Path) -> str:
    """Why a directory is refused. The file stays as it is."""
    path = directory / NAME
    before = path.read_bytes() if path.exists() else None
    writer = Writer(directory, JournalOptions())
    with pytest.raises(JournalUnusable) as refused:
        writer.open(BEGINNING, 0)
    assert (path.read_bytes() if path.exists() else None) == before
    line = str(refused.value)
    assert "\n" not in line
    assert line.startswith(f"the data in {directory} cannot be used: ")
    return line


def execute(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        db = sqlite3.connect(path)
        db.execute(statement)
        db.commit()
        db.close()

    return change


def cut(size: int) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(path.read_bytes()[:size])


def scribble(begin: int, end: int) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[begin:end] = random.Random(1).randbytes(end - begin)
        path.write_bytes(data)

    return change


def put_other_database(path: Path) -> None:
    path.unlink()
    execute("CREATE TABLE calls (conn_id)")(path)


def remove_all_but_log(path: Path) -> None:
    path.rename(path.with_name(NAME + "-wal"))


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "empty": (cut(0), "journal.sqlite is torn"),
    "half a header": (cut(99), "journal.sqlite is torn"),
    "one page": (cut(4096), "journal.sqlite is damaged"),
    "some pages": (cut(50 * 4096), "journal.sqlite is damaged"),
    "all but a page": (cut(-4096), "journal.sqlite is damaged"),
    "one byte less": (cut(-1), "the end of journal.sqlite is missing"),
    "anything": (scribble(0, 4096), "journal.sqlite is torn, or is something else"),
    "no schema": (scribble(100, 4096), "journal.sqlite is damaged"),
    "no rows": (scribble(4096, 8 * 4096), "journal.sqlite is damaged"),
    "a diary": (lambda path: path.write_text("Dear diary, " * 100), "or is something else"),
    "another database": (put_other_database, "they belong to another application"),
    "another's": (execute("PRAGMA application_id = 1"), "they belong to another application"),
    "later": (execute("PRAGMA user_version = 4711"), "by a later version of Switchbell"),
    "no meta": (execute("DELETE FROM meta"), "journal.sqlite is damaged"),
    "no latest": (
        execute(f"DELETE FROM changes WHERE number = {CHANGES}"),
        "the latest change is missing",
    ),
    "no table": (execute("DROP TABLE dn_states"), "journal.sqlite is damaged"),
    "no call": (execute("UPDATE calls SET call = x'00'"), "journal.sqlite is damaged"),
    "text": (execute("UPDATE dn_states SET state = 'text'"), "journal.sqlite is damaged"),
    "the log alone": (remove_all_but_log, "journal.sqlite is missing beside journal.sqlite-wal"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_damaged_is_refused(
    tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    fill(tmp_path)
    damage(tmp_path / NAME)
    assert said in refusal(tmp_path)


def spoil(directory: Path, name: str) -> None:
    """Damage the first page of a table or an index."""
    path = directory / NAME
    db = sqlite3.connect(path)
    query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
    (page,) = db.execute(query, (name,)).fetchone()
    db.close()
    scribble((page - 1) * 4096, page * 4096)(path)


@pytest.mark.parametrize("looked_through", [0, file.LOOKED_THROUGH])
@pytest.mark.parametrize("name", ["changes", "told", "told_by_number"])
def test_what_is_not_read_at_once_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, looked_through: int
) -> None:
    monkeypatch.setattr(file, "LOOKED_THROUGH", looked_through)
    fill(tmp_path)
    spoil(tmp_path, name)
    assert "journal.sqlite is damaged" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["told", "told_by_number"])
async def test_damage_that_is_met_later_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    be_impatient(monkeypatch)
    fill(tmp_path)
    journal = SqliteJournal(tmp_path, JournalOptions(max_age=10**12))
    await journal.open(BEGINNING)
    recover = journal._writer.recover
    trials = 0

    def count(state: Snapshot) -> int:
        nonlocal trials
        trials += 1
        return recover(state)

    monkeypatch.setattr(journal._writer, "recover", count)
    spoil(tmp_path, name)
    await journal._in_thread(journal._writer._db.execute, "PRAGMA shrink_memory")
    with pytest.raises(JournalUnavailable):
        await journal.commit(told("1"))
    async with asyncio.timeout(10):
        while trials < 3:
            await asyncio.sleep(0.005)
            assert journal.trouble is not None
    assert "journal.sqlite is damaged" in journal.trouble
    await journal.close()


def test_a_link_to_nothing_is_no_place_for_a_new_one(tmp_path: Path) -> None:
    link = tmp_path / "data" / NAME
    link.parent.mkdir()
    link.symlink_to(tmp_path / "elsewhere")
    assert "journal.sqlite is a link to nothing" in refusal(tmp_path / "data")
    assert link.is_symlink()
    assert not (tmp_path / "elsewhere").exists()


def test_another_who_has_it_keeps_it(tmp_path: Path) -> None:
    first, second = (Writer(tmp_path, JournalOptions()) for _ in range(2))
    first.open(BEGINNING, 0)
    assert "another server uses them" in refusal(tmp_path)
    first.close()
    second.open(BEGINNING, 0)
    second.close()


def test_one_that_was_never_finished_is_begun_again(tmp_path: Path) -> None:
    """The power may fail while it is made. It does not have its name then."""
    (tmp_path / (NAME + ".new")).write_bytes(b"SQLite format 3\0")
    (tmp_path / (NAME + ".new-journal")).write_bytes(b"")
    writer = Writer(tmp_path, JournalOptions())
    assert writer.open(BEGINNING, 0).state == BEGINNING
    writer.close()
    assert not list(tmp_path.glob("*.new*"))


def test_the_data_are_nobody_elses_to_read(tmp_path: Path) -> None:
    directory = tmp_path / "a" / "b"
    writer = Writer(directory, JournalOptions())
    writer.open(BEGINNING, 0)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / NAME).stat().st_mode & 0o777 == 0o600
    writer.close()


def test_ours_are_known_by_their_number(tmp_path: Path) -> None:
    fill(tmp_path)
    header = (tmp_path / NAME).read_bytes()[:100]
    assert header[68:72] == schema.APPLICATION_ID.to_bytes(4, "big") == b"SwBl"
