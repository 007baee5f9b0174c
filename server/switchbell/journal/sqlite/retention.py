"""Which changes are no longer kept: those that are too old, and those that are too many."""

import sqlite3

from msgspec import Struct

from switchbell.journal.options import JournalOptions


class Oldest(Struct, frozen=True):
    """The oldest change that is kept: its number and time. Without any, the number that the next
    will have."""

    number: int
    time: float = float("inf")


def oldest(db: sqlite3.Connection, last: int) -> Oldest:
    """Return the oldest change; ``last`` is the number of the latest that there ever was."""
    found = db.execute("SELECT number, time FROM changes ORDER BY number LIMIT 1").fetchone()
    return Oldest(last + 1) if found is None else Oldest(*found)


def forget(
    db: sqlite3.Connection,
    present: Oldest,
    *,
    last: int,
    before: int,
    now: float,
    options: JournalOptions,
    most: int,
) -> Oldest:
    """Remove the first changes that are not to be kept at time ``now``, but no more than ``most``
    of them, and only those ``before`` a number. Returns the oldest then; if that is ``present``,
    nothing was left to remove. ``last`` is the number of the latest change."""
    not_before = now - options.max_age
    not_up_to = last - options.max_changes
    if present.time >= not_before and present.number > not_up_to:
        return present
    end = min(present.number + most, before)
    (first_kept,) = db.execute(
        "SELECT min(number) FROM changes WHERE number > ? AND number < ? AND time >= ?",
        (not_up_to, end, not_before),
    ).fetchone()
    for table in ("changes", "told"):
        db.execute(f"DELETE FROM {table} WHERE number < ?", (first_kept or end,))  # noqa: S608 - one of these two
    return oldest(db, last)
