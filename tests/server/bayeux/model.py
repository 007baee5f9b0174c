"""What the engine should do, said as simply as possible, to compare it with.

One list of sessions, gone through from end to end each time; no heap, no tables, no channel index.
Times are in seconds, and multiples of 1/4, so that no sum is ever rounded.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from switchbell.bayeux.options import BayeuxOptions

# Which of the subscriptions that the test uses match which of the channels that it uses.
MATCHING = {
    "/a": {"/a", "/*", "/**"},
    "/b": {"/b", "/*", "/**"},
    "/b/c": {"/b/c", "/b/*", "/b/**", "/**"},
}
PATTERNS = sorted(set().union(*MATCHING.values()))


@dataclass(frozen=True)
class Connect:
    client: str
    timeout: float | None = None
    interval: float | None = None


@dataclass(frozen=True)
class Subscribe:
    client: str
    pattern: str


@dataclass(frozen=True)
class Unsubscribe:
    client: str
    pattern: str


@dataclass(frozen=True)
class Publish:
    client: str
    channel: str
    number: int


@dataclass(frozen=True)
class Disconnect:
    client: str


Request: TypeAlias = Connect | Subscribe | Unsubscribe | Publish | Disconnect


@dataclass(frozen=True)
class Answered:
    """An exchange is answered: with these events, and with so many replies that succeed or not."""

    events: tuple[int, ...]
    replies: tuple[bool, ...]
    client: str | None = None


@dataclass(frozen=True)
class Aborted:
    """An exchange is superseded by a newer one."""


Outcome: TypeAlias = Answered | Aborted


@dataclass
class Known:
    """A session. ``expected`` is every event it ever was to hear, ``heard`` those it did."""

    client: str
    user: str | None
    expiry: float
    interval: float
    connected: bool = False
    dismissed: bool = False
    held: int | None = None
    held_until: float = 0.0
    queue: list[int] = field(default_factory=list)
    subscriptions: set[str] = field(default_factory=set)
    expected: list[int] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)

    @property
    def deadline(self) -> float:
        return self.expiry if self.held is None else self.held_until


class Model:
    """``outcomes`` collects what each call leads to, by exchange; the test takes them away."""

    def __init__(self, options: BayeuxOptions) -> None:
        self.options = options
        self.sessions: dict[str, Known] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.interval = options.interval / 1000
        self.patience = options.max_interval / 1000

    def handshake(self, client: str, user: str | None, now: float) -> None:
        expiry = now + self.interval + self.patience
        self.sessions[client] = Known(client, user, expiry, self.interval)

    def receive(self, exchange: int, requests: list[Request], user: str | None, now: float) -> None:
        bound: Known | None = None
        has_connect = False
        replies: list[bool] = []
        for request in requests:
            session = self.sessions.get(request.client)
            if session is None or session.user != user or bound not in (None, session):
                replies.append(False)
                continue
            if session.dismissed:
                if isinstance(request, Connect):
                    del self.sessions[session.client]
                    replies.append(True)  # the farewell
                replies.append(isinstance(request, Connect))
                continue
            bound = session
            if isinstance(request, Connect) and len(session.queue) > 2 * self.options.max_queue:
                # More has come back, sent but not received, than will ever do.
                self._end(session, ())
                replies.append(False)
                continue
            replies.append(True)
            if isinstance(request, Connect):
                has_connect = True
                if self._connect(exchange, request, session, len(requests) == 1, now):
                    return
            else:
                self._carry_out(request, session, now)
        self._answer(exchange, tuple(replies), bound, has_connect, now)

    def publish(self, published: list[tuple[str, int, set[str | None] | None]], now: float) -> None:
        for channel, number, audience in published:
            self._enqueue(channel, number, audience, now)
        self._wake(now, batching=None)

    def disconnect(self, client: str) -> None:
        session = self.sessions.get(client)
        if session is None:
            return
        if session.held is not None:
            self._end(session, (True, True))
        else:
            session.dismissed = True
            session.queue.clear()
            session.subscriptions.clear()

    def drop(self, client: str, now: float) -> None:
        session = self.sessions[client]
        session.held = None
        session.expiry = now + session.interval + self.patience

    def give_back(self, client: str, events: tuple[int, ...], now: float) -> None:
        session = self.sessions.get(client)
        if session is None or session.dismissed:
            return
        assert tuple(session.heard[len(session.heard) - len(events) :]) == events
        del session.heard[len(session.heard) - len(events) :]
        session.queue[:0] = events
        if session.held is not None and session.queue:
            self._answer_held(session, now)

    def advance(self, now: float) -> None:
        for session in list(self.sessions.values()):
            if session.held is not None and session.held_until <= now:
                self._answer_held(session, now)
            if session.held is None and session.expiry <= now:
                del self.sessions[session.client]

    def release(self, now: float) -> None:
        for session in self.sessions.values():
            if session.held is not None:
                self._answer_held(session, now)

    def _connect(
        self, exchange: int, request: Connect, session: Known, alone: bool, now: float
    ) -> bool:
        if session.held is not None:
            self._settle(session.held, Aborted())
            session.held = None
        timeout = self.options.timeout / 1000
        if request.timeout is not None:
            timeout = min(timeout, request.timeout)
        session.interval = self.interval if request.interval is None else request.interval
        waits = alone and session.connected and timeout > 0 and not session.queue
        session.connected = True
        if waits:
            session.held, session.held_until = exchange, now + timeout
        return waits

    def _carry_out(self, request: Request, session: Known, now: float) -> None:
        match request:
            case Subscribe():
                session.subscriptions.add(request.pattern)
            case Unsubscribe():
                session.subscriptions.discard(request.pattern)
            case Publish():
                self._enqueue(request.channel, request.number, None, now, batching=session)
                self._wake(now, batching=session)
            case Disconnect():
                self._end(session, (True,))

    def _answer(
        self,
        exchange: int,
        replies: tuple[bool, ...],
        bound: Known | None,
        has_connect: bool,
        now: float,
    ) -> None:
        alive = bound is not None and bound.client in self.sessions
        if bound is None or not alive:
            self._settle(exchange, Answered((), replies, bound and bound.client))
            return
        events: tuple[int, ...] = ()
        if has_connect or not self.options.meta_connect_deliver_only:
            events = self._take(bound)
        if bound.held is None and has_connect:
            bound.expiry = now + bound.interval + self.patience
        elif bound.held is None:
            bound.expiry = max(bound.expiry, now + self.patience)
        self._settle(exchange, Answered(events, replies, bound.client))
        if bound.held is not None and bound.queue:
            self._answer_held(bound, now)

    def _enqueue(
        self,
        channel: str,
        number: int,
        audience: set[str | None] | None,
        now: float,
        batching: Known | None = None,
    ) -> None:
        for session in list(self.sessions.values()):
            if audience is not None and session.user not in audience:
                continue
            if not session.subscriptions & MATCHING[channel]:
                continue
            session.queue.append(number)
            session.expected.append(number)
            if len(session.queue) > self.options.max_queue:
                if session.held is not None and session is not batching:
                    self._answer_held(session, now)
                else:
                    self._end(session, (False,))

    def _wake(self, now: float, batching: Known | None) -> None:
        for session in self.sessions.values():
            if session.held is not None and session.queue and session is not batching:
                self._answer_held(session, now)

    def _answer_held(self, session: Known, now: float) -> None:
        assert session.held is not None
        self._settle(session.held, Answered(self._take(session), (True,), session.client))
        session.held = None
        session.expiry = now + session.interval + self.patience

    def _end(self, session: Known, replies: tuple[bool, ...]) -> None:
        if session.held is not None:
            self._settle(session.held, Answered((), replies))
        del self.sessions[session.client]

    def _take(self, session: Known) -> tuple[int, ...]:
        events = tuple(session.queue)
        session.heard += events
        session.queue.clear()
        return events

    def _settle(self, exchange: int, outcome: Outcome) -> None:
        assert exchange not in self.outcomes
        self.outcomes[exchange] = outcome
