"""Whatever happens in whatever order, the engine does what the model says."""

from itertools import count
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

from switchbell.bayeux.effects import Abort, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.publication import Publication
from tests.server.bayeux.model import (
    MATCHING,
    PATTERNS,
    Aborted,
    Answered,
    Connect,
    Disconnect,
    Model,
    Publish,
    Request,
    Subscribe,
    Unsubscribe,
)

USERS = ("ann", "bob", None)
MOST_CLIENTS = 5

channels = st.sampled_from(sorted(MATCHING))
patterns = st.sampled_from(PATTERNS)
durations = st.none() | st.sampled_from([0.0, 0.25, 5.0, 100.0])
clients = st.integers(0, MOST_CLIENTS - 1)
kinds = st.one_of(
    st.tuples(st.just(Connect), durations, durations),
    st.tuples(st.just(Publish), channels),
    st.tuples(st.just(Publish), channels),
    st.tuples(st.just(Subscribe), patterns),
    st.tuples(st.just(Unsubscribe), patterns),
    st.tuples(st.just(Disconnect)),
)


class Interleavings(RuleBasedStateMachine):
    """Clients, the server, the network and the clock take turns."""

    options = BayeuxOptions()

    def __init__(self) -> None:
        super().__init__()
        ids = count(1)
        self.engine = Engine(self.options, new_client_id=lambda: f"c{next(ids)}")
        self.model = Model(self.options)
        self.now = 0.0
        self.exchanges = count(1)
        self.numbers = count(1)
        self.clients: list[tuple[str, str | None]] = []
        self.waiting: set[int] = set()
        self.last_answers: dict[str, Send] = {}

    @initialize()
    def begin_with_two_listeners(self) -> None:
        for user in ("ann", "bob"):
            self.arrive(user)

    @precondition(lambda self: len(self.clients) < MOST_CLIENTS)
    @rule(user=st.sampled_from(USERS))
    def greet(self, user: str | None) -> None:
        """A client that does not do what it should: subscribe, and connect."""
        self.clients.append((self.handshake(user), user))

    @precondition(lambda self: len(self.clients) < MOST_CLIENTS)
    @rule(user=st.sampled_from(USERS))
    def arrive(self, user: str | None) -> None:
        self.greet(user)
        self.ask([Subscribe(self.clients[-1][0], "/**"), Connect(self.clients[-1][0])], user)

    @rule(client=clients)
    def connect(self, client: int) -> None:
        """As a healthy client does: again if it was told to handshake again."""
        place = client % len(self.clients)
        client_id, user = self.clients[place]
        self.ask([Connect(client_id)], user)
        if client_id not in self.model.sessions:
            client_id = self.handshake(user)
            self.clients[place] = (client_id, user)
            self.ask([Subscribe(client_id, "/**"), Connect(client_id)], user)
            self.ask([Connect(client_id)], user)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), channel=channels, times=st.integers(1, 3))
    def publish_while_a_connect_waits(self, data: st.DataObject, channel: str, times: int) -> None:
        """On another connection than the one whose answer waits."""
        held = [session for session in self.model.sessions.values() if session.held is not None]
        session = data.draw(st.sampled_from(held))
        self.ask(
            [Publish(session.client, channel, next(self.numbers)) for _ in range(times)],
            session.user,
        )

    @rule(
        client=clients,
        wanted=st.lists(st.tuples(kinds, st.none() | clients), min_size=2, max_size=4),
        stranger=st.booleans(),
    )
    def post_a_batch(
        self,
        client: int,
        wanted: list[tuple[tuple[Any, ...], int | None]],
        stranger: bool,
    ) -> None:
        """Now and then a message speaks for another client, or the request comes from another."""
        user = self.clients[client % len(self.clients)][1]
        requests = [
            self.request(kind, client if other is None else other) for kind, other in wanted
        ]
        self.ask(requests, USERS[(USERS.index(user) + 1) % 3] if stranger else user)

    @rule(client=clients, kind=kinds)
    def post(self, client: int, kind: tuple[Any, ...]) -> None:
        request = self.request(kind, client)
        self.ask([request], self.clients[client % len(self.clients)][1])

    @rule(
        published=st.lists(
            st.tuples(channels, st.none() | st.lists(st.sampled_from(USERS), max_size=3)),
            min_size=1,
            max_size=3,
        )
    )
    def publish(self, published: list[tuple[str, list[Any] | None]]) -> None:
        numbered = [(channel, next(self.numbers), audience) for channel, audience in published]
        self.model.publish(
            [
                (channel, number, None if audience is None else set(audience))
                for channel, number, audience in numbered
            ],
            self.now,
        )
        publications = [
            Publication(channel=channel, data=number, audience=audience)
            for channel, number, audience in numbered
        ]
        self.compare(self.engine.publish_all(publications, now=self.now))

    @rule(client=clients)
    def disconnect(self, client: int) -> None:
        client_id, _ = self.clients[client % len(self.clients)]
        self.model.disconnect(client_id)
        self.compare(self.engine.disconnect(client_id, now=self.now))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def lose_a_waiting_request(self, data: st.DataObject) -> None:
        exchange = data.draw(st.sampled_from(sorted(self.waiting)))
        [session] = [
            session for session in self.model.sessions.values() if session.held == exchange
        ]
        self.model.drop(session.client, self.now)
        self.waiting.remove(exchange)
        self.engine.drop(exchange, now=self.now)
        self.compare([])

    @precondition(lambda self: self.last_answers)
    @rule(data=st.data())
    def lose_an_answer(self, data: st.DataObject) -> None:
        """The latest that a session got. (If others followed it, order is lost with it.)"""
        client = data.draw(st.sampled_from(sorted(self.last_answers)))
        send = self.last_answers.pop(client)
        self.model.give_back(client, events_in(send), self.now)
        self.compare(self.engine.give_back([send], now=self.now))

    @rule(exchange=st.integers(0, 1000))
    def lose_a_request_that_is_over(self, exchange: int) -> None:
        if exchange not in self.waiting:
            self.engine.drop(exchange, now=self.now)
            self.compare([])

    @rule(quarters=st.sampled_from([1, 2, 20, 36, 40, 41, 120]))
    def wait(self, quarters: int) -> None:
        """As a driver does: no later than the engine wishes."""
        until = self.now + quarters / 4
        while (deadline := self.engine.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self.advance()
        self.now = until
        self.advance()

    @rule(quarters=st.sampled_from([1, 2, 8, 45]))
    def oversleep(self, quarters: int) -> None:
        """A busy driver may be late."""
        self.now += quarters / 4
        self.advance()

    @invariant()
    def nobody_waits_for_nothing(self) -> None:
        held = {session.held for session in self.model.sessions.values()} - {None}
        assert self.waiting == held
        assert self.engine.held_count == len(held)

    @invariant()
    def the_same_sessions_are_there(self) -> None:
        assert self.engine.session_count == len(self.model.sessions)
        by_id = {session.client_id: session for session in self.engine._sessions}
        assert sorted(by_id) == sorted(self.model.sessions)
        for client_id, known in self.model.sessions.items():
            session = by_id[client_id]
            assert session.subscriptions == known.subscriptions
            assert [event.fields["data"] for event in session.queue] == known.queue
            assert session.queued_bytes == sum(len(event.encoded) for event in session.queue)
            assert not session.batching

    @invariant()
    def no_subscription_is_left_over(self) -> None:
        tables = self.engine._sessions.subscriptions._sessions
        assert {pattern: set(table) for pattern, table in tables.items()} == {
            pattern: listeners
            for pattern in PATTERNS
            if (
                listeners := {
                    known.client
                    for known in self.model.sessions.values()
                    if pattern in known.subscriptions
                }
            )
        }

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        for session in self.model.sessions.values():
            if not session.dismissed:
                assert session.heard + session.queue == session.expected

    @invariant()
    def no_deadline_is_late(self) -> None:
        deadline = self.engine.next_deadline()
        deadlines = [session.deadline for session in self.model.sessions.values()]
        assert (deadline is None) == (not deadlines)
        assert deadline is None or deadline <= min(deadlines)

    def teardown(self) -> None:
        self.model.release(self.now)
        self.compare(self.engine.release(self.now))
        assert self.waiting == set()
        for client_id, user in self.clients:
            self.ask([Connect(client_id, timeout=0.0)], user)
            known = self.model.sessions.get(client_id)
            assert known is None or known.heard == known.expected
        self.now += 1000.0
        self.advance()
        assert self.engine.session_count == 0
        assert self.engine.next_deadline() is None
        sessions = self.engine._sessions
        assert (len(sessions.subscriptions), len(sessions.deadlines)) == (0, 0)
        assert sessions._by_user == {}

    def handshake(self, user: str | None) -> str:
        exchange = next(self.exchanges)
        [send] = self.engine.receive(
            exchange, [{"channel": "/meta/handshake"}], peer=Peer(user=user), now=self.now
        )
        assert isinstance(send, Send)
        assert send.exchange == exchange
        [reply] = send.messages
        assert isinstance(reply, dict)
        assert reply["successful"] is True
        client_id: str = reply["clientId"]
        self.model.handshake(client_id, user, self.now)
        return client_id

    def request(self, kind: tuple[Any, ...], client: int) -> Request:
        make, *arguments = kind
        client_id, _ = self.clients[client % len(self.clients)]
        if make is Publish:
            arguments.append(next(self.numbers))
        request: Request = make(client_id, *arguments)
        return request

    def ask(self, requests: list[Request], user: str | None) -> None:
        exchange = next(self.exchanges)
        self.waiting.add(exchange)
        self.model.receive(exchange, requests, user, self.now)
        messages = [on_the_wire(request) for request in requests]
        self.compare(self.engine.receive(exchange, messages, peer=Peer(user=user), now=self.now))

    def advance(self) -> None:
        self.model.advance(self.now)
        self.compare(self.engine.advance(self.now))

    def compare(self, effects: list[Effect]) -> None:
        """Each effect ends an exchange that waits, and all are what the model expects."""
        outcomes: dict[int, Answered | Aborted] = {}
        for effect in effects:
            assert effect.exchange in self.waiting, f"nobody waits for {effect}"
            self.waiting.remove(effect.exchange)
            outcomes[effect.exchange] = self.outcome(effect)
        assert outcomes == self.model.outcomes
        self.model.outcomes.clear()

    def outcome(self, effect: Effect) -> Answered | Aborted:
        if isinstance(effect, Abort):
            return Aborted()
        assert isinstance(effect, Send)
        replies = tuple(
            message["successful"] for message in effect.messages if isinstance(message, dict)
        )
        events = events_in(effect)
        kinds = [isinstance(message, Event) for message in effect.messages]
        assert kinds == sorted(kinds, reverse=True), "events come before replies"
        if effect.client_id is not None and events:
            self.last_answers[effect.client_id] = effect
        return Answered(events, replies, effect.client_id)


def events_in(send: Send) -> tuple[int, ...]:
    return tuple(message.fields["data"] for message in send.messages if isinstance(message, Event))


def on_the_wire(request: Request) -> dict[str, Any]:
    match request:
        case Connect(client, timeout, interval):
            wishes = {"timeout": timeout, "interval": interval}
            advice = {key: wish * 1000 for key, wish in wishes.items() if wish is not None}
            message = {"channel": "/meta/connect", "clientId": client}
            return message | ({"advice": advice} if advice else {})
        case Subscribe(client, pattern):
            return {"channel": "/meta/subscribe", "clientId": client, "subscription": pattern}
        case Unsubscribe(client, pattern):
            return {"channel": "/meta/unsubscribe", "clientId": client, "subscription": pattern}
        case Publish(client, channel, number):
            return {"channel": channel, "clientId": client, "data": number}
        case Disconnect(client):
            return {"channel": "/meta/disconnect", "clientId": client}


@pytest.mark.parametrize(
    "options",
    [
        BayeuxOptions(),
        BayeuxOptions(meta_connect_deliver_only=True),
        BayeuxOptions(max_queue=1),
        BayeuxOptions(max_queue=2, meta_connect_deliver_only=True, timeout=5_000),
        BayeuxOptions(interval=2_000, max_interval=0, timeout=60_000),
    ],
    ids=["default", "deliver only", "one event", "two events, deliver only", "impatient"],
)
def test_the_engine_does_what_the_model_says(options: BayeuxOptions) -> None:
    machine = type("Machine", (Interleavings,), {"options": options})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=120, stateful_step_count=50, deadline=None)
    )
