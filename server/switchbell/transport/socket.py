"""The sending side of one WebSocket."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from aiohttp import WSMsgType

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Close, Send
from switchbell.bayeux.message import Event

logger = logging.getLogger(__name__)

PATIENCE = 1.0

FRAME_SIZE = 64 * 1024
"""Bytes beyond which nothing is added to a frame: whoever reads slowly should be seen to read."""


class Connection(Protocol):
    """What a socket needs of ``web.WebSocketResponse``."""

    @property
    def closed(self) -> bool: ...

    def send_frame(self, message: bytes, opcode: WSMsgType) -> Awaitable[None]: ...

    def close(self, *, code: int) -> Awaitable[object]: ...


class _Waiting(NamedTuple):
    send: Send
    payload: bytes | None
    size: int


class Socket:
    """Writes what it is given in that order, as fast as the peer reads.

    What waits meanwhile is sent as soon as it can be, in as few messages as sensible. A peer that
    has read nothing for ``PATIENCE`` seconds, and lets more than ``max_buffer`` bytes of events
    wait, is cut off by ``abort``. Times are in seconds of the loop's clock: ``opened_at`` is when
    the socket was opened, ``heard_at`` and ``asked_at`` when anything, and when a message, last
    came from the peer, and ``writing_since`` since when it has read nothing of what is written.
    ``used`` says that it is a session's; ``is_known`` whether who opened it still is who he was,
    where that can end.
    """

    def __init__(
        self,
        number: int,
        connection: Connection,
        abort: Callable[[], object],
        *,
        max_buffer: int,
        now: float,
        is_known: Callable[[], bool] | None = None,
    ) -> None:
        self.number = number
        self.opened_at = self.heard_at = self.asked_at = now
        self.used = False
        self.pinged = False
        self.writing_since: float | None = None
        self._connection = connection
        self._abort = abort
        self._max_buffer = max_buffer
        self._is_known = is_known
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._ping_due = False
        self._close: Close | None = None
        self._is_cut = False
        self._news = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether there is still a conversation."""
        return self._close is None and not self._is_cut

    @property
    def is_known(self) -> bool:
        return self._is_known is None or self._is_known()

    def send(self, send: Send) -> bool:
        """Have this written. False if that is not possible, now or ever."""
        if not self.is_open:
            return False
        if self._waiting_bytes > self._max_buffer and self._is_stuck():
            self.cut()
            return False
        payload: bytes | None = None
        if len(send.numbers) == len(send.messages):
            # Events alone: they are encoded once for all who hear them, and joined at the end.
            size = _size_of_events(send)
        else:
            try:
                payload = codec.encode(send.messages)
            except TypeError:
                # An extension of the application's has put something into a reply that JSON has no
                # form for. Nobody else may suffer from it.
                logger.exception("A message could not be encoded")
                self.cut()
                return False
            size = len(payload)
        self._waiting.append(_Waiting(send, payload, size))
        self._waiting_bytes += size
        self._news.set()
        return True

    def _is_stuck(self) -> bool:
        since = self.writing_since
        return since is not None and asyncio.get_running_loop().time() - since >= PATIENCE

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
        unsent = [waiting.send for waiting in self._waiting]
        self._waiting.clear()
        self._waiting_bytes = 0
        return unsent

    async def write(self) -> None:
        """Write until the socket is closed. A broken connection ends it without an error: who
        reads from the connection notices."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await self._write_what_waits()
                if self._close is not None:
                    await self._connection.close(code=self._close.code)
                    return
                self.writing_since = None
        except ConnectionError:
            return

    async def _write_what_waits(self) -> None:
        clock = asyncio.get_running_loop().time
        if self._ping_due:
            self._ping_due = False
            self.writing_since = clock()
            await self._connection.send_frame(b"", WSMsgType.PING)
        while self._waiting and not self._connection.closed:
            self.writing_since = clock()
            await self._connection.send_frame(self._next_frame(), WSMsgType.TEXT)

    def _next_frame(self) -> bytes:
        """As much of what waits as a frame should have."""
        payloads: list[bytes] = []
        size = 0
        while self._waiting and size < FRAME_SIZE:
            waiting = self._waiting.popleft()
            self._waiting_bytes -= waiting.size
            payloads.append(waiting.payload or codec.encode(waiting.send.messages))
            size += waiting.size
        return codec.join(payloads)


def _size_of_events(send: Send) -> int:
    return sum([len(event.encoded) for event in send.messages if isinstance(event, Event)])
