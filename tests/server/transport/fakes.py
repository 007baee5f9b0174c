"""A loop whose clock the test moves, and an engine that says what it is told to say."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import WSMsgType

from switchbell.bayeux.effects import Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.peer import Peer


class Timer:
    """A call that waits for its time."""

    def __init__(self, when: float, call: Callable[[], object]) -> None:
        self._when = when
        self.call = call
        self.cancelled = False

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.cancelled = True


class FakeClock:
    """Stands for the loop's clock: time passes when the test says so. ``timers`` has every timer
    that was ever set."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.now = 0.0
        self.timers: list[Timer] = []

    @property
    def armed(self) -> list[float]:
        """When those timers ring that are neither over nor cancelled."""
        return [timer.when() for timer in self.timers if not timer.cancelled]

    def time(self) -> float:
        return self.now

    def create_future(self) -> asyncio.Future[Any]:
        return self._loop.create_future()

    def call_at(self, when: float, call: Callable[[], object]) -> Timer:
        timer = Timer(when, call)
        self.timers.append(timer)
        return timer

    def call_later(self, delay: float, call: Callable[[], object]) -> Timer:
        return self.call_at(self.now + delay, call)

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [timer for timer in self.timers if not timer.cancelled]:
            first = min(due, key=Timer.when)
            if first.when() > until:
                break
            self.now = max(self.now, first.when())
            self.timers.remove(first)
            first.call()
        self.now = until


class FakeConnection:
    """The wire of a socket, and the peer's end of it.

    ``received`` has in order what arrived there: messages as bytes, pings as the word, and the code
    of a close. While the peer does not read (:meth:`stop_reading`) nothing more is taken than what
    is being written. ``aborted`` says how often the connection was cut, ``closed`` that it is over.
    """

    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes | str | int] = asyncio.Queue()
        self.aborted = 0
        self.is_broken = False
        self.closed = False
        self._reads = asyncio.Event()
        self._reads.set()

    def abort(self) -> None:
        self.aborted += 1

    def stop_reading(self) -> None:
        self._reads.clear()

    def go_on_reading(self) -> None:
        self._reads.set()

    async def send_frame(self, message: bytes, opcode: WSMsgType) -> None:
        if self.is_broken:
            raise ConnectionResetError
        self.received.put_nowait("ping" if opcode is WSMsgType.PING else message)
        await self._reads.wait()

    async def close(self, *, code: int) -> None:
        self.received.put_nowait(code)

    async def next(self) -> bytes | str | int:
        """What arrives next."""
        async with asyncio.timeout(5):
            return await self.received.get()


class FakeEngine(Engine):
    """Answers from a script, and writes down what it is asked."""

    def __init__(self) -> None:
        super().__init__(new_client_id=lambda: "c1")
        self.script: list[list[Effect]] = []
        self.given_back: list[Send] = []
        self.dropped: list[int] = []
        self.deadline: float | None = None

    def receive(
        self, exchange: int, messages: list[dict[str, Any]], *, peer: Peer, now: float
    ) -> list[Effect]:
        return self.script.pop(0)

    def publish(
        self, channel: str, data: Any, *, audience: Iterable[str] | None = None, now: float
    ) -> list[Effect]:
        return self.script.pop(0)

    def give_back(self, sends: Iterable[Send], *, now: float) -> list[Effect]:
        self.given_back += sends
        return self.script.pop(0) if self.script else []

    def drop(self, exchange: int, *, now: float) -> None:
        self.dropped.append(exchange)

    def next_deadline(self) -> float | None:
        return self.deadline


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until something that it tells nobody of has happened."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
