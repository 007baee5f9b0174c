"""What is written to a file that is no longer in its place is not kept."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from switchbell.journal.base import JournalUnavailable
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.voice.agents import DnState
from switchbell.voice.events import Change
from tests.contracts.journal import BEGINNING, call, change, told
from tests.server.journal.disk import be_impatient

NAME = "journal.sqlite"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
async def journal(directory: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteJournal]:
    be_impatient(monkeypatch)
    journal = SqliteJournal(directory, JournalOptions(max_age=10**12))
    await journal.open(BEGINNING)
    await journal.commit(change(1))
    yield journal
    await journal.close()


def move(path: Path) -> None:
    path.rename(path.with_name(path.name + ".away"))


def put_another(path: Path) -> None:
    content = path.read_bytes()
    move(path)
    path.write_bytes(content)


@pytest.mark.parametrize("lose", [move, put_another])
@pytest.mark.parametrize("name", [".", NAME, NAME + "-wal", "lock"])
async def test_nothing_is_kept_until_it_is_back(
    journal: SqliteJournal, directory: Path, name: str, lose: Callable[[Path], None]
) -> None:
    path = directory if name == "." else directory / name
    if name == "." and lose is put_another:
        away = path.rename(path.with_name("data.away"))
        shutil.copytree(away, path)
    else:
        lose(path)
    with pytest.raises(JournalUnavailable):
        await journal.commit(change(2))
    assert journal.trouble is not None
    if path.is_dir():
        shutil.rmtree(path)
    path.with_name(path.name + ".away").replace(path)
    await journal.usable()
    assert await journal.commit(change(3)) == 2
    assert [entry.change.time for entry in await journal.replay(0, 9)] == [1, 3]


async def test_what_was_removed_is_gone(journal: SqliteJournal, directory: Path) -> None:
    shutil.rmtree(directory)
    with pytest.raises(JournalUnavailable):
        await journal.commit(change(2))
    with pytest.raises(JournalUnavailable):
        await journal.commit(change(3))
    assert journal.last == 1


async def test_what_was_written_while_it_was_moved_is_taken_back(
    journal: SqliteJournal, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone by the second look, after what was written has been committed."""
    state = DnState(dn="A", forward_to="C")
    await journal.commit(Change(time=2, events=(), calls=(call(8),), dn_states=(state,)))
    before = journal.state
    place = journal._writer._place
    looks = 0

    def check() -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise JournalUnavailable("moved")

    monkeypatch.setattr(place, "check", check)
    ended, new, other = call(8, ended=True), call(9), DnState(dn="B", forward_to="C")
    lost = Change(time=3, events=told("A").events, calls=(ended, new), dn_states=(other,))
    with pytest.raises(JournalUnavailable, match="moved"):
        await journal.commit(lost)
    await journal.usable()
    assert journal.state == before
    await journal.close()
    again = SqliteJournal(directory)
    assert await again.open(BEGINNING) == before
    assert again.last == 2
    assert again.told(["A"], after=0, last=9, limit=9) == []
    await again.close()


async def test_what_a_link_leads_to_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_impatient(monkeypatch)
    journal = SqliteJournal(tmp_path / "real")
    await journal.open(BEGINNING)
    await journal.close()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / NAME).symlink_to(tmp_path / "real" / NAME)
    journal = SqliteJournal(tmp_path / "data")
    await journal.open(BEGINNING)
    assert await journal.commit(change(1)) == 1
    move(tmp_path / "real")
    with pytest.raises(JournalUnavailable):
        await journal.commit(change(2))
    await journal.close()
