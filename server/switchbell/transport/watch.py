"""Looks after all open sockets with one timer."""

import asyncio
from collections.abc import Iterator

from switchbell.bayeux.effects import Close, CloseCode
from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.socket import Socket

# How much later than configured a socket may be looked at, as a part of the shortest time.
_PRECISION = 4

UNUSED_AFTER = 10.0
"""Seconds after which a socket that is no session's is closed."""


class Watch:
    """Pings peers that are silent, closes the sockets of idle ones, of those that begin nothing and
    of those that are not known any more, and cuts off those that do not answer a ping or do not
    read."""

    def __init__(self, options: BayeuxOptions) -> None:
        self._loop = asyncio.get_running_loop()
        self._ping_after = _seconds(options.ws_ping_interval)
        self._idle_after = _seconds(options.ws_idle_timeout)
        self._stuck_after = _seconds(options.ws_write_timeout)
        times = (self._ping_after, self._idle_after, self._stuck_after, UNUSED_AFTER)
        self._period = min(times) / _PRECISION
        self._sockets: dict[int, Socket] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._sockets.values()))

    def __len__(self) -> int:
        return len(self._sockets)

    def add(self, socket: Socket) -> None:
        self._sockets[socket.number] = socket
        if self._timer is None:
            self._arm()

    def remove(self, socket: Socket) -> None:
        self._sockets.pop(socket.number, None)
        if not self._sockets:
            self.stop()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._timer = self._loop.call_later(self._period, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        for socket in self:
            self._judge(socket, now)
        self._arm()

    def _judge(self, socket: Socket, now: float) -> None:
        if socket.writing_since is not None and now - socket.writing_since >= self._stuck_after:
            socket.cut()
        elif (
            now - socket.asked_at >= self._idle_after
            or (not socket.used and now - socket.opened_at >= UNUSED_AFTER)
            or not socket.is_known
        ):
            socket.close(Close(socket.number, CloseCode.GOING_AWAY))
        elif now - socket.heard_at >= self._ping_after:
            if not socket.pinged:
                socket.ping()
            elif now - socket.heard_at >= 2 * self._ping_after:
                socket.cut()


def _seconds(milliseconds: int) -> float:
    """Zero means never."""
    return milliseconds / 1000 if milliseconds else float("inf")
