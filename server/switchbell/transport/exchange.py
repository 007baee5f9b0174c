"""One HTTP request that waits for its answer."""

import asyncio
from typing import TypeAlias

from switchbell.bayeux.effects import Abort, Send

Outcome: TypeAlias = Send | Abort
"""What an HTTP request can come to."""


class Exchange:
    """Carries an effect of the engine to the coroutine that serves the request."""

    __slots__ = ("_outcome", "number")

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        self.number = number
        self._outcome: asyncio.Future[Outcome] = loop.create_future()

    def complete(self, effect: Outcome) -> bool:
        """Hand the answer over. False if nobody waits for it any more."""
        if self._outcome.done():
            return False
        self._outcome.set_result(effect)
        return True

    async def outcome(self) -> Outcome:
        """Wait for the answer. If this is cancelled, ``unclaimed`` may hold it."""
        return await self._outcome

    @property
    def unclaimed(self) -> Outcome | None:
        """The answer that came at the moment at which the waiting was cancelled."""
        if self._outcome.done() and not self._outcome.cancelled():
            return self._outcome.result()
        return None
