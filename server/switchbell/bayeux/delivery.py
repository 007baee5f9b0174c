"""How events reach clients: queues, held connects, sockets, and the time a client has to come
again."""

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from switchbell.bayeux.advice import HANDSHAKE_AGAIN, STOP
from switchbell.bayeux.connections import Connections
from switchbell.bayeux.effects import Abort, Close, CloseCode, Effect, Send
from switchbell.bayeux.errors import Refusal
from switchbell.bayeux.extensions.extension import Extension, ask
from switchbell.bayeux.listener import Ending
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.session import NEVER, Session
from switchbell.bayeux.sessions import Sessions

LOST: Reply = {
    "successful": False,
    "error": Refusal.SESSION_UNKNOWN,
    "advice": HANDSHAKE_AGAIN,
}
"""What turns the reply to a connect into one that says that its session is no more."""


def farewell() -> Reply:
    """How a client hears that the server has ended its session."""
    return {"channel": "/meta/disconnect", "successful": True}


class Delivery:
    """Moves events from queues into answers and onto sockets."""

    def __init__(
        self,
        options: BayeuxOptions,
        sessions: Sessions,
        connections: Connections,
        extensions: Sequence[Extension],
    ) -> None:
        self._options = options
        self._sessions = sessions
        self._connections = connections
        self._extensions = extensions
        self._batches = 0
        self._hearing: dict[Session, None] = {}
        self.unsent: Callable[[int], Iterable[Send]] = _nothing
        self.releasing = False

    def attach(self, session: Session, socket: int, now: float, effects: list[Effect]) -> None:
        """Write the events of ``session`` to ``socket`` from now on, and nobody else's."""
        if session.socket != socket:
            self.leave_socket(session, now, effects)
            self._connections.attach(session, socket, now)

    def leave_socket(self, session: Session, now: float, effects: list[Effect]) -> None:
        """Close the socket of a session that goes on elsewhere, and takes along what is not written
        yet."""
        socket = session.socket
        if socket is not None:
            self._connections.forget_socket(socket, now)
            self._wake(self.take_back(self.unsent(socket)), now, effects)
            effects.append(Close(socket))

    def supersede(self, session: Session, effects: list[Effect]) -> None:
        """End the held connect of a session for which a newer one has come. Over a socket the
        older one is never answered."""
        if session.held is None:
            return
        held = self._connections.lose(session)
        if not self._connections.is_socket(held.exchange):
            status = self._options.duplicate_meta_connect_http_response_code
            effects.append(Abort(held.exchange, status))

    # Endings.

    def dismiss(
        self,
        session: Session,
        ending: Ending,
        now: float,
        effects: list[Effect],
        *,
        but_not: int | None = None,
    ) -> None:
        """End a session. If a connect is held it is answered, and told not to return. Its socket
        is closed, ``but_not`` that on which something is still to be said."""
        if session.held is not None:
            held = self._connections.let_go(session)
            first = [farewell()] if ending is Ending.DISMISSED else []
            last = held.reply | {"advice": STOP}
            effects.append(self._send(held.exchange, None, (*first, last), now))
        elif session.socket is not None and ending is Ending.DISMISSED:
            last = farewell() | {"advice": STOP}
            effects.append(self._send(session.socket, None, (last,), now))
        socket = session.socket
        self.end(session, ending)
        if socket is not None and socket != but_not:
            effects.append(Close(socket))
            self._connections.forget_socket(socket, now)

    def expel(self, session: Session, now: float, effects: list[Effect]) -> None:
        """End a session from this side. A client that cannot be told now is told when it connects,
        if it does in time."""
        if session.held is not None or session.socket is not None:
            self.dismiss(session, Ending.DISMISSED, now, effects)
            return
        session.dismissed = True
        self._sessions.subscriptions.discard_all(session)
        session.clear()

    def end(self, session: Session, ending: Ending) -> None:
        """Forget a session. Its socket stays open for another."""
        self._connections.release(session)
        self._sessions.remove(session, ending)

    def _give_up(self, session: Session, now: float, effects: list[Effect]) -> None:
        """Drop a session that does not come for its events in time. A client can be told that it
        missed some in no other way than by 402."""
        if session.held is not None:
            held = self._connections.let_go(session)
            effects.append(self._send(held.exchange, None, (held.reply | LOST,), now))
        self.end(session, Ending.OVERRUN)

    # Events.

    def spread(
        self,
        event: Event,
        listeners: Iterable[Session],
        now: float,
        effects: list[Effect],
        *,
        lazy: bool = False,
    ) -> None:
        """Queue an event for each listener, and send it to those who can be sent to. A lazy one
        may wait."""
        due = now + self._options.max_lazy_timeout / 1000 if lazy else NEVER
        for session in listeners:
            if session.dismissed:
                continue
            session.append(event)
            if self._is_overfull(session):
                self._relieve(session, now, effects)
            elif not lazy:
                session.urgent = True
            elif not session.urgent and session.lazy_due > due:
                session.lazy_due = due
                self._connections.schedule(session)
        if self._batches:
            self._hearing.update(dict.fromkeys(listeners))
        else:
            self._wake(listeners, now, effects)

    def _relieve(self, session: Session, now: float, effects: list[Effect]) -> None:
        """Too much waits: send it, batch or not, or give the session up."""
        if not session.batching:
            self.flush(session, now, effects)
        if self._is_overfull(session):
            self._give_up(session, now, effects)

    def begin_batch(self) -> None:
        """Have what is spread wait until the batch ends."""
        self._batches += 1

    def end_batch(self, now: float, effects: list[Effect]) -> None:
        self._batches -= 1
        if not self._batches:
            hearing, self._hearing = self._hearing, {}
            self._wake(hearing, now, effects)

    def _wake(self, listeners: Iterable[Session], now: float, effects: list[Effect]) -> None:
        """Send to those who have something that is not to wait, and can be sent to."""
        for session in listeners:
            if session.urgent and not session.batching:
                self.flush(session, now, effects)

    def flush(self, session: Session, now: float, effects: list[Effect]) -> None:
        """Send what is queued, if there is a way for it."""
        if session.socket is not None and not self.is_for_connects_only(session, on_socket=True):
            effects.append(self._send(session.socket, session, (), now))
        elif session.held is not None:
            effects.append(self.answer_held(session, now))

    def is_for_connects_only(self, session: Session, *, on_socket: bool) -> bool:
        """Whether events travel with replies to connects only, over HTTP or over a socket."""
        options = self._options
        if on_socket and options.ws_meta_connect_deliver_only is not None:
            return session.deliver_only or options.ws_meta_connect_deliver_only
        return session.deliver_only or options.meta_connect_deliver_only

    def take_back(self, sends: Iterable[Send]) -> list[Session]:
        """Queue again what was sent and did not reach the wire. Returns the sessions it was for."""
        lost: dict[Session, tuple[list[Event], list[int]]] = {}
        for send in sends:
            session = self._sessions.get(send.client_id) if send.client_id else None
            if session is not None and not session.dismissed:
                events, numbers = lost.setdefault(session, ([], []))
                events += [message for message in send.messages if isinstance(message, Event)]
                numbers += send.numbers
        for session, (events, numbers) in lost.items():
            session.advised = None
            if not session.keeps_sent:
                session.put_back(events, numbers)
        return list(lost)

    def answer(
        self,
        exchange: int,
        session: Session | None,
        replies: Sequence[Reply],
        now: float,
        *,
        events: bool = False,
    ) -> Send:
        """Replies, after all that is queued if ``events`` may come with them: a client should have
        seen those when it connects again."""
        return self._send(exchange, session, replies, now, events=events)

    def answer_handshake(
        self, exchange: int, session: Session, replies: Sequence[Reply], now: float
    ) -> Send:
        """Replies, and behind them what is queued, where that is allowed."""
        if not self._options.allow_message_delivery_during_handshake:
            return self._send(exchange, session, replies, now, events=False)
        for reply in replies:
            if "clientId" in reply:
                reply["x-messages"] = len(session.queue)
        send = self._send(exchange, session, replies, now)
        events = send.messages[: len(send.messages) - len(replies)]
        return replace(send, messages=(*replies, *events))

    def answer_held(self, session: Session, now: float) -> Send:
        held = self._connections.let_go(session)
        self._connections.await_connect(session, now)
        return self._send(held.exchange, session, (held.reply,), now)

    def release(self, now: float) -> list[Effect]:
        """Answer all that is held, close all sockets, and hold nothing from now on."""
        self.releasing = True
        effects: list[Effect] = []
        effects += [self.answer_held(session, now) for session in self._connections.holding]
        for socket in self._connections.sockets:
            effects.append(Close(socket, CloseCode.GOING_AWAY))
            self._connections.forget_socket(socket, now)
        return effects

    def come_due(self, session: Session, now: float, effects: list[Effect]) -> None:
        """Do what the deadline of a session was for."""
        if session.lazy_due <= now:
            session.lazy_due = NEVER
            session.urgent = True
            if not session.batching:
                self.flush(session, now, effects)
        if session.held is not None and session.held.until <= now:
            effects.append(self.answer_held(session, now))
        elif session.held is None and session.expiry <= now:
            self.end(session, Ending.DISMISSED if session.dismissed else Ending.EXPIRED)
        else:
            self._connections.schedule(session)

    def _send(
        self,
        exchange: int,
        session: Session | None,
        replies: Sequence[Reply],
        now: float,
        *,
        events: bool = True,
    ) -> Send:
        queued: Sequence[Event] = ()
        numbers: Sequence[int] = ()
        if events and session is not None:
            # A socket sends it bit by bit; an HTTP answer is made in one piece.
            on_socket = self._connections.is_socket(exchange)
            queued, numbers = session.take(None if on_socket else self._options.max_queue_bytes)
        for extension in self._extensions:
            ask(extension.sending, session, queued, replies, now)
        client_id = session.client_id if session is not None else None
        return Send(exchange, (*queued, *replies), client_id, numbers)

    def is_hopeless(self, session: Session) -> bool:
        """Whether more has come back to a session, sent but not received, than will ever do."""
        return self._is_overfull(session, times=2)

    def _is_overfull(self, session: Session, times: int = 1) -> bool:
        options = self._options
        return (
            len(session.queue) - session.excused > times * options.max_queue
            or session.queued_bytes - session.excused_bytes > times * options.max_queue_bytes
        )


def _nothing(socket: int) -> Iterable[Send]:
    return ()
