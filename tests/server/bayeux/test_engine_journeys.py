"""Clients that behave hear everything in order and once, however they travel and whatever is lost.

This looks from the client's side: what was published while a client was subscribed is what it is to
hear. Nothing of how the engine arrives at that is repeated here.
"""

from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from switchbell.bayeux.effects import Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.publication import Publication
from tests.server.bayeux.model import MATCHING, PATTERNS
from tests.server.bayeux.network import Network, events_in, leftovers

USERS = ("ann", "bob", None)
MOST = 4

travellers = st.integers(0, MOST - 1)
channels = st.sampled_from(sorted(MATCHING))
audiences = st.none() | st.lists(st.sampled_from(USERS), max_size=2)
publications = st.lists(st.tuples(channels, audiences, st.booleans()), min_size=1, max_size=3)
places = st.sampled_from(["here", "http", "new socket"])
wishes = st.lists(
    st.one_of(
        st.sampled_from(["connect", "connect at once"]).map(lambda word: (word, "")),
        st.tuples(st.just("publish"), channels),
        st.tuples(st.just("subscribe"), st.sampled_from(PATTERNS)),
        st.tuples(st.just("unsubscribe"), st.sampled_from(PATTERNS)),
    ),
    min_size=1,
    max_size=4,
)


@dataclass(eq=False)
class Traveller:
    """A client: ``expected`` is all it is to hear, ``heard`` what it did. ``socket`` is the one it
    uses, if it uses one."""

    client_id: str
    user: str | None
    socket: int | None
    patterns: set[str] = field(default_factory=set)
    expected: list[int] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    connect: int | None = None


