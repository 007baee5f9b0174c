"""Clients that acknowledge lose nothing, even what was written and then vanished.

A client here processes each answer that it sees and acknowledges it with its next connect, as
CometD's does. What it does not see is neither given back nor noticed by anybody else.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from switchbell.bayeux.effects import Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.extensions.acknowledge import Acknowledge
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver
from tests.server.bayeux.network import Network, events_in, leftovers

MOST = 3

clients = st.integers(0, MOST - 1)
places = st.sampled_from(["here", "http", "new socket"])
stale: st.SearchStrategy[object] = st.sampled_from(
    [None, -1, 0, 1, 2, 3, True, "1", 0.5, [], "latest"]
)


@dataclass(eq=False)
class Client:
    """``seen`` is the number of the latest answer that it processed, ``confirmed`` how many events
    it has acknowledged; ``connect`` is the exchange on which it waits for an answer."""

    client_id: str
    socket: int | None = None
    connect: int | None = None
    seen: int = 0
    expected: list[int] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    confirmed: int = 0


class Vanishing(RuleBasedStateMachine):
    """Clients, the server and a network that loses what was written take turns."""

    def __init__(self) -> None:
        super().__init__()
        ids = count(1)
        self.acknowledge = Acknowledge()
        self.engine = Engine(new_client_id=lambda: f"c{next(ids)}", extensions=[self.acknowledge])
        self.network = Network(self.engine)
        self.events = count(1)
        self.clients = [Client(f"c{number}") for number in range(1, MOST + 1)]

    @initialize()
    def all_agree_to_acknowledge(self) -> None:
        for client in self.clients:
            self.network.post([{"channel": "/meta/handshake", "ext": {"ack": True}}], None)
            [send] = self.sent_to(client)
            self.network.arrive(send)
            assert send.messages[0]["ext"] == {"ack": True}  # type: ignore[index]
            self.post(client, {"channel": "/meta/subscribe", "subscription": "/a"})
            self.connect_from(client, "http")

    # What clients do.

    @rule(place=clients, where=places)
    def connect(self, place: int, where: str) -> None:
        """Whatever is still under way to the client now comes too late, or the client would have
        waited for it."""
        self.connect_from(self.clients[place], where)

    @rule(place=clients, where=places)
    def connect_when_all_is_read(self, place: int, where: str) -> None:
        self.read_all(self.clients[place])
        self.connect_from(self.clients[place], where)

    @rule(place=clients)
    def read(self, place: int) -> None:
        self.read_all(self.clients[place])

    @rule(place=clients, times=st.integers(1, 3))
    def publish(self, place: int, times: int) -> None:
        client = self.clients[place]
        messages = []
        for _ in range(times):
            number = self.tell_all()
            messages.append({"channel": "/a", "data": number})
        if client.socket not in self.network.sockets:
            self.post(client, *messages)
        else:
            self.network.say(client.socket, self.signed(client, *messages), None)

    # What the server does.

    @rule(times=st.integers(1, 3))
    def spread(self, times: int) -> None:
        for _ in range(times):
            number = self.tell_all()
            self.network.carry_out(self.engine.publish("/a", number, now=self.network.now))

    # What the network does.

    @rule(place=clients, ack=stale)
    def repeat_a_connect(self, place: int, ack: object) -> None:
        """An older connect, or the latest one, comes once more. Nobody reads the answer."""
        client = self.clients[place]
        latest = client.seen if client.confirmed == len(client.heard) else 0
        if ack == "latest":
            ack = latest
        elif isinstance(ack, int) and not isinstance(ack, bool):
            ack = min(ack, latest)
        self.post(client, {"channel": "/meta/connect", "ext": {"ack": ack}})

    @rule(place=clients, is_noticed=st.booleans())
    def vanish(self, place: int, is_noticed: bool) -> None:
        client = self.clients[place]
        if client.socket is not None:
            if is_noticed and client.socket in self.network.sockets:
                self.network.lose(self.network.cut(client.socket))
            client.socket = None
        elif is_noticed and client.connect in self.network.waiting:
            assert client.connect is not None
            self.network.abandon(client.connect)
        self.miss(client)

    @rule(quarters=st.sampled_from([1, 8, 20]))
    def wait(self, quarters: int) -> None:
        """All connect in time."""
        for client in self.clients:
            self.connect_from(client, "here")
        self.network.pass_time(quarters / 4)

    # What has to be so at any time.

    @invariant()
    def what_was_acknowledged_never_comes_again(self) -> None:
        for client in self.clients:
            confirmed = client.expected[: client.confirmed]
            for send in self.sent_to(client):
                assert not set(events_in(send)).intersection(confirmed)

    @invariant()
    def only_what_is_not_acknowledged_is_kept(self) -> None:
        sessions = {session.client_id: session for session in self.engine._sessions}
        for client in self.clients:
            session = sessions[client.client_id]
            batches = self.acknowledge._batches[session]
            again = len(session.sent) if batches.again else 0
            kept = len(session.sent) + len(session.queue) - again
            assert kept == len(client.expected) - client.confirmed

    @invariant()
    def events_come_with_connect_replies_only(self) -> None:
        for send in self.network.under_way:
            channels = {
                message["channel"] for message in send.messages if isinstance(message, dict)
            }
            assert not events_in(send) or "/meta/connect" in channels

    def teardown(self) -> None:
        for client in self.clients:
            for _ in range(3):
                self.connect_from(client, "http", timeout=0)
                self.read_all(client)
            assert client.heard == client.expected
        self.only_what_is_not_acknowledged_is_kept()
        self.network.carry_out(self.engine.release(self.network.now))
        self.network.pass_time(1_000.0)
        assert leftovers(self.engine) == {}
        assert self.acknowledge._batches == {}

    # How.

    def connect_from(self, client: Client, where: str, **advice: float) -> None:
        self.miss(client)
        message = {"channel": "/meta/connect", "ext": {"ack": client.seen}, "advice": advice}
        client.confirmed = len(client.heard)
        if where == "new socket" or (where == "here" and client.socket not in self.network.sockets):
            client.socket = self.network.open()
        if where == "http":
            client.socket = None
            client.connect = self.post(client, message)
        else:
            client.connect = client.socket
            assert client.socket is not None
            self.network.say(client.socket, self.signed(client, message), None)

    def post(self, client: Client, *messages: dict[str, Any]) -> int:
        return self.network.post(self.signed(client, *messages), None)

    def signed(self, client: Client, *messages: dict[str, Any]) -> list[dict[str, Any]]:
        return [message | {"clientId": client.client_id} for message in messages]

    def tell_all(self) -> int:
        number = next(self.events)
        for client in self.clients:
            client.expected.append(number)
        return number

    def sent_to(self, client: Client) -> list[Send]:
        under_way = self.network.under_way
        return [send for send in under_way if send.client_id == client.client_id]

    def miss(self, client: Client) -> None:
        for send in self.sent_to(client):
            self.network.arrive(send)

    def read_all(self, client: Client) -> None:
        for send in self.sent_to(client):
            self.network.arrive(send)
            if send.exchange == client.connect:
                self.process(client, send)

    def process(self, client: Client, send: Send) -> None:
        client.heard += events_in(send)
        assert client.heard == client.expected[: len(client.heard)]
        for message in send.messages:
            if isinstance(message, dict):
                assert message["successful"], message
                if message["channel"] == "/meta/connect":
                    number = message["ext"]["ack"]
                    assert number > client.seen
                    client.seen = number


def test_whoever_acknowledges_hears_everything_in_order_and_once() -> None:
    run_state_machine_as_test(
        Vanishing, settings=settings(max_examples=300, stateful_step_count=40, deadline=None)
    )


class Scripted:
    """One client that acknowledges, whose answers the test reads or does not."""

    def __init__(self, options: BayeuxOptions | None = None) -> None:
        self.extension = Acknowledge()
        self.driver = FakeDriver(options, extensions=[self.extension])
        self.driver.post({"channel": "/meta/handshake", "ext": {"ack": True}})

    def subscribe(self) -> None:
        self.driver.post({"channel": "/meta/subscribe", "clientId": "c1", "subscription": "/a"})

    def connect(self, ack: int) -> tuple[list[Any], dict[str, Any]]:
        """The events that an answer has, and the reply."""
        *events, reply = self.driver.post(
            {
                "channel": "/meta/connect",
                "clientId": "c1",
                "ext": {"ack": ack},
                "advice": {"timeout": 0},
            }
        )
        return [event["data"] for event in events], reply


def test_a_repeated_connect_brings_nothing_back_that_is_then_acknowledged() -> None:
    client = Scripted()
    assert client.connect(0)[1]["ext"] == {"ack": 1}
    client.subscribe()
    client.driver.publish("/a", "e")
    events, reply = client.connect(1)
    assert (events, reply["ext"]) == (["e"], {"ack": 2})
    events, reply = client.connect(1)
    assert (events, reply["ext"]) == (["e"], {"ack": 3}), "nobody reads this one"
    assert client.connect(2)[0] == []


def test_who_never_acknowledges_is_sent_away_before_it_is_too_much() -> None:
    most = 50
    client = Scripted(BayeuxOptions(max_queue=most))
    client.connect(0)
    client.subscribe()
    published = 0
    while True:
        client.driver.publish("/a", published)
        published += 1
        events, reply = client.connect(0)
        if not reply["successful"]:
            break
        assert events == list(range(published))
        assert published <= 2 * most
    assert reply["error"] == "402::session_unknown"
    assert reply["advice"] == {"reconnect": "handshake", "interval": 0}
    assert published > most
    assert client.extension._batches == {}
    assert leftovers(client.driver.engine) == {}


def test_who_never_connects_again_keeps_no_more_than_a_queue() -> None:
    most = 50
    client = Scripted(BayeuxOptions(max_queue=most))
    client.connect(0)
    client.subscribe()
    for number in range(most):
        client.driver.publish("/a", number)
    assert client.connect(0)[0] == list(range(most))
    for number in range(most):
        client.driver.publish("/a", number)
    assert client.driver.engine.session_count == 1
    client.driver.publish("/a", "one too many")
    assert leftovers(client.driver.engine) == {}
    assert client.extension._batches == {}
