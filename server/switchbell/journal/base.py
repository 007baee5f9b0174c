"""The contract of a journal."""

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from switchbell.voice.events import Change


class Entry(Struct, frozen=True, kw_only=True):
    """A committed change and its number. Numbers start at 1 and grow by 1."""

    number: int
    change: Change


class JournalError(Exception):
    """The journal cannot do what it was asked to."""


class JournalGap(JournalError):
    """Changes that were asked for are no longer kept. ``oldest`` is the first that is."""

    def __init__(self, oldest: int) -> None:
        super().__init__(f"Changes before number {oldest} are no longer kept.")
        self.oldest = oldest


class JournalClosed(JournalError):
    """The journal is not open."""


class Journal(Protocol):
    """Changes in the order in which they happened.

    Implementations promise: a change takes its place in the order at the call of ``commit``, before
    anything is awaited, so that changes are numbered in the order in which they were made.
    Followers see every change once, in order, and none that is not durable.
    """

    async def open(self) -> None:
        """Make ready. Must be awaited before anything else."""

    async def commit(self, change: Change) -> int:
        """Keep a change. When this returns the change is durable, and its number is the result.
        Raises JournalClosed."""

    def follow(self, after: int) -> AsyncIterator[Entry]:
        """All changes with numbers above ``after``: first those already there, then each as it is
        committed. Ends when the journal is closed. Raises JournalGap if the follower needs changes
        that are no longer kept."""

    async def replay(self, after: int, limit: int) -> list[Entry]:
        """The first changes with numbers above ``after``, no more than ``limit``. Raises
        JournalGap."""

    @property
    def last(self) -> int:
        """The number of the latest durable change; 0 if there is none."""

    async def close(self) -> None:
        """Finish what was begun and end the followers. Closing twice does no harm."""
