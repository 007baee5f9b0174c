"""A driver that needs neither clock nor socket."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Abort, Close, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.options import WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.publication import Publication
from switchbell.bayeux.service import Service

Wire = list[dict[str, Any]]


class FakeDriver:
    """Drives an engine by hand: the test says what time it is.

    ``answers`` has what each exchange ended with: the messages that went over the wire, or the
    Abort; ``sends`` has the effects themselves. Client ids are ``c1``, ``c2`` ... in the order of
    the handshakes. An exchange that is answered twice fails the test. ``frames`` has what was
    written to each socket, and ``closed`` the code with which it was closed. Further arguments are
    the engine's.
    """

    def __init__(
        self,
        options: BayeuxOptions | None = None,
        policy: Policy | None = None,
        services: Mapping[str, Service] | None = None,
        **others: Any,
    ) -> None:
        ids = count(1)
        self.engine = Engine(
            options, policy, new_client_id=lambda: f"c{next(ids)}", services=services, **others
        )
        self.now = 0.0
        self.answers: dict[int, Wire | Abort] = {}
        self.sends: dict[int, Send] = {}
        self.frames: dict[int, list[Wire]] = defaultdict(list)
        self.written: dict[int, list[Send]] = defaultdict(list)
        self.closed: dict[int, int] = {}
        self._sockets: dict[int, Peer] = {}
        self._exchanges = count(1)

    def send(
        self, *messages: dict[str, Any], user: str | None = None, peer: Peer | None = None
    ) -> int:
        """Post one payload. Returns the number of its exchange, answered or not."""
        exchange = next(self._exchanges)
        peer = peer or Peer(user=user)
        self._carry_out(self.engine.receive(exchange, list(messages), peer=peer, now=self.now))
        return exchange

    def open(self, user: str | None = None, peer: Peer | None = None) -> int:
        """Open a WebSocket. Returns its number."""
        socket = next(self._exchanges)
        self._sockets[socket] = peer or Peer(user=user, transport=WEBSOCKET)
        self._carry_out(self.engine.open(socket))
        return socket

    def say(self, socket: int, *messages: dict[str, Any], peer: Peer | None = None) -> list[Wire]:
        """Send one payload over a WebSocket. Returns what was written to it meanwhile."""
        before = len(self.frames[socket])
        peer = peer or self._sockets[socket]
        self._carry_out(self.engine.receive(socket, list(messages), peer=peer, now=self.now))
        return self.frames[socket][before:]

    def news(self, socket: int) -> list[Wire]:
        """What was written to a socket since this was last asked."""
        return self.frames.pop(socket, [])

    def lose_frame(self, socket: int, place: int = -1) -> None:
        """Something that was sent to a socket, which is gone, did not reach the wire."""
        send = self.written[socket].pop(place)
        self._carry_out(self.engine.give_back([send], now=self.now))

    def post(self, *messages: dict[str, Any], user: str | None = None) -> Wire:
        """Post one payload that is answered at once. Returns the answer."""
        return self.answer(self.send(*messages, user=user))

    def hold(self, client_id: str, *, user: str | None = None) -> int:
        """Post a connect that waits. Returns the number of its exchange."""
        exchange = self.send(
            {"channel": "/meta/connect", "clientId": client_id, "connectionType": "long-polling"},
            user=user,
        )
        assert exchange not in self.answers, self.answers[exchange]
        return exchange

    def connect(self, client_id: str, *, user: str | None = None) -> Wire:
        """Post a connect that does not want to wait."""
        return self.post(
            {
                "channel": "/meta/connect",
                "clientId": client_id,
                "connectionType": "long-polling",
                "advice": {"timeout": 0},
            },
            user=user,
        )

    def meet(self, *subscriptions: str, user: str | None = None) -> str:
        """A new session, connected once, that listens to ``subscriptions``. Returns its id."""
        [reply] = self.post(
            {
                "channel": "/meta/handshake",
                "version": "1.0",
                "supportedConnectionTypes": ["long-polling"],
            },
            user=user,
        )
        client_id: str = reply["clientId"]
        self.connect(client_id, user=user)
        for subscription in subscriptions:
            [reply] = self.post(
                {
                    "channel": "/meta/subscribe",
                    "clientId": client_id,
                    "subscription": subscription,
                },
                user=user,
            )
            assert reply["successful"], reply
        return client_id

    def publish(self, channel: str, data: Any, *, audience: Iterable[str] | None = None) -> None:
        self._carry_out(self.engine.publish(channel, data, audience=audience, now=self.now))

    def publish_all(self, *publications: Publication) -> None:
        self._carry_out(self.engine.publish_all(publications, now=self.now))

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold back what is published and pushed inside."""
        self.engine.begin_batch()
        yield
        self._carry_out(self.engine.end_batch(now=self.now))

    def push(self, client_id: str, channel: str, data: Any, **more: Any) -> None:
        self._carry_out(self.engine.push(client_id, channel, data, now=self.now, **more))

    def disconnect(self, client_id: str) -> None:
        self._carry_out(self.engine.disconnect(client_id, now=self.now))

    def hurry(self, user: str) -> None:
        self._carry_out(self.engine.hurry(user, now=self.now))

    def drop(self, exchange: int) -> None:
        self.engine.drop(exchange, now=self.now)

    def lose(self, exchange: int) -> None:
        """The answer of an exchange did not reach the wire."""
        self._carry_out(self.engine.give_back([self.sends[exchange]], now=self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass, and call the engine when it wants to be called, as a driver does."""
        until = self.now + seconds
        while (deadline := self.engine.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self._carry_out(self.engine.advance(self.now))
        self.now = until

    def release(self) -> None:
        self._carry_out(self.engine.release(self.now))

    def answer(self, exchange: int) -> Wire:
        """What an exchange was answered with."""
        answer = self.answers[exchange]
        assert not isinstance(answer, Abort), answer
        return answer

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if effect.exchange in self._sockets:
                self._write(effect)
                continue
            assert not isinstance(effect, Close), effect
            assert effect.exchange not in self.answers, f"answered twice: {effect}"
            if isinstance(effect, Send):
                self.sends[effect.exchange] = effect
                self.answers[effect.exchange] = json.loads(codec.encode(effect.messages))
            else:
                self.answers[effect.exchange] = effect

    def _write(self, effect: Effect) -> None:
        assert effect.exchange not in self.closed, f"already closed: {effect}"
        if isinstance(effect, Send):
            self.written[effect.exchange].append(effect)
            self.frames[effect.exchange].append(json.loads(codec.encode(effect.messages)))
        else:
            assert isinstance(effect, Close), effect
            self.closed[effect.exchange] = effect.code
