"""A loop whose clock the test moves, and an engine that says what it is told to say."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

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
