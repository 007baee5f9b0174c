"""The use case: an operation is handed to the core, its change is kept, its sender is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from switchbell.journal.base import Journal, JournalError, JournalUnavailable
from switchbell.voice.agents import DnState
from switchbell.voice.core import VoiceCore
from switchbell.voice.model import Call, Leg
from switchbell.voice.operations import Operation

# So much happens by itself before it is made sure that it is kept: together, which is cheaper.
MOST_TOGETHER = 100


class Unavailable(Exception):
    """What happens cannot be kept at present, so nothing does: nothing has happened. This may pass
    by itself."""


class Switchboard:
    """The one place through which operations pass, in order. ``clock`` gives seconds since 1970.

    The core is ahead of the journal by the changes that are being written. Should they be lost, it
    goes back to what the journal has, at once, and everybody is refused who waits for them.
    """

    def __init__(self, core: VoiceCore, journal: Journal, clock: Callable[[], float]) -> None:
        self._core = core
        self._journal = journal
        self._clock = clock
        self._awaited: float | None = None
        self._sooner = asyncio.Event()
        journal.on_loss(self._go_back)

    async def open(self) -> None:
        """Go on from what the journal has. Raises JournalUnusable, and UnknownNumbers if that is of
        another centre."""
        self._core.restore(await self._journal.open(self._core.snapshot()))

    def now(self) -> float:
        return self._clock()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be done at present; None if all is well."""
        return self._journal.trouble

    async def execute(self, operation: Operation) -> int:
        """Carry out an operation. When this returns it has happened and will not be forgotten; the
        number of the change is the result. Raises VoiceError and Unavailable, and then nothing has
        happened."""
        if self._journal.trouble is not None:
            raise Unavailable(self._journal.trouble)
        # Nothing is awaited between the two calls: the journal has changes in the core's order.
        change = self._core.execute(operation, self._clock())
        kept = self._journal.commit(change)
        self._look_at_time()
        try:
            return await kept
        except JournalError as error:
            raise Unavailable(str(error)) from error

    async def settled(self) -> None:
        """Wait until all that can be seen now will not be forgotten. Raises Unavailable if some of
        it has been, and can no longer be seen."""
        if not await self._journal.settled():
            raise Unavailable("What was to be seen could not be kept.")

    async def keep_time(self) -> None:
        """Have happen what happens by itself, each thing in its time, for ever. What cannot be kept
        happens as soon as it can. Raises JournalClosed."""
        while True:
            await self._journal.usable()
            self._awaited = self._core.next_deadline()
            self._sooner.clear()
            await self._wait_until(self._awaited)
            with suppress(JournalUnavailable):
                await self._catch_up()

    async def _catch_up(self) -> None:
        """Have happen what is due. Raises what the journal raises."""
        kept: list[Awaitable[int]] = []
        while self._journal.trouble is None and len(kept) < MOST_TOGETHER:
            change = self._core.advance(self._clock())
            if change is None:
                break
            kept.append(self._journal.commit(change))
        await asyncio.gather(*kept)

    async def _wait_until(self, deadline: float | None) -> None:
        """Wait for that time, or for word of one that is sooner."""
        patience = None if deadline is None else max(0.0, deadline - self._clock())
        try:
            async with asyncio.timeout(patience):
                await self._sooner.wait()
        except TimeoutError:
            return

    def _look_at_time(self) -> None:
        deadline = self._core.next_deadline()
        if deadline is not None and (self._awaited is None or deadline < self._awaited):
            self._sooner.set()

    def _go_back(self) -> None:
        self._core.restore(self._journal.state)
        self._sooner.set()

    def legs(self, dn: str) -> tuple[Leg, ...]:
        """The calls at a DN, oldest first. Raises UnknownDevice."""
        return self._core.legs(dn)

    def leg(self, dn: str, call_id: str) -> Leg:
        """One call at a DN. Raises UnknownCall."""
        return self._core.leg(dn, call_id)

    def call(self, conn_id: str) -> Call | None:
        """A call as it is now, if it goes on."""
        return self._core.calls.get(conn_id)

    def dn_state(self, dn: str) -> DnState:
        """The state of a DN that is no matter of calls. Raises UnknownDevice."""
        return self._core.dn_state(dn)

    def far_ends(self, number: str | None = None) -> tuple[Leg, ...]:
        """The calls of those outside: of all, or of those at one number."""
        return self._core.far_ends(number)
