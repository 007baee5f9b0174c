"""The tables of a journal, and how those of an older version become those of this one."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeAlias

from switchbell.journal.addressees import addressees
from switchbell.journal.base import JournalUnusable
from switchbell.journal.sqlite import encoding, rows

APPLICATION_ID = 0x5377426C
"""By which a file is known as one of ours (SQLite, PRAGMA application_id): "SwBl"."""

Migration: TypeAlias = Callable[[sqlite3.Connection], None]

# Changes by number; the latest state of all calls that go on, and of all DNs.
_CHANGES = """
CREATE TABLE changes (number INTEGER PRIMARY KEY, time REAL NOT NULL, change BLOB NOT NULL)
"""
_CALLS = "CREATE TABLE calls (conn_id TEXT PRIMARY KEY, call BLOB NOT NULL) WITHOUT ROWID"
_DN_STATES = "CREATE TABLE dn_states (dn TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID"
# One row: what the centre's names for calls begin with, when the journal was begun (milliseconds
# since 1970), how many names were given out, and the number of the latest change.
_META = """
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    site TEXT NOT NULL,
    begun INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    last INTEGER NOT NULL
)
"""


def _make_tables(db: sqlite3.Connection) -> None:
    for statement in (_CHANGES, _CALLS, _DN_STATES, _META):
        db.execute(statement)


# Whom a change told of something. A change that goes takes its rows along.
_TOLD = """
CREATE TABLE told (
    dn TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (dn, number)
) WITHOUT ROWID
"""
_TOLD_BY_NUMBER = "CREATE INDEX told_by_number ON told (number)"


def _index_addressees(db: sqlite3.Connection) -> None:
    db.execute(_TOLD)
    for number, data in db.execute("SELECT number, change FROM changes ORDER BY number"):
        told = addressees(encoding.decode_change(data))
        rows.add(db, "told", [(dn, number) for dn in sorted(told)])
    db.execute(_TOLD_BY_NUMBER)


MIGRATIONS: Sequence[Migration] = (_make_tables, _index_addressees)
"""What makes each version of the schema (PRAGMA user_version) of the one before; the first makes
version 1 of an empty file. What has been released is not changed any more, only added to."""


def check(db: sqlite3.Connection) -> None:
    """Raise JournalUnusable for a database that is not one of ours, or of a later version."""
    if _pragma(db, "application_id") != APPLICATION_ID:
        raise JournalUnusable("they belong to another application")
    if _pragma(db, "user_version") > len(MIGRATIONS):
        raise JournalUnusable("they were written by a later version of Switchbell")


# Where each table and index begins and ends: there it is written to and tidied up.
_EDGES = (
    "SELECT min(number) FROM changes",
    "SELECT max(number) FROM changes",
    "SELECT dn FROM told ORDER BY dn, number LIMIT 1",
    "SELECT dn FROM told ORDER BY dn DESC, number DESC LIMIT 1",
    "SELECT number FROM told INDEXED BY told_by_number ORDER BY number LIMIT 1",
    "SELECT number FROM told INDEXED BY told_by_number ORDER BY number DESC LIMIT 1",
)


def touch(db: sqlite3.Connection) -> None:
    """Look at a little of everything that is not read when a journal is opened. Raises
    sqlite3.Error where there is damage."""
    for query in _EDGES:
        db.execute(query).fetchall()


def migrate(db: sqlite3.Connection) -> None:
    """Bring a database, an empty one perhaps, to the present version: wholly or not at all."""
    version = _pragma(db, "user_version")
    if version == len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    for migration in MIGRATIONS[version:]:
        migration(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    db.execute("COMMIT")


def _pragma(db: sqlite3.Connection, name: str) -> int:
    value: int = db.execute(f"PRAGMA {name}").fetchone()[0]
    return value
