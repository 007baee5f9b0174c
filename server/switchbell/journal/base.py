"""The contract of a journal."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from msgspec import Struct

from switchbell.voice.core import Snapshot
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


class JournalUnavailable(JournalError):
    """Nothing can be kept, or read, at present. This may pass by itself."""


class JournalUnusable(JournalError):
    """What is kept cannot be gone on with. The text is one line for the operator."""


class Journal(Protocol):
    """Changes in the order in which they happened, and what they have led to.

    Implementations promise: a change takes its place in the order at the call of ``commit``, so
    that changes are numbered in the order in which they were made. Followers see every change once,
    in order, and none that is not durable.
    """

    async def open(self, beginning: Snapshot) -> Snapshot:
        """Make ready, and give the state with which to go on; that is ``beginning`` in a journal
        that is new. Must be awaited before anything else. Raises JournalUnusable."""

    def on_loss(self, lost: Callable[[], None]) -> None:
        """Have ``lost`` called when changes that were handed over will not be kept, before anybody
        who waits for them learns of that and before another is taken: what was made of them has to
        go back to :attr:`state`."""

    def commit(self, change: Change) -> Awaitable[int]:
        """Keep a change. When what is returned has been awaited the change is durable; its number
        is the result. Who does not wait for it any more has not taken it back.

        Raises JournalClosed, and JournalUnavailable, at once where there is :attr:`trouble` and
        later when it is awaited: then neither this change is kept nor any that was handed over
        after it.
        """

    def follow(self, after: int) -> AsyncIterator[Entry]:
        """All changes with numbers above ``after``: first those already there, then each as it is
        committed. Ends when the journal is closed. Raises JournalGap if the follower needs changes
        that are no longer kept."""

    async def replay(self, after: int, limit: int) -> list[Entry]:
        """The first changes with numbers above ``after``, no more than ``limit``. Raises
        JournalGap and JournalUnavailable."""

    def told(self, dns: Sequence[str], *, after: int | None, last: int, limit: int) -> list[Entry]:
        """The changes that told one of these DNs of a call or of its state, in order: of those with
        numbers above ``after``, or of all if that is None, and up to ``last`` the latest, no more
        than ``limit``. It answers at once. Raises JournalGap and JournalUnavailable."""

    @property
    def begun(self) -> int:
        """When the first change could be kept, in milliseconds since 1970: what numbers belong
        to."""

    @property
    def oldest(self) -> int:
        """The number of the first change that is kept; without any, that of the next."""

    @property
    def last(self) -> int:
        """The number of the latest durable change; 0 if there is none."""

    @property
    def state(self) -> Snapshot:
        """What all durable changes have led to."""

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at present; None if all is well. A closed journal says so."""

    async def settled(self) -> bool:
        """Wait for all that was handed over so far, and say whether it is durable; if not it is
        lost."""

    async def usable(self) -> None:
        """Wait until changes are kept again; not at all if all is well. Raises JournalClosed."""

    async def close(self) -> None:
        """Finish what was begun and end the followers. Closing twice does no harm."""
