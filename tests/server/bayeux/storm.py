"""An engine under fire, and what must hold for it at any time."""

import time
from collections import deque
from itertools import count
from random import Random
from typing import Any

from msgspec.structs import replace

from switchbell.bayeux import codec
from switchbell.bayeux.codec import MalformedPayload, TooManyMessages
from switchbell.bayeux.effects import Abort, Close, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.extensions.acknowledge import Acknowledge
from switchbell.bayeux.extensions.activity import Activity, ActivityLimit
from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.extensions.timestamp import Timestamp
from switchbell.bayeux.extensions.timesync import TimeSync
from switchbell.bayeux.listener import SessionListener
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import CALLBACK_POLLING, WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.publication import Publication
from switchbell.bayeux.retention import MemoryRetention
from switchbell.bayeux.service import Answer
from tests.server.bayeux.mutations import Mutations
from tests.server.bayeux.network import leftovers

PEERS = [
    Peer(),
    Peer(),
    Peer(user="ann"),
    Peer(browser="b1", is_browser=True),
    Peer(user="ann", browser="b2", is_browser=True),
    Peer(transport=CALLBACK_POLLING),
    Peer(browser="b1", is_browser=True, transport=CALLBACK_POLLING),
]
ON_SOCKETS = [
    Peer(transport=WEBSOCKET),
    Peer(transport=WEBSOCKET),
    Peer(user="ann", transport=WEBSOCKET),
    Peer(browser="b1", is_browser=True, transport=WEBSOCKET),
]
BYSTANDER = Peer(user="bystander")
BYSTANDER_ON_SOCKET = Peer(user="bystander", transport=WEBSOCKET)
MOST_MESSAGES = 1_000
LONGEST = 5.0  # seconds, for one payload


class Greeter(SessionListener):
    """Pushes something to each session as it begins."""

    engine: Engine

    def __init__(self) -> None:
        self.alive: set[str] = set()

    def added(self, client_id: str, user: str | None) -> None:
        self.alive.add(client_id)
        self.engine.push(client_id, "/service/welcome", {"you": user}, now=0.0)

    def removed(self, client_id: str, user: str | None, ending: object) -> None:
        self.alive.remove(client_id)


