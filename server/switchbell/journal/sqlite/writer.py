"""What is written to a journal's file, and read of it when it is opened. All of it runs in one
thread."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from switchbell.journal.addressees import addressees
from switchbell.journal.base import JournalUnavailable, JournalUnusable
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite import encoding, file, rows, schema
from switchbell.journal.sqlite.place import Place
from switchbell.journal.sqlite.retention import Oldest, forget, oldest
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change
from switchbell.voice.numbering import place_of

# What is no longer to be kept goes a little at a time: so many changes with each that is written,
# which is more than come, and with a step of tidying.
_GO_WITH_EACH = 2
_GO_AT_ONCE = 500

# So many changes wait in the write-ahead log, in about 4 MB, before they go where they belong, with
# those tidied away; and how many bytes of it stay when it has been emptied.
_LONG_LOG = 250
_LARGE_LOG = 16 * 1024 * 1024

# Bytes, to see whether there is room again.
_SAMPLE = 64 * 1024

# What does not pass by itself, though something else can be written perhaps.
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_SYNCHRONOUS = {"full": "FULL", "normal": "NORMAL"}


class Kept(Struct, frozen=True, kw_only=True):
    """What a journal has when it is opened: since when it is one (milliseconds since 1970), the
    numbers of the latest change and of the oldest that is kept, and the state."""

    begun: int
    last: int
    oldest: int
    state: Snapshot


class Writer:
    """Writes to the file in ``directory``. Methods raise sqlite3.Error, and JournalUnavailable if
    that is no longer in its place; then nothing of what they were to write is there, at the latest
    after :meth:`recover`. ``now`` is in seconds since 1970."""

    def __init__(self, directory: Path, options: JournalOptions) -> None:
        self._directory = directory
        self._path = directory / file.NAME
        self._options = options
        self._lock: BinaryIO | None = None
        self._connection: sqlite3.Connection | None = None
        self._place = Place()
        self._damage: str | None = None
        self._last = 0
        self._oldest = Oldest(1)
        self._in_log = 0

    @property
    def is_log_long(self) -> bool:
        """Whether it is time for :meth:`checkpoint`."""
        return self._in_log >= _LONG_LOG

    @property
    def _db(self) -> sqlite3.Connection:
        assert self._connection is not None, "It is open."
        return self._connection

    def open(self, beginning: Snapshot, now: float) -> Kept:
        """Make ready; ``beginning`` is what a new file begins with. Raises JournalUnusable, in the
        words of one line, and nothing else."""
        try:
            return self._open(beginning, now)
        except JournalUnusable as error:
            reason = str(error)
        except OSError as error:
            reason = error.strerror or str(error)
        except (sqlite3.Error, msgspec.MsgspecError, ValueError, TypeError) as error:
            reason = f"{file.NAME} is damaged, or cannot be read ({error})"
        self.close()
        raise JournalUnusable(f"the data in {self._directory} cannot be used: {reason}")

    def _open(self, beginning: Snapshot, now: float) -> Kept:
        self._lock = file.lock(self._directory)
        if not file.is_there(self._path):
            file.create(self._path, beginning, int(now * 1000))
        db = self._connection = file.connect(self._path)
        schema.check(db)
        # A drive may forget what is in its cache if it is not told better (macOS).
        db.execute("PRAGMA fullfsync = ON")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[self._options.durability]}")
        # It takes a while, and so is done when nobody waits for it: see checkpoint.
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute(f"PRAGMA journal_size_limit = {_LARGE_LOG}")
        file.check_size(db, self._path)
        file.check_pages(db)
        schema.migrate(db)
        schema.touch(db)
        kept = self._kept(db)
        self._place = file.place(self._path)
        return kept

    def _kept(self, db: sqlite3.Connection) -> Kept:
        [(site, begun, issued, last)] = db.execute("SELECT site, begun, issued, last FROM meta")
        calls = db.execute("SELECT call FROM calls ORDER BY conn_id")
        states = db.execute("SELECT state FROM dn_states ORDER BY dn")
        state = Snapshot(
            site=site,
            calls=tuple([encoding.decode_call(data) for (data,) in calls]),
            dn_states=tuple([encoding.decode_dn_state(data) for (data,) in states]),
            issued=issued,
        )
        [(newest,)] = db.execute("SELECT max(number) FROM changes")
        if newest not in (None, last):
            raise JournalUnusable("the latest change is missing")
        self._last = last
        self._oldest = oldest(db, last)
        return Kept(begun=begun, last=last, oldest=self._oldest.number, state=state)

    def write(self, changes: Sequence[Change], now: float) -> int:
        """Make changes durable, together. Returns the number of the oldest that is kept."""
        first = self._last + 1
        last = self._last + len(changes)
        present = self._oldest
        if present.number == first:
            present = Oldest(first, changes[0].time)
        with self._transaction() as db:
            self._put(db, changes, first)
            db.execute("UPDATE meta SET last = ?", (last,))
            present = forget(
                db,
                present,
                last=last,
                before=first,
                now=now,
                options=self._options,
                most=_GO_WITH_EACH * len(changes),
            )
        self._last, self._oldest = last, present
        self._in_log += len(changes)
        return present.number

    def _put(self, db: sqlite3.Connection, changes: Sequence[Change], first: int) -> None:
        numbered = list(enumerate(changes, first))
        rows.add(
            db,
            "changes",
            [(number, change.time, encoding.encode(change)) for number, change in numbered],
        )
        rows.add(db, "told", [(dn, number) for number, one in numbered for dn in addressees(one)])
        rows.put_dn_states(db, [state for change in changes for state in change.dn_states])
        calls = [call for change in changes for call in change.calls]
        if calls:
            rows.put_calls(db, calls)
            issued = max(place_of(call.conn_id) for call in calls)
            db.execute("UPDATE meta SET issued = max(issued, ?)", (issued,))

    def tidy(self, now: float) -> int:
        """Remove some of the changes that are no longer to be kept. Returns the number of the
        oldest that is; when that stays the same all is tidy."""
        with self._transaction() as db:
            present = forget(
                db,
                self._oldest,
                last=self._last,
                before=self._last,
                now=now,
                options=self._options,
                most=_GO_AT_ONCE,
            )
        self._in_log += present.number - self._oldest.number
        self._oldest = present
        return present.number

    def checkpoint(self) -> None:
        """Move what is in the write-ahead log to where it belongs."""
        self._in_log = 0
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def recover(self, state: Snapshot) -> int:
        """See whether something can be written, after a failure, and whether what failed is there
        all the same: then have again what there was before, ``state``. Returns the number of the
        oldest change that is kept. Raises JournalUnavailable for ever once damage was found."""
        if self._damage is not None:
            raise JournalUnavailable(self._damage)
        with self._transaction() as db:
            db.execute("CREATE TABLE probe AS SELECT zeroblob(?)", (_SAMPLE,))
            db.execute("DROP TABLE probe")
            [(last,)] = db.execute("SELECT last FROM meta")
            if last != self._last:
                self._take_back(db, state)
            present = oldest(db, self._last)
        self._oldest = present
        return present.number

    def _take_back(self, db: sqlite3.Connection, state: Snapshot) -> None:
        for table in ("changes", "told"):
            db.execute(f"DELETE FROM {table} WHERE number > ?", (self._last,))  # noqa: S608 - no name comes from outside
        for table in ("calls", "dn_states"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - as above
        rows.put_calls(db, state.calls)
        rows.put_dn_states(db, state.dn_states)
        db.execute("UPDATE meta SET last = ?, issued = ?", (self._last, state.issued))

    def close(self) -> None:
        """Let go of the file. Closing twice does no harm."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            self._place.check()
            db.execute("COMMIT")
        except BaseException as error:
            if _is_damage(error):
                self._damage = f"{file.NAME} is damaged ({error})"
            # Some errors have ended the transaction already.
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        self._place.check()


def _is_damage(error: BaseException) -> bool:
    # The lowest byte has the kind of an error, the others which of that kind it is.
    return (
        isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE
    )
