"""What is read of a journal's file while changes are written to it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from switchbell.journal.base import Entry, JournalGap, JournalUnavailable
from switchbell.journal.sqlite import encoding, file


class Reader:
    """Reads the file in a directory. Methods raise JournalUnavailable.

    They run in the event loop: what is asked for at a time has to be bounded.
    """

    def __init__(self, directory: Path) -> None:
        self._db = file.connect(directory / file.NAME)
        self._db.execute("PRAGMA query_only = ON")

    def after(self, number: int, limit: int) -> list[Entry]:
        """The first changes with numbers above ``number``, no more than ``limit``. Raises
        JournalGap."""
        entries = self._entries(
            "SELECT number, change FROM changes WHERE number > ? ORDER BY number LIMIT ?",
            (number, limit),
        )
        if entries and entries[0].number != number + 1:
            raise JournalGap(entries[0].number)
        return entries

    def told(self, dns: Sequence[str], *, after: int | None, last: int, limit: int) -> list[Entry]:
        """See Journal."""
        places = ",".join("?" * len(dns))
        with self._one_view():
            if after is not None:
                [(oldest,)] = self._db.execute("SELECT min(number) FROM changes")
                if oldest is not None and after < oldest - 1:
                    raise JournalGap(oldest)
            return self._entries(
                "SELECT number, change FROM changes WHERE number IN ("  # noqa: S608 - places only
                f"SELECT DISTINCT number FROM told WHERE dn IN ({places})"
                " AND number > ? AND number <= ? ORDER BY number DESC LIMIT ?"
                ") ORDER BY number",
                (*dns, after or 0, last, limit),
            )

    @contextmanager
    def _one_view(self) -> Iterator[None]:
        """Have several queries see the same."""
        try:
            with self._db:
                self._db.execute("BEGIN")
                yield
        except sqlite3.Error as error:
            raise JournalUnavailable(f"The journal cannot be read: {error}.") from error

    def close(self) -> None:
        self._db.close()

    def _entries(self, query: str, values: tuple[object, ...]) -> list[Entry]:
        try:
            return [
                Entry(number=number, change=encoding.decode_change(data))
                for number, data in self._db.execute(query, values)
            ]
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise JournalUnavailable(f"The journal cannot be read: {error}.") from error
