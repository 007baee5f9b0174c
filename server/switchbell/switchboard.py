"""The use case: an operation is handed to the core, its change is kept, its sender is answered."""

import asyncio
from collections.abc import Callable

from switchbell.journal.base import Journal
from switchbell.voice.agents import DnState
from switchbell.voice.core import VoiceCore
from switchbell.voice.model import Call, Leg
from switchbell.voice.operations import Operation


class Switchboard:
    """The one place through which operations pass, in order. ``clock`` gives seconds since 1970."""

    def __init__(self, core: VoiceCore, journal: Journal, clock: Callable[[], float]) -> None:
        self._core = core
        self._journal = journal
        self._clock = clock
        self._awaited: float | None = None
        self._sooner = asyncio.Event()

    def now(self) -> float:
        return self._clock()

    async def execute(self, operation: Operation) -> int:
        """Carry out an operation. When this returns it has happened and will not be forgotten; the
        number of the change is the result. Raises VoiceError, and then nothing has happened."""
        # Nothing is awaited between the two calls: the journal has changes in the core's order.
        change = self._core.execute(operation, self._clock())
        self._look_at_time()
        return await self._journal.commit(change)

    async def keep_time(self) -> None:
        """Have happen what happens by itself, each thing in its time, for ever. Raises what the
        journal raises."""
        while True:
            self._awaited = self._core.next_deadline()
            self._sooner.clear()
            await self._wait_until(self._awaited)
            while (change := self._core.advance(self._clock())) is not None:
                await self._journal.commit(change)

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
