"""The file of a journal: locked, made, and looked at before it is trusted."""

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from switchbell.journal.base import JournalUnusable
from switchbell.journal.sqlite import rows, schema
from switchbell.journal.sqlite.place import Place
from switchbell.voice.core import Snapshot

NAME = "journal.sqlite"

# Seconds that a statement waits while somebody looks at the file with another program.
PATIENCE = 2.0

# Bytes, up to which a file is looked through when it is opened: a tenth of a second or so.
LOOKED_THROUGH = 64 * 1024 * 1024

_LOCK = "lock"
_LOG = "-wal"
_MAGIC = b"SQLite format 3\0"
_HEADER = 100


def lock(directory: Path) -> BinaryIO:
    """Make a directory, and keep all others from its journal until what is returned is closed, or
    the process ends, however it does. Raises JournalUnusable, and OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = (directory / _LOCK).open("ab")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise JournalUnusable("another server uses them; give each its own --data") from None
    return held


def place(path: Path) -> Place:
    """Where an open journal is, and its lock. Its write-ahead log is beside what a link leads to.
    Raises OSError."""
    real = path.resolve()
    return Place(path, real.with_name(real.name + _LOG), path.with_name(_LOCK))


def connect(path: Path) -> sqlite3.Connection:
    """Open a file that is there. Transactions begin and end where that is said."""
    uri = f"file:{quote(str(path))}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)


def is_there(path: Path) -> bool:
    """Whether there is a journal. Raises JournalUnusable if there is a part of one, or something
    else; and OSError."""
    log = path.with_name(path.name + _LOG)
    if path.is_symlink() and not path.exists():
        raise JournalUnusable(f"{path.name} is a link to nothing")
    if not path.exists():
        if log.exists():
            raise JournalUnusable(f"{path.name} is missing beside {log.name}")
        return False
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise JournalUnusable(f"{path.name} is torn, or is something else")
    return True


def create(path: Path, beginning: Snapshot, begun: int) -> None:
    """Make a new journal. It has its name only when it is whole: so a file of that name that is not
    has been damaged. Raises sqlite3.Error and OSError."""
    unfinished = path.with_name(path.name + ".new")
    for leftover in path.parent.glob(unfinished.name + "*"):
        leftover.unlink()
    unfinished.touch(mode=0o600)
    db = connect(unfinished)
    try:
        schema.migrate(db)
        db.execute("BEGIN")
        rows.put(db, "meta", [(1, beginning.site, begun, beginning.issued, 0)])
        rows.put_calls(db, beginning.calls)
        rows.put_dn_states(db, beginning.dn_states)
        db.execute("COMMIT")
    finally:
        db.close()
    unfinished.rename(path)
    _make_names_durable(path.parent)


def check_size(db: sqlite3.Connection, path: Path) -> None:
    """Raise JournalUnusable for a file that lacks its end. What waits in the write-ahead log goes
    into the file by that."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    [(pages,)] = db.execute("PRAGMA page_count")
    [(size,)] = db.execute("PRAGMA page_size")
    if path.stat().st_size < pages * size:
        raise JournalUnusable(f"the end of {path.name} is missing")


def check_pages(db: sqlite3.Connection) -> None:
    """Raise JournalUnusable for a file that is damaged somewhere; for one that is too large to be
    read as a whole nothing is raised. Raises sqlite3.Error as well."""
    [(pages,)] = db.execute("PRAGMA page_count")
    [(size,)] = db.execute("PRAGMA page_size")
    if pages * size <= LOOKED_THROUGH and db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise JournalUnusable(f"{NAME} is damaged")


def _make_names_durable(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
