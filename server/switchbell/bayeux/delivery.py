"""How events reach clients: queues, held connects, and the time a client has to come again."""

from collections.abc import Iterable

from switchbell.bayeux.advice import HANDSHAKE_AGAIN, STOP
from switchbell.bayeux.effects import Abort, Effect, Send
from switchbell.bayeux.errors import Refusal
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.payload import Payload
from switchbell.bayeux.session import HeldConnect, Session
from switchbell.bayeux.sessions import Sessions


class Delivery:
    """Moves events from queues into answers."""

    def __init__(self, options: BayeuxOptions, sessions: Sessions) -> None:
        self._options = options
        self._sessions = sessions
        self._held: dict[int, Session] = {}
        self.releasing = False

    @property
    def held_count(self) -> int:
        return len(self._held)

    def hold(self, session: Session, connect: HeldConnect) -> None:
        session.held = connect
        self._held[connect.exchange] = session
        self._sessions.deadlines.set(session, connect.until)

    def drop(self, exchange: int, now: float) -> None:
        """Forget a held exchange that nobody waits for any more."""
        session = self._held.get(exchange)
        if session is not None:
            self._lose(session)
            self._await_connect(session, now)

    def supersede(self, session: Session, effects: list[Effect]) -> None:
        """End the held connect of a session for which a newer one has come."""
        if session.held is not None:
            status = self._options.duplicate_meta_connect_http_response_code
            effects.append(Abort(self._lose(session).exchange, status))

    def dismiss(self, session: Session, effects: list[Effect], *farewell: Reply) -> None:
        """End a session: its held connect is answered with ``farewell`` and told not to return."""
        if session.held is not None:
            held = self._let_go(session)
            last = held.reply | {"advice": STOP}
            effects.append(Send(held.exchange, (*farewell, last)))
        self._sessions.remove(session)

    def spread(
        self, event: Event, listeners: Iterable[Session], now: float, effects: list[Effect]
    ) -> None:
        """Queue an event for each listener, and answer those that wait for one."""
        self.enqueue(event, listeners, effects)
        self.wake(listeners, now, effects)

    def enqueue(self, event: Event, listeners: Iterable[Session], effects: list[Effect]) -> None:
        for session in listeners:
            if session.dismissed:
                continue
            session.append(event)
            if self._is_overfull(session):
                self._give_up(session, effects)

    def wake(self, listeners: Iterable[Session], now: float, effects: list[Effect]) -> None:
        """Answer those that wait for events and have some."""
        effects.extend(
            [
                self.answer_held(session, now)
                for session in listeners
                if session.held is not None and session.queue and not session.batching
            ]
        )

    def answer(self, payload: Payload) -> Send:
        """Everything that one request is answered with: events before replies, so that a client
        has seen them when it connects again."""
        session = payload.session
        events: list[Event] = []
        if session is not None and session in self._sessions:
            session.batching = False
            if payload.has_connect or not self._options.meta_connect_deliver_only:
                events = session.take()
            if session.held is None:
                self._await_connect(session, payload.now, at_least=not payload.has_connect)
        client_id = session.client_id if session is not None else None
        return Send(payload.exchange, (*events, *payload.replies), client_id)

    def answer_held(self, session: Session, now: float) -> Send:
        held = self._let_go(session)
        self._await_connect(session, now)
        return Send(held.exchange, (*session.take(), held.reply), session.client_id)

    def answer_all_held(self, now: float) -> list[Effect]:
        return [self.answer_held(session, now) for session in list(self._held.values())]

    def _lose(self, session: Session) -> HeldConnect:
        """Let go of a held connect whose reply, and with it any advice, reaches nobody."""
        held = self._let_go(session)
        if "advice" in held.reply:
            session.advised = False
        return held

    def _let_go(self, session: Session) -> HeldConnect:
        held = session.held
        assert held is not None
        session.held = None
        del self._held[held.exchange]
        return held

    def _await_connect(self, session: Session, now: float, *, at_least: bool = False) -> None:
        """Start the time within which the client must connect. A request that is no connect can
        only lengthen what is left of it (``at_least``)."""
        patience = self._options.max_interval / 1000
        if at_least:
            session.expiry = max(session.expiry, now + patience)
        else:
            session.expiry = now + session.interval + patience
        self._sessions.deadlines.set(session, session.expiry)

    def _is_overfull(self, session: Session) -> bool:
        return (
            len(session.queue) > self._options.max_queue
            or session.queued_bytes > self._options.max_queue_bytes
        )

    def _give_up(self, session: Session, effects: list[Effect]) -> None:
        """Drop a session that does not come for its events in time. A client can be told that it
        missed some in no other way than by 402."""
        if session.held is not None:
            held = self._let_go(session)
            lost = {
                "successful": False,
                "error": Refusal.SESSION_UNKNOWN,
                "advice": HANDSHAKE_AGAIN,
            }
            effects.append(Send(held.exchange, (held.reply | lost,)))
        self._sessions.remove(session)
