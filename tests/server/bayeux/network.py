"""What lies between an engine and its clients: answers and frames take their time, and get lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Abort, Close, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import LONG_POLLING, WEBSOCKET
from switchbell.bayeux.peer import Peer


@dataclass(eq=False)
class Network:
    """Carries out effects as a driver does, but what was sent stays under way until the test has it
    arrive (:meth:`arrive`) or get lost.

    ``under_way`` has it in the order of sending. ``waiting`` are the HTTP requests without an
    answer, ``sockets`` the open sockets.
    """

    engine: Engine
    now: float = 0.0
    under_way: list[Send] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    sockets: set[int] = field(default_factory=set)
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.engine.ask_unsent(self._take_back)

    def open(self) -> int:
        socket = self._number()
        self.sockets.add(socket)
        self.carry_out(self.engine.open(socket))
        return socket

    def post(self, messages: list[dict[str, Any]], user: str | None) -> int:
        """Send a payload over HTTP. Returns the number of the request."""
        exchange = self._number()
        self.waiting.add(exchange)
        peer = Peer(user=user, transport=LONG_POLLING)
        self.carry_out(self.engine.receive(exchange, messages, peer=peer, now=self.now))
        return exchange

    def say(self, socket: int, messages: list[dict[str, Any]], user: str | None) -> None:
        """Send a payload over a socket."""
        assert socket in self.sockets
        peer = Peer(user=user, transport=WEBSOCKET)
        self.carry_out(self.engine.receive(socket, messages, peer=peer, now=self.now))

    def arrive(self, send: Send) -> None:
        self.under_way.remove(send)

    def abandon(self, exchange: int) -> None:
        """The client of a request that waits is gone."""
        self.waiting.remove(exchange)
        self.engine.drop(exchange, now=self.now)

    def cut(self, socket: int) -> list[Send]:
        """A socket is gone, and so is what was under way on it."""
        self.sockets.remove(socket)
        self.engine.drop(socket, now=self.now)
        return self._take_back(socket)

    def lose(self, sends: Iterable[Send]) -> None:
        """Give back what did not arrive, all at once."""
        lost = list(sends)
        self.under_way = [send for send in self.under_way if send not in lost]
        self.carry_out(self.engine.give_back(lost, now=self.now))

    def advance(self) -> None:
        self.carry_out(self.engine.advance(self.now))

    def pass_time(self, seconds: float) -> None:
        """The engine is called no later than it wishes."""
        until = self.now + seconds
        while (deadline := self.engine.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self.advance()
        self.now = until

    def carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._begin(effect)
                case Abort(exchange):
                    self.waiting.remove(exchange)
                case Close(socket):
                    self.sockets.remove(socket)

    def _begin(self, send: Send) -> None:
        if send.exchange not in self.sockets:
            assert send.exchange in self.waiting, f"nobody waits for {send}"
            self.waiting.remove(send.exchange)
        assert send.messages, "nothing is sent for nothing"
        assert codec.encode(send.messages)
        assert len(events_in(send)) == len(send.numbers)
        self.under_way.append(send)

    def _take_back(self, socket: int) -> list[Send]:
        unsent = [send for send in self.under_way if send.exchange == socket]
        self.under_way = [send for send in self.under_way if send.exchange != socket]
        return unsent

    def _number(self) -> int:
        return next(iter(self.numbers))


def events_in(send: Send) -> list[Any]:
    """The data of its events."""
    return [message.fields["data"] for message in send.messages if isinstance(message, Event)]


def leftovers(engine: Engine) -> dict[str, object]:
    """What an engine still remembers in any of its tables; nothing, once all sessions are over and
    all sockets closed."""
    engine.next_deadline()  # what is stale among the deadlines goes when they are looked at
    sessions, connections = engine._sessions, engine._connections
    tables: dict[str, Any] = {
        "sessions": sessions._by_client_id,
        "users": sessions._by_user,
        "subscriptions": sessions.subscriptions,
        "deadlines": sessions.deadlines,
        "held": connections._held,
        "held of browsers": connections._held_of_browser,
        "sockets": connections._sockets,
        "hearing": engine._delivery._hearing,
    }
    return {name: table for name, table in tables.items() if len(table)}
