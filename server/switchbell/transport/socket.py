"""The sending side of one WebSocket."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import WSMsgType

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Close, Send

logger = logging.getLogger(__name__)


class Connection(Protocol):
    """What a socket needs of ``web.WebSocketResponse``."""

    @property
    def closed(self) -> bool: ...

    def send_frame(self, message: bytes, opcode: WSMsgType) -> Awaitable[None]: ...

    def close(self, *, code: int) -> Awaitable[object]: ...


class Socket:
    """Writes what it is given in that order, as fast as the peer reads.

    What waits meanwhile is sent in one message as soon as it can be. ``max_buffer`` bounds it, in
    bytes: a peer that lets more wait is cut off by ``abort``. Times are in seconds of the loop's
    clock; ``heard_at`` and ``asked_at`` are when anything, and when a message, last came from the
    peer.
    """

    def __init__(
        self,
        number: int,
        connection: Connection,
        abort: Callable[[], object],
        *,
        max_buffer: int,
        now: float,
    ) -> None:
        self.number = number
        self.heard_at = self.asked_at = now
        self.pinged = False
        self.writing_since: float | None = None
        self._connection = connection
        self._abort = abort
        self._max_buffer = max_buffer
        self._waiting: list[tuple[Send, bytes]] = []
        self._waiting_bytes = 0
        self._ping_due = False
        self._close: Close | None = None
        self._is_cut = False
        self._news = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether there is still a conversation."""
        return self._close is None and not self._is_cut

    def send(self, send: Send) -> bool:
        """Have this written. False if that is not possible, now or ever."""
        if not self.is_open:
            return False
        if self._waiting_bytes > self._max_buffer:
            self.cut()
            return False
        try:
            payload = codec.encode(send.messages)
        except TypeError:
            # An extension of the application's has put something into a reply that JSON has no form
            # for. Nobody else may suffer from it.
            logger.exception("A message could not be encoded")
            self.cut()
            return False
        self._waiting.append((send, payload))
        self._waiting_bytes += len(payload)
        self._news.set()
        return True

    def ping(self) -> None:
        """Have the peer show that it is there."""
        self._ping_due = self.pinged = True
        self._news.set()

    def close(self, close: Close) -> None:
        """Close the socket when all that waits is written."""
        self._close = close
        self._news.set()

    def cut(self) -> None:
        """Break the connection at once."""
        self._is_cut = True
        self._abort()

    def hear(self, now: float, *, message: bool) -> None:
        """Note that something came from the peer."""
        self.heard_at = now
        self.pinged = False
        if message:
            self.asked_at = now

    def take_back(self) -> list[Send]:
        """What is not written yet, and now will not be."""
        unsent = [send for send, _ in self._waiting]
        self._waiting.clear()
        self._waiting_bytes = 0
        return unsent

    async def write(self) -> None:
        """Write until the socket is closed. A broken connection ends it without an error: who
        reads from the connection notices."""
        clock = asyncio.get_running_loop().time
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                self.writing_since = clock()
                await self._write_what_waits()
                if self._close is not None:
                    await self._connection.close(code=self._close.code)
                    return
                self.writing_since = None
        except ConnectionError:
            return

    async def _write_what_waits(self) -> None:
        if self._ping_due:
            self._ping_due = False
            await self._connection.send_frame(b"", WSMsgType.PING)
        while self._waiting and not self._connection.closed:
            payloads = [payload for _, payload in self._waiting]
            self._waiting.clear()
            self._waiting_bytes = 0
            await self._connection.send_frame(codec.join(payloads), WSMsgType.TEXT)
