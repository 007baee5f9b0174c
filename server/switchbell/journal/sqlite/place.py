"""Whether the files of a journal are still where they were opened."""

from pathlib import Path

from switchbell.journal.base import JournalUnavailable


class Place:
    """The place of files that are there. Raises OSError if one is not.

    What is written to a file that was moved or removed succeeds, and is not found by who starts
    next: only a look at the name tells.
    """

    def __init__(self, *paths: Path) -> None:
        self._files = [(path, _identity(path)) for path in paths]

    def check(self) -> None:
        """Raise JournalUnavailable unless all are there, and none is another."""
        for path, identity in self._files:
            try:
                found = _identity(path)
            except OSError as error:
                raise JournalUnavailable(f"{path.name}: {error.strerror}") from error
            if found != identity:
                raise JournalUnavailable(f"{path.name} is not the file that was opened")


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
