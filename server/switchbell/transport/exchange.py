"""One HTTP request that waits for its answer."""

import asyncio

from switchbell.bayeux.effects import Effect


class Exchange:
    """Carries an effect of the engine to the coroutine that serves the request."""

    __slots__ = ("_outcome", "number")

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        self.number = number
        self._outcome: asyncio.Future[Effect] = loop.create_future()

    def complete(self, effect: Effect) -> bool:
        """Hand the answer over. False if nobody waits for it any more."""
        if self._outcome.done():
            return False
        self._outcome.set_result(effect)
        return True

    async def outcome(self) -> Effect:
        """Wait for the answer. If this is cancelled, ``unclaimed`` may hold it."""
        return await self._outcome

    @property
    def unclaimed(self) -> Effect | None:
        """The answer that came at the moment at which the waiting was cancelled."""
        if self._outcome.done() and not self._outcome.cancelled():
            return self._outcome.result()
        return None