class Journeys(RuleBasedStateMachine):
    """Clients, the server, the network and the clock take turns."""

    options = BayeuxOptions()

    def __init__(self) -> None:
        super().__init__()
        ids = count(1)
        engine = Engine(self.options, new_client_id=lambda: f"c{next(ids)}")
        self.engine, self.network = engine, Network(engine)
        self.events = count(1)
        self.due: dict[int, float] = {}
        self.travellers: list[Traveller] = []

    @initialize()
    def begin_with_one_on_each_transport(self) -> None:
        self.set_out("ann", over_socket=False)
        self.set_out("bob", over_socket=True)

    # What clients do.

    @precondition(lambda self: len(self.travellers) < MOST)
    @rule(user=st.sampled_from(USERS), over_socket=st.booleans())
    def set_out(self, user: str | None, over_socket: bool) -> None:
        socket = self.network.open() if over_socket else None
        self.handshake(user, socket)

    @precondition(lambda self: len(self.travellers) < MOST)
    @rule(place=travellers)
    def handshake_on_a_socket_in_use(self, place: int) -> None:
        """The session that used it goes on over HTTP."""
        traveller = self.pick(place)
        socket = traveller.socket
        if socket is not None:
            self.read_all(traveller)
            traveller.socket = None
            self.handshake(traveller.user, socket)

    @rule(place=travellers, where=places, wanted=wishes)
    def ask(self, place: int, where: str, wanted: list[tuple[str, str]]) -> None:
        traveller = self.pick(place)
        messages = [self.message(traveller, *wish) for wish in wanted]
        connects = any(kind.startswith("connect") for kind, _ in wanted)
        if where == "here" and traveller.socket is not None:
            self.network.say(traveller.socket, messages, traveller.user)
        elif where == "new socket":
            traveller.socket = self.network.open()
            self.network.say(traveller.socket, messages, traveller.user)
        else:
            self.over_http(traveller, messages, connects=connects)

    @rule(place=travellers)
    def connect(self, place: int) -> None:
        self.ask(place, "here", [("connect", "")])

    @precondition(lambda self: len(self.travellers) > 1)
    @rule(place=travellers)
    def say_goodbye(self, place: int) -> None:
        traveller = self.pick(place)
        self.read_all(traveller)
        message = {"channel": "/meta/disconnect", "clientId": traveller.client_id}
        if traveller.socket is not None:
            self.network.say(traveller.socket, [message], traveller.user)
            assert traveller.socket not in self.network.sockets
        else:
            self.network.post([message], traveller.user)
        self.travellers.remove(traveller)
        for send in self.sent_to(traveller):
            self.network.arrive(send)
            assert events_in(send) == []

    # What the server does.

    @rule(published=publications)
    def publish(self, published: list[tuple[str, list[Any] | None, bool]]) -> None:
        self.network.carry_out(
            self.engine.publish_all(
                [self.publication(*one) for one in published], now=self.network.now
            )
        )

    @rule(batches=st.lists(publications, min_size=1, max_size=3), place=travellers)
    def publish_in_nested_batches(
        self, batches: list[list[tuple[str, list[Any] | None, bool]]], place: int
    ) -> None:
        traveller, before = self.pick(place), list(self.network.under_way)
        now = self.network.now
        for published in batches:
            self.engine.begin_batch()
            made = [self.publication(*one) for one in published]
            assert self.engine.publish_all(made, now=now) == []
            number = next(self.events)
            assert self.engine.push(traveller.client_id, "/service/x", number, now=now) == []
            self.expect(traveller, number, lazy=False)
        for _ in batches[1:]:
            assert self.engine.end_batch(now=now) == []
        assert self.network.under_way == before
        self.network.carry_out(self.engine.end_batch(now=now))

    # What the network and the clock do.

    @rule(place=travellers, times=st.integers(1, 3))
    def read(self, place: int, times: int) -> None:
        traveller = self.pick(place)
        for send in self.sent_to(traveller)[:times]:
            self.hear(traveller, send)

    @rule(place=travellers, keep=st.integers(0, 4), gone=st.booleans(), seed=st.integers(0, 99))
    def break_down(self, place: int, keep: int, gone: bool, seed: int) -> None:
        """From some moment on, nothing of what was sent to a client arrives. Its socket is broken
        if that is where it was, and if not its connect is, perhaps."""
        traveller = self.pick(place)
        for send in self.sent_to(traveller)[:keep]:
            self.hear(traveller, send)
        lost = self.sent_to(traveller)
        on_socket = traveller.socket is not None and any(
            send.exchange == traveller.socket for send in lost
        )
        if gone and traveller.connect in self.network.waiting:
            assert traveller.connect is not None
            self.network.abandon(traveller.connect)
        if traveller.socket is not None and (gone or on_socket):
            self.network.cut(traveller.socket)
            traveller.socket = None
        Random(seed).shuffle(lost)
        if traveller.socket is None and traveller.connect not in self.network.waiting:
            # Nothing can go out meanwhile, so it does not matter how it comes back.
            for send in lost:
                self.network.lose([send])
        else:
            self.network.lose(lost)

    @rule(place=travellers)
    def lose_a_connect(self, place: int) -> None:
        traveller = self.pick(place)
        if traveller.connect in self.network.waiting:
            assert traveller.connect is not None
            self.network.abandon(traveller.connect)

    @rule(quarters=st.sampled_from([1, 2, 8, 20]))
    def wait(self, quarters: int) -> None:
        """All those connect in time who behave."""
        for place in range(len(self.travellers)):
            self.connect(place)
        self.network.pass_time(quarters / 4)
        self.network.advance()

    # What has to be so at any time.

    @invariant()
    def nobody_waits_without_need(self) -> None:
        """Who can be sent to has been sent all, but for what is lazy and still has time."""
        sessions = {session.client_id: session for session in self.engine._sessions}
        for traveller in self.travellers:
            session = sessions[traveller.client_id]
            on_its_way = sum(len(events_in(send)) for send in self.sent_to(traveller))
            waiting = traveller.expected[len(traveller.heard) + on_its_way :]
            delivery = self.engine._delivery
            on_socket = session.socket is not None and not delivery.is_for_connects_only(
                session, on_socket=True
            )
            if session.held is not None or on_socket:
                assert all(self.due[number] > self.network.now for number in waiting)

    @invariant()
    def what_is_open_is_known(self) -> None:
        assert self.engine.session_count == len(self.travellers)
        assert self.engine.socket_count == len(self.network.sockets)
        held = {session.held.exchange for session in self.engine._sessions if session.held}
        assert self.engine.held_count == len(held)
        assert held - self.network.sockets == self.network.waiting
        assert held <= self.network.waiting | self.network.sockets

    @invariant()
    def subscriptions_are_those_of_the_clients(self) -> None:
        tables = self.engine._sessions.subscriptions._sessions
        assert {pattern: set(table) for pattern, table in tables.items()} == {
            pattern: subscribed
            for pattern in PATTERNS
            if (
                subscribed := {
                    traveller.client_id
                    for traveller in self.travellers
                    if pattern in traveller.patterns
                }
            )
        }

    def teardown(self) -> None:
        for traveller in self.travellers:
            self.read_all(traveller)
            self.over_http(traveller, [self.message(traveller, "connect at once")], connects=True)
            self.read_all(traveller)
            self.over_http(traveller, [self.message(traveller, "connect at once")], connects=True)
            self.read_all(traveller)
            assert traveller.heard == traveller.expected
        self.network.carry_out(self.engine.release(self.network.now))
        assert (self.network.sockets, self.network.waiting) == (set(), set())
        self.network.now += 1_000.0
        self.network.advance()
        assert self.engine.next_deadline() is None
        assert leftovers(self.engine) == {}

    # How.

    def pick(self, place: int) -> Traveller:
        return self.travellers[place % len(self.travellers)]

    def handshake(self, user: str | None, socket: int | None) -> None:
        messages = [{"channel": "/meta/handshake"}]
        if socket is None:
            self.network.post(messages, user)
        else:
            self.network.say(socket, messages, user)
        send = self.network.under_way[-1]
        self.network.arrive(send)
        assert send.client_id is not None
        self.travellers.append(Traveller(send.client_id, user, socket))
        self.ask(len(self.travellers) - 1, "here", [("subscribe", "/**"), ("connect", "")])

    def over_http(
        self, traveller: Traveller, messages: list[dict[str, Any]], *, connects: bool
    ) -> None:
        if connects:
            traveller.socket = None
        elif traveller.socket is not None:
            # Two connections at a time have no order among them.
            self.read_all(traveller)
        exchange = self.network.post(messages, traveller.user)
        if connects:
            traveller.connect = exchange

    def message(self, traveller: Traveller, kind: str, name: str = "") -> dict[str, Any]:
        identity = {"clientId": traveller.client_id}
        match kind:
            case "publish":
                number = next(self.events)
                self.tell(name, None, number, lazy=False)
                return {"channel": name, "data": number} | identity
            case "subscribe":
                traveller.patterns.add(name)
                return {"channel": "/meta/subscribe", "subscription": name} | identity
            case "unsubscribe":
                traveller.patterns.discard(name)
                return {"channel": "/meta/unsubscribe", "subscription": name} | identity
            case "connect at once":
                return {"channel": "/meta/connect", "advice": {"timeout": 0}} | identity
            case _:
                return {"channel": "/meta/connect"} | identity

    def publication(self, channel: str, audience: list[Any] | None, lazy: bool) -> Publication:
        number = next(self.events)
        self.tell(channel, audience, number, lazy=lazy)
        return Publication(channel=channel, data=number, audience=audience, lazy=lazy)

    def tell(self, channel: str, audience: list[Any] | None, number: int, *, lazy: bool) -> None:
        for traveller in self.travellers:
            if traveller.patterns & MATCHING[channel] and (
                audience is None or traveller.user in audience
            ):
                self.expect(traveller, number, lazy=lazy or channel in self.options.lazy_channels)

    def expect(self, traveller: Traveller, number: int, *, lazy: bool) -> None:
        patience = self.options.max_lazy_timeout / 1000 if lazy else 0.0
        self.due[number] = self.network.now + patience
        traveller.expected.append(number)

    def sent_to(self, traveller: Traveller) -> list[Send]:
        under_way = self.network.under_way
        return [send for send in under_way if send.client_id == traveller.client_id]

    def read_all(self, traveller: Traveller) -> None:
        for send in self.sent_to(traveller):
            self.hear(traveller, send)

    def hear(self, traveller: Traveller, send: Send) -> None:
        self.network.arrive(send)
        for message in send.messages:
            if isinstance(message, dict):
                assert message["successful"], message
                assert message["channel"] != "/meta/disconnect", "nobody was to be sent away"
        traveller.heard += events_in(send)
        assert traveller.heard == traveller.expected[: len(traveller.heard)]


@pytest.mark.parametrize(
    "options",
    [
        BayeuxOptions(),
        BayeuxOptions(meta_connect_deliver_only=True),
        BayeuxOptions(meta_connect_deliver_only=True, ws_meta_connect_deliver_only=False),
        BayeuxOptions(ws_meta_connect_deliver_only=True, timeout=3_000),
        BayeuxOptions(lazy_channels=("/b",), max_lazy_timeout=1_500),
    ],
    ids=["default", "deliver only", "deliver only over http", "impatient", "lazy"],
)
def test_whoever_behaves_hears_everything_in_order_and_once(options: BayeuxOptions) -> None:
    machine = type("Machine", (Journeys,), {"options": options})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )
