"""Runs an engine: feeds it, carries out what it says, and keeps one timer."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from switchbell.bayeux.effects import Abort, Close, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.publication import Publication
from switchbell.transport.exchange import Exchange, Outcome
from switchbell.transport.socket import Socket
from switchbell.transport.watch import Watch

NEVER = float("inf")

LEAVE_TAKING = 1.0
"""Seconds that clients have to read the end of what was written to their sockets when the server
stops."""


class Driver:
    """The engine's clock and mailman. Create it inside the running event loop.

    None of its methods awaits anything between the engine and the exchanges, so what the engine
    decided holds when it is carried out.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)
        self._exchanges: dict[int, Exchange] = {}
        self._sockets: dict[int, Socket] = {}
        self._watch = Watch(engine.options)
        self._timer: asyncio.Handle | None = None
        self._armed_for = NEVER
        self._is_under_way = False
        self._later: list[Effect] = []
        engine.ask_unsent(self._unsent)

    @property
    def is_full(self) -> bool:
        """Whether as many sockets are open as may be."""
        return len(self._sockets) >= self._engine.options.max_sessions

    async def exchange(self, messages: list[dict[str, Any]], *, peer: Peer) -> Outcome:
        """What to answer an HTTP request with, as soon as that is known.

        When the waiting is cancelled, because the client is gone, nothing that was meant for it is
        lost: it stays in its session for the next connect.
        """
        exchange = Exchange(next(self._numbers), self._loop)
        self._exchanges[exchange.number] = exchange
        self._do(self._engine.receive, exchange.number, messages, peer=peer)
        try:
            return await exchange.outcome()
        except asyncio.CancelledError:
            self._abandon(exchange)
            raise

    def give_back(self, send: Send) -> None:
        """An answer that was handed over could not be written. Its events stay in their session."""
        self._do(self._engine.give_back, [send])

    def open(self, make: Callable[[int, float], Socket]) -> Socket:
        """A WebSocket was opened; ``make`` makes its sending side, given its number and the time.
        Call :meth:`close` when it is over."""
        socket = make(next(self._numbers), self._loop.time())
        self._sockets[socket.number] = socket
        self._watch.add(socket)
        self._carry_out(self._engine.open(socket.number))
        return socket

    def receive(self, socket: Socket, messages: list[dict[str, Any]], *, peer: Peer) -> None:
        """Messages came over a socket. If it was told to close, they came too late."""
        if socket.number in self._sockets and socket.is_open:
            socket.hear(self._loop.time(), message=True)
            self._do(self._engine.receive, socket.number, messages, peer=peer)
            socket.used = self._engine.is_used(socket.number)

    def hear(self, socket: Socket) -> None:
        """A sign of life came over a socket."""
        socket.hear(self._loop.time(), message=False)

    def close(self, socket: Socket) -> None:
        """A socket is over. What was not written to it stays in its session."""
        self._watch.remove(socket)
        self._carry_out(self._forget(socket))

    def publish(
        self,
        channel: str,
        data: Any,
        *,
        audience: Iterable[str] | None = None,
    ) -> None:
        """See Engine.publish."""
        self._do(self._engine.publish, channel, data, audience=audience)

    def publish_all(self, publications: Iterable[Publication]) -> None:
        """See Engine.publish_all."""
        self._do(self._engine.publish_all, publications)

    def push(
        self,
        client_id: str,
        channel: str,
        data: Any,
        *,
        message_id: str | float | None = None,
    ) -> None:
        """See Engine.push."""
        self._do(self._engine.push, client_id, channel, data, message_id=message_id)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold back what is published and pushed inside: whoever hears several events gets them in
        one answer. Do not await inside; others would be held up."""
        self._engine.begin_batch()
        try:
            yield
        finally:
            self._do(self._engine.end_batch)

    def disconnect(self, client_id: str) -> None:
        """See Engine.disconnect."""
        self._do(self._engine.disconnect, client_id)

    def hurry(self, user: str) -> None:
        """See Engine.hurry."""
        self._do(self._engine.hurry, user)

    def stop(self) -> None:
        """Answer everything that waits, close all sockets, and let nothing wait from now on."""
        self._carry_out(self._engine.release(self._loop.time()))
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._armed_for = None, NEVER
        if self._watch:
            self._loop.call_at(self._loop.time() + LEAVE_TAKING, self._cut_all)

    def _cut_all(self) -> None:
        for socket in self._watch:
            socket.cut()

    def _do(self, step: Callable[..., list[Effect]], *arguments: object, **options: object) -> None:
        """Have the engine do something, and carry out what comes of it. Where that is asked for in
        the middle of another step, by the application's code that this calls, what comes of the
        other is carried out first: events stay in the order in which they were published."""
        if self._is_under_way:
            self._later += step(*arguments, now=self._loop.time(), **options)
            return
        self._is_under_way = True
        effects: list[Effect] = []
        try:
            effects = step(*arguments, now=self._loop.time(), **options)
        finally:
            self._is_under_way = False
            later, self._later = self._later, []
            self._carry_out(effects + later)

    def _abandon(self, exchange: Exchange) -> None:
        self._exchanges.pop(exchange.number, None)
        now = self._loop.time()
        match exchange.unclaimed:
            case Send() as send:
                self._carry_out(self._engine.give_back([send], now=now))
            case None:
                self._engine.drop(exchange.number, now=now)
                self._rearm()
            case Abort():
                pass

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            socket = self._sockets.get(effect.exchange)
            if socket is None:
                effects.extend(self._answer(effect))
            else:
                effects.extend(self._write(effect, socket))
        self._rearm()

    def _answer(self, effect: Effect) -> list[Effect]:
        """Answer an HTTP request; return what comes of it if that is not possible any more."""
        exchange = self._exchanges.pop(effect.exchange, None)
        if isinstance(effect, Close) or (exchange is not None and exchange.complete(effect)):
            return []
        if isinstance(effect, Send):
            return self._engine.give_back([effect], now=self._loop.time())
        return []

    def _write(self, effect: Effect, socket: Socket) -> list[Effect]:
        """Write to a socket, or close it; return what comes of it if that is not possible."""
        match effect:
            case Send() if not socket.send(effect):
                return self._forget(socket, effect)
            case Close():
                del self._sockets[socket.number]
                socket.close(effect)
        return []

    def _unsent(self, number: int) -> list[Send]:
        socket = self._sockets.get(number)
        return [] if socket is None else socket.take_back()

    def _forget(self, socket: Socket, *failed: Send) -> list[Effect]:
        """Have the engine forget a socket, and take back what was not written to it."""
        now = self._loop.time()
        if self._sockets.pop(socket.number, None) is not None:
            self._engine.drop(socket.number, now=now)
        return self._engine.give_back([*socket.take_back(), *failed], now=now)

    def _rearm(self) -> None:
        deadline = self._engine.next_deadline()
        if deadline is None or self._armed_for <= deadline:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._armed_for = self._loop.call_at(deadline, self._on_time), deadline

    def _on_time(self) -> None:
        self._timer, self._armed_for = None, NEVER
        self._do(self._engine.advance)
