"""Rows, many to a statement.

Each statement gives up Python's lock and has to get it back from the event loop: a statement for
each row would have a busy server wait for its own journal.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain

from switchbell.journal.sqlite import encoding
from switchbell.voice.agents import DnState
from switchbell.voice.model import Call

# SQLite takes 32,766 parameters at most.
_MOST_PARAMETERS = 10_000


def add(db: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Put rows into a table that has none with the same keys. ``table`` and the order of its
    columns are those of the schema."""
    _write(db, f"INSERT INTO {table}", rows)


def put(db: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Put rows into a table, in the place of those with the same keys."""
    _write(db, f"REPLACE INTO {table}", rows)


def _write(db: sqlite3.Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if not rows:
        return
    width = len(rows[0])
    row = f"({','.join('?' * width)})"
    most = _MOST_PARAMETERS // width
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        places = ",".join([row] * len(some))
        db.execute(f"{statement} VALUES {places}", tuple(chain.from_iterable(some)))


def remove(db: sqlite3.Connection, table: str, key: str, values: Sequence[str]) -> None:
    """Remove the rows with these values of a column."""
    for start in range(0, len(values), _MOST_PARAMETERS):
        some = values[start : start + _MOST_PARAMETERS]
        places = ",".join("?" * len(some))
        db.execute(f"DELETE FROM {table} WHERE {key} IN ({places})", some)  # noqa: S608 - no name comes from outside


def put_calls(db: sqlite3.Connection, calls: Iterable[Call]) -> None:
    """Keep the latest of calls, and forget those that have ended."""
    latest = {call.conn_id: call for call in calls}
    live = [(call.conn_id, encoding.encode(call)) for call in latest.values() if call.parties]
    put(db, "calls", live)
    remove(db, "calls", "conn_id", [name for name, call in latest.items() if not call.parties])


def put_dn_states(db: sqlite3.Connection, states: Iterable[DnState]) -> None:
    """Keep the latest states of DNs."""
    latest = {state.dn: state for state in states}
    put(db, "dn_states", [(dn, encoding.encode(state)) for dn, state in latest.items()])
