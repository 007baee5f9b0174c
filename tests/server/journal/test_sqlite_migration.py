"""A file of an older version becomes one of this version, with all that is in it."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from switchbell.journal.sqlite import encoding, schema
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.voice.agents import DnState
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change, Event, EventName
from tests.contracts.journal import BEGINNING, call

# As it was released: what is here must not follow the code.
VERSION_1 = """
CREATE TABLE changes (number INTEGER PRIMARY KEY, time REAL NOT NULL, change BLOB NOT NULL);
CREATE TABLE calls (conn_id TEXT PRIMARY KEY, call BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE dn_states (dn TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    site TEXT NOT NULL,
    begun INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    last INTEGER NOT NULL
);
INSERT INTO meta VALUES (1, 'here', 1700000000000, 9, 4);
PRAGMA application_id = 1400324716;
PRAGMA user_version = 1;
"""

# Each tells a DN that its own state is what it is.
CHANGES = {
    2: ["A"],
    3: ["B", "A"],
    4: ["B"],
}


def told(dn: str) -> dict[str, object]:
    return {"name": "EventDNDOn", "this_dn": dn, "time": 5.0, "dn_state": {"dn": dn}}


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite"
    db = sqlite3.connect(path)
    db.executescript(VERSION_1)
    for number, dns in CHANGES.items():
        change = {"time": 4e9 + number, "events": list(map(told, dns)), "calls": []}
        row = (number, 4e9 + number, msgspec.msgpack.encode(change))
        db.execute("INSERT INTO changes VALUES (?, ?, ?)", row)
    one = call(9)
    db.execute("INSERT INTO calls VALUES (?, ?)", (one.conn_id, msgspec.msgpack.encode(one)))
    state = msgspec.msgpack.encode({"dn": "A", "do_not_disturb": True})
    db.execute("INSERT INTO dn_states VALUES ('A', ?)", (state,))
    db.commit()
    db.close()
    return tmp_path


async def test_version_1_is_brought_up_to_date(version_1: Path) -> None:
    for _ in range(2):
        journal = SqliteJournal(version_1)
        state = await journal.open(BEGINNING)
        assert state == Snapshot(
            site="here",
            calls=(call(9),),
            dn_states=(DnState(dn="A", do_not_disturb=True),),
            issued=9,
        )
        assert (journal.begun, journal.oldest, journal.last) == (1_700_000_000_000, 2, 4)
        [entry] = await journal.replay(3, 9)
        event = Event(name=EventName.DND_ON, this_dn="B", time=5.0, dn_state=DnState(dn="B"))
        assert entry.change == Change(time=4e9 + 4, events=(event,), calls=())
        for dn, numbers in {"A": [2, 3], "B": [3, 4], "C": []}.items():
            entries = journal.told([dn], after=None, last=9, limit=9)
            assert [entry.number for entry in entries] == numbers
        assert await journal.settled()
        await journal.close()
    db = sqlite3.connect(version_1 / "journal.sqlite")
    assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    db.close()


def test_half_a_migration_is_none(version_1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE calls")
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, fail))
    db = sqlite3.connect(version_1 / "journal.sqlite", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="disk full"):
        schema.migrate(db)
    db.close()
    db = sqlite3.connect(version_1 / "journal.sqlite")
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM calls").fetchone() == (1,)
    db.close()


WRITTEN = (
    "83a474696d65cb3ff8000000000000a66576656e747390a563616c6c739187a7636f6e6e5f6964b06663656339"
    "3130303030303030303038a475756964d9203754574a435545584c47575a5358424d32464634574a3030303030"
    "3030303038a963616c6c5f74797065a8496e7465726e616ca4646e6973a142a3616e69a141a770617274696573"
    "9188a26964a138a2646ea141a57374617465a74469616c696e67a4726f6c65ab4f726967696e6174696f6ea963"
    "616c6c5f74797065a8496e7465726e616ca4646e6973a142a573696e6365cb4020000000000000a574696d6572"
    "82a26174cb4043000000000000a3647565ab53746f7052696e67696e67a9757365725f6461746182a66e756d62"
    "657208a46c6973749401c0cb4004000000000000a2c3bc"
)


def test_what_was_written_once_can_be_read_for_ever() -> None:
    """A change as the first version of the schema has it. If this fails the structures of the core
    have changed in a way that needs a migration."""
    change = Change(time=1.5, events=(), calls=(call(8),))
    assert encoding.encode(change).hex() == WRITTEN
    assert encoding.decode_change(bytes.fromhex(WRITTEN)) == change
