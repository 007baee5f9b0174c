"""Runs an engine: feeds it, carries out what it says, and keeps one timer."""

import asyncio
from collections.abc import Iterable
from itertools import count
from typing import Any

from switchbell.bayeux.effects import Abort, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.publication import Publication
from switchbell.transport.exchange import Exchange

NEVER = float("inf")


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
        self._timer: asyncio.Handle | None = None
        self._armed_for = NEVER

    async def exchange(self, messages: list[dict[str, Any]], *, user: str | None) -> Effect:
        """What to answer a request with, as soon as that is known.

        When the waiting is cancelled, because the client is gone, nothing that was meant for it is
        lost: it stays in its session for the next connect.
        """
        exchange = Exchange(next(self._numbers), self._loop)
        self._exchanges[exchange.number] = exchange
        now = self._loop.time()
        self._carry_out(self._engine.receive(exchange.number, messages, user=user, now=now))
        try:
            return await exchange.outcome()
        except asyncio.CancelledError:
            self._abandon(exchange)
            raise

    def publish(self, channel: str, data: Any, *, audience: Iterable[str] | None = None) -> None:
        """See Engine.publish."""
        now = self._loop.time()
        self._carry_out(self._engine.publish(channel, data, audience=audience, now=now))

    def publish_all(self, publications: Iterable[Publication]) -> None:
        """See Engine.publish_all."""
        now = self._loop.time()
        self._carry_out(self._engine.publish_all(publications, now=now))

    def push(self, client_id: str, channel: str, data: Any) -> None:
        """See Engine.push."""
        self._carry_out(self._engine.push(client_id, channel, data, now=self._loop.time()))

    def disconnect(self, client_id: str) -> None:
        """See Engine.disconnect."""
        self._carry_out(self._engine.disconnect(client_id))

    def stop(self) -> None:
        """Answer everything that waits, and let nothing wait from now on."""
        self._carry_out(self._engine.release(self._loop.time()))
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._armed_for = None, NEVER

    def _abandon(self, exchange: Exchange) -> None:
        self._exchanges.pop(exchange.number, None)
        now = self._loop.time()
        match exchange.unclaimed:
            case Send() as send:
                self._carry_out(self._engine.give_back(send, now=now))
            case None:
                self._engine.drop(exchange.number, now=now)
                self._rearm()
            case Abort():
                pass

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            exchange = self._exchanges.pop(effect.exchange, None)
            delivered = exchange is not None and exchange.complete(effect)
            if not delivered and isinstance(effect, Send):
                effects.extend(self._engine.give_back(effect, now=self._loop.time()))
        self._rearm()

    def _rearm(self) -> None:
        deadline = self._engine.next_deadline()
        if deadline is None or self._armed_for <= deadline:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._armed_for = self._loop.call_at(deadline, self._on_time), deadline

    def _on_time(self) -> None:
        self._timer, self._armed_for = None, NEVER
        self._carry_out(self._engine.advance(self._loop.time()))