class Storm:
    """An engine under fire, with two clients in it who only listen, and whom nothing must reach but
    what the server publishes for them."""

    def __init__(self, options: BayeuxOptions, chance: Random) -> None:
        ids, wall_clock = count(1), iter(range(10**9))
        self.acknowledge = Acknowledge()
        self.activity = ActivityLimit(60_000, Activity.CLIENT_SERVER)
        self.greeter = Greeter()
        self.engine = self.greeter.engine = Engine(
            options,
            new_client_id=lambda: f"c{next(ids)}",
            services={"/service/echo": lambda request: Answer(request.data)},
            extensions=[
                self.acknowledge,
                self.activity,
                TimeSync(lambda: next(wall_clock) / 1000),
                Timestamp(lambda: 1e9),
                Replay(MemoryRetention(max_events=50)),
            ],
            listener=self.greeter,
        )
        self.chance = chance
        self.now = 0.0
        self.numbers = count(1)
        self.client_ids = [f"c{number}" for number in range(1, 9)]
        self.mutations = Mutations(chance, self.client_ids)
        self.sockets: dict[int, Peer] = {}
        self.waiting: dict[int, Peer] = {}
        self.answered: dict[int, Send | Abort] = {}
        self.written: deque[Send] = deque(maxlen=5)
        self.owners: dict[str, Peer] = {}
        self.refused = 0
        self.told = count(1)
        self.on_http = self.listen(next(self.numbers), BYSTANDER)
        self.socket = self.open(BYSTANDER_ON_SOCKET)
        del self.sockets[self.socket]
        self.on_socket = self.listen(self.socket, BYSTANDER_ON_SOCKET)

    # What comes in.

    def fire(self, body: bytes) -> None:
        """Send a payload from anywhere; it is answered, or held, or refused for what it is."""
        try:
            messages = codec.decode(body, MOST_MESSAGES)
        except (MalformedPayload, TooManyMessages):
            self.refused += 1
            return
        if self.chance.random() < 0.5:
            self.post(messages)
        else:
            self.say(messages)

    def post(self, messages: list[dict[str, Any]]) -> None:
        exchange, peer = next(self.numbers), self.chance.choice(PEERS)
        owner = self.owner(messages)
        if owner is not None:
            peer = replace(owner, transport=peer.transport)
        self.waiting[exchange] = peer
        self.receive(exchange, messages, peer)
        if exchange in self.waiting:
            assert len(messages) == 1
            assert exchange in self.engine._connections._held
            return
        answer = self.answered.pop(exchange)
        assert isinstance(answer, Send)
        assert len(replies_in(answer)) >= len(messages)

    def say(self, messages: list[dict[str, Any]]) -> None:
        if len(self.sockets) < 4:
            self.open(self.chance.choice(ON_SOCKETS))
        socket = self.chance.choice(list(self.sockets))
        owner = self.owner(messages)
        if owner is not None:
            its_own = replace(owner, transport=WEBSOCKET)
            known = [number for number, peer in self.sockets.items() if peer == its_own]
            socket = self.chance.choice([*known, self.open(its_own)])
        written = self.receive(socket, messages, self.sockets[socket])
        replies = sum(len(replies_in(send)) for send in written if send.exchange == socket)
        held = sum(message.get("channel") == "/meta/connect" for message in messages)
        assert replies >= len(messages) - held

    def owner(self, messages: list[dict[str, Any]]) -> Peer | None:
        """Most payloads come from whom they seem to, and get further than others."""
        client_id = messages[0].get("clientId")
        if not isinstance(client_id, str) or self.chance.random() < 0.2:
            return None
        return self.owners.get(client_id)

    def receive(self, exchange: int, messages: list[dict[str, Any]], peer: Peer) -> list[Send]:
        began = time.perf_counter()
        effects = self.engine.receive(exchange, messages, peer=peer, now=self.now)
        assert time.perf_counter() - began < LONGEST
        sent = self.carry_out(effects)
        for send in sent:
            self.learn(send, peer)
        return sent

    # What else happens.

    def stir(self) -> None:
        """Time passes, connections break, and the server has something to say."""
        chance, engine = self.chance, self.engine
        self.now += chance.random() / 10
        kind = chance.random()
        if kind < 0.05 and self.waiting:
            engine.drop(self.waiting_one(), now=self.now)
        elif kind < 0.1 and self.sockets:
            for socket in chance.sample(list(self.sockets), (len(self.sockets) + 9) // 10):
                self.break_socket(socket)
        elif kind < 0.2:
            some = [self.publication() for _ in range(chance.randrange(1, 4))]
            self.carry_out(engine.publish_all(some, now=self.now))
        elif kind < 0.25:
            client_id = chance.choice(self.client_ids)
            self.carry_out(engine.push(client_id, "/service/x", {"x": 1}, now=self.now))
        elif kind < 0.26:
            client_id = chance.choice(self.client_ids)
            if client_id not in (self.on_http, self.on_socket):
                self.carry_out(engine.disconnect(client_id, now=self.now))
        deadline = engine.next_deadline()
        if deadline is not None and deadline <= self.now:
            self.carry_out(engine.advance(self.now))

    def waiting_one(self) -> int:
        exchange = self.chance.choice(list(self.waiting))
        del self.waiting[exchange]
        return exchange

    def publication(self) -> Publication:
        chance = self.chance
        return Publication(
            channel=chance.choice(("/a", "/b/c", "/lazy")),
            data=chance.choice((1, {"x": 1}, {"event": 1})),
            audience=chance.choice((None, None, ["ann"], [])),
            lazy=chance.random() < 0.3,
        )

    def break_socket(self, socket: int) -> None:
        del self.sockets[socket]
        self.engine.drop(socket, now=self.now)
        lost = [send for send in self.written if send.exchange == socket]
        self.written.clear()
        self.carry_out(self.engine.give_back(lost, now=self.now))

    def open(self, peer: Peer) -> int:
        socket = next(self.numbers)
        self.sockets[socket] = peer
        assert self.engine.open(socket) == []
        return socket

    # What goes out.

    def carry_out(self, effects: list[Effect]) -> list[Send]:
        sent: list[Send] = []
        for effect in effects:
            number = effect.exchange
            if isinstance(effect, Close):
                assert number != self.socket
                del self.sockets[number]
                continue
            if number in self.waiting:
                del self.waiting[number]
                self.answered[number] = effect
            else:
                assert isinstance(effect, Send)
                assert number in self.sockets or number == self.socket, effect
                self.written.append(effect)
            if isinstance(effect, Send):
                assert codec.encode(effect.messages) != b"[]"
                sent.append(effect)
        return sent

    def learn(self, send: Send, peer: Peer) -> None:
        """Sign some of what follows with the ids of sessions that are there."""
        for message in send.messages:
            if isinstance(message, dict) and "clientId" in message:
                self.client_ids[self.chance.randrange(len(self.client_ids))] = message["clientId"]
                if peer not in (BYSTANDER, BYSTANDER_ON_SOCKET):
                    self.owners[message["clientId"]] = peer

    # Who must not be harmed.

    def listen(self, exchange: int, peer: Peer) -> str:
        """A session that hears what is published on /quiet, and nothing else."""

        def ask(**message: Any) -> Send:
            number = exchange if peer.transport == WEBSOCKET else next(self.numbers)
            if peer.transport != WEBSOCKET:
                self.waiting[number] = peer
            *_, send = self.receive(number, [message], peer)
            self.answered.clear()
            return send

        client_id = ask(channel="/meta/handshake").client_id
        assert client_id is not None
        ask(channel="/meta/connect", clientId=client_id)
        ask(channel="/meta/subscribe", clientId=client_id, subscription="/quiet")
        return client_id

    def check_bystanders(self) -> None:
        """They hear what is published for them, and are asked for nothing."""
        number = next(self.told)
        sent = self.carry_out(self.engine.publish("/quiet", number, now=self.now))
        for client_id, peer in (
            (self.on_http, BYSTANDER),
            (self.on_socket, BYSTANDER_ON_SOCKET),
        ):
            exchange = self.socket
            if peer is BYSTANDER:
                exchange = next(self.numbers)
                self.waiting[exchange] = peer
            connect = {"channel": "/meta/connect", "clientId": client_id, "advice": {"timeout": 0}}
            sent += self.receive(exchange, [connect], peer)
            self.answered.clear()
            mine = [send for send in sent if send.client_id == client_id]
            assert replies_in(mine[-1])[-1]["successful"]
            assert heard(mine) == [number]

    def check_tables(self) -> None:
        """The tables of the engine agree with each other, and with what is open."""
        engine = self.engine
        sessions, connections = set(engine._sessions), engine._connections
        assert {session.client_id for session in sessions} == self.greeter.alive
        assert self.acknowledge._batches.keys() <= sessions
        assert self.activity._active_at.keys() == sessions
        assert connections._sockets.keys() == {*self.sockets, self.socket}
        assert connections._held.keys() - connections._sockets.keys() == self.waiting.keys()
        for session in sessions:
            assert not session.batching
            assert session.armed <= session.deadline
            assert session.queued_bytes == sum(len(event.encoded) for event in session.queue)
            assert session.socket is None or connections._sockets[session.socket] is session
            if session.held is not None:
                assert connections._held[session.held.exchange] is session
                assert not session.urgent

    def calm(self) -> None:
        """All go home, and after a long time nobody is remembered."""
        self.check_bystanders()
        for socket in list(self.sockets):
            self.break_socket(socket)
        self.engine.drop(self.socket, now=self.now)
        for _ in range(3):
            self.now += 10_000.0
            self.carry_out(self.engine.advance(self.now))
        assert self.waiting == {}
        assert self.engine.next_deadline() is None
        assert leftovers(self.engine) == {}
        assert self.greeter.alive == set()
        assert (self.acknowledge._batches, self.activity._active_at) == ({}, {})


def replies_in(send: Send) -> list[dict[str, Any]]:
    return [message for message in send.messages if isinstance(message, dict)]


def heard(sends: list[Send]) -> list[Any]:
    """What a bystander was told."""
    return [
        message.fields["data"]
        for send in sends
        for message in send.messages
        if isinstance(message, Event) and message.fields["channel"] == "/quiet"
    ]
