"""Where events wait to be received."""

import asyncio

from aiocometd.typing import JsonObject


class Inbox(asyncio.Queue[JsonObject]):
    """Takes whatever it is given at once, and tells when there is room for more.

    An answer of the server is taken as a whole or not at all: to stop in its middle, and be
    cancelled there, would lose the rest of what the client is about to acknowledge. So it is
    not ``put`` that waits, but whoever is about to ask the server for more.

    ``bound`` is the number of messages from which on there is no room; without one, 0 or less,
    there always is.
    """

    def __init__(self, bound: int) -> None:
        super().__init__()
        self._bound = bound
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def has_room(self) -> bool:
        """Whether the server may be asked for more."""
        return self._has_room.is_set()

    async def room(self) -> None:
        """Wait until there is room."""
        await self._has_room.wait()

    def lift_bound(self) -> None:
        """Have room from now on, however many wait: nobody is going to receive them all."""
        self._bound = 0
        self._has_room.set()

    # What asyncio.Queue is made of, for subclasses to extend.

    def _put(self, item: JsonObject) -> None:
        super()._put(item)
        if 0 < self._bound <= self.qsize():
            self._has_room.clear()

    def _get(self) -> JsonObject:
        item: JsonObject = super()._get()
        if self.qsize() < self._bound:
            self._has_room.set()
        return item
