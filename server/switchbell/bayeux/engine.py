"""The Bayeux server: messages and the time in, effects out.

The engine never waits, never looks at a clock and never touches a socket. It is told what arrived
(:meth:`Engine.receive`), what to spread (:meth:`Engine.publish`), which requests were lost
(:meth:`Engine.drop`) and what time it is (:meth:`Engine.advance`, no later than
:meth:`Engine.next_deadline`), and answers each time with what is to be sent. Times are seconds of
any one clock that does not go backwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from switchbell.bayeux.authorizers import Authorizer, Authorizers
from switchbell.bayeux.connections import Connections
from switchbell.bayeux.context import Context
from switchbell.bayeux.delivery import Delivery
from switchbell.bayeux.effects import Close, CloseCode, Effect, Send
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.listener import SessionListener
from switchbell.bayeux.options import WEBSOCKET, BayeuxOptions
from switchbell.bayeux.payload import Payload
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.protocol import Protocol
from switchbell.bayeux.publication import Publication
from switchbell.bayeux.publishing import Publishing, answer_to
from switchbell.bayeux.service import Service, checked
from switchbell.bayeux.sessions import Sessions


class Engine:
    """Sessions, their subscriptions and queues, and the connects that wait.

    ``new_client_id`` gives a fresh, unguessable id at each call: letters and digits, 128 random
    bits or more. ``services`` has the handler of each service channel, ``authorizers`` those of
    channels and wildcards; ``extensions`` are asked in their order; ``listener`` hears of sessions.
    Raises InvalidChannel for a service's or an authorizer's channel that is none, and TypeError for
    a service that is a coroutine function.
    """

    def __init__(
        self,
        options: BayeuxOptions | None = None,
        policy: Policy | None = None,
        *,
        new_client_id: Callable[[], str],
        services: Mapping[str, Service] | None = None,
        authorizers: Mapping[str, Sequence[Authorizer]] | None = None,
        extensions: Sequence[Extension] = (),
        listener: SessionListener | None = None,
    ) -> None:
        self.options = options or BayeuxOptions()
        self._sessions = Sessions(new_client_id, extensions, listener)
        self._connections = Connections(self.options, self._sessions.deadlines)
        self._delivery = Delivery(self.options, self._sessions, self._connections, extensions)
        self.policy = policy or Policy()
        context = Context(
            self.options,
            self.policy,
            Authorizers(authorizers),
            checked(services or {}),
            extensions,
            self._sessions,
            self._connections,
            self._delivery,
        )
        self._publishing = Publishing(context)
        self._protocol = Protocol(context, self._publishing)

    @property
    def session_count(self) -> int:
        return len(self._sessions)

    @property
    def held_count(self) -> int:
        """How many connects wait for their answer."""
        return self._connections.held_count

    @property
    def socket_count(self) -> int:
        """How many sockets are open."""
        return self._connections.socket_count

    def ask_unsent(self, unsent: Callable[[int], Iterable[Send]]) -> None:
        """Have the engine ask ``unsent`` what was sent to a socket and not written yet, and will
        not be any more, when a session leaves that socket: it takes that along, in its order."""
        self._delivery.unsent = unsent

    def open(self, socket: int) -> list[Effect]:
        """A WebSocket was opened. ``socket`` is a new number, by which it will send and be sent to
        until :meth:`drop` or a Close effect, after which nothing may come from it."""
        if self._delivery.releasing:
            return [Close(socket, CloseCode.GOING_AWAY)]
        self._connections.open(socket)
        return []

    def receive(
        self, exchange: int, messages: list[dict[str, Any]], *, peer: Peer, now: float
    ) -> list[Effect]:
        """Process what one request brought, in order. ``exchange`` is a new number for each HTTP
        request, and that of the socket for each of its messages.

        Either the effects answer an HTTP request, or it is held and a later call will. A session
        can be used by the user, and the browser, that made it only. Nothing that a client sends
        raises an exception.
        """
        payload = Payload(
            exchange, peer, now, alone=len(messages) == 1, is_on_socket=peer.transport == WEBSOCKET
        )
        self._protocol.process(messages, payload)
        self._protocol.answer(payload)
        self._sessions.report()
        return payload.effects

    def publish(
        self, channel: str, data: Any, *, audience: Iterable[str] | None = None, now: float
    ) -> list[Effect]:
        """Spread an event of the server's own on a broadcast channel.

        ``audience`` limits it to the sessions of these users; without it, everybody who subscribed
        hears it. Raises InvalidChannel for a wildcard, meta or service channel, and TypeError for
        data that JSON has no form for.
        """
        publication = Publication(channel=channel, data=data, audience=audience)
        return self.publish_all([publication], now=now)

    def publish_all(self, publications: Iterable[Publication], *, now: float) -> list[Effect]:
        """Publish several events at once: a client that hears more than one of them gets them in
        one answer. Raises what :meth:`publish` does, and then publishes none."""
        effects: list[Effect] = []
        self._publishing.publish_all(publications, now, effects)
        self._sessions.report()
        return effects

    def push(
        self,
        client_id: str,
        channel: str,
        data: Any,
        *,
        message_id: str | float | None = None,
        now: float,
    ) -> list[Effect]:
        """Send an event to one session, subscribed or not; on service channels that is the way.

        ``message_id`` is for the answer to a remote call: the id of that. Other pushes must have
        none, since clients take a service message with one for a reply. A session that is gone
        hears nothing. Raises TypeError for data that JSON has no form for.
        """
        effects: list[Effect] = []
        session = self._sessions.get(client_id)
        if session is not None:
            self._publishing.push(session, answer_to(channel, message_id, data), now, effects)
            self._sessions.report()
        return effects

    def is_used(self, socket: int) -> bool:
        """Whether a session's events are written to a socket."""
        return self._connections.user_of(socket) is not None

    def begin_batch(self) -> None:
        """Hold back what is published and pushed until :meth:`end_batch`: a client that hears
        several events then gets them in one answer. Batches can be nested."""
        self._delivery.begin_batch()

    def end_batch(self, *, now: float) -> list[Effect]:
        """Send what was held back."""
        effects: list[Effect] = []
        self._delivery.end_batch(now, effects)
        return effects

    def disconnect(self, client_id: str, *, now: float) -> list[Effect]:
        """End a session from this side. Its client hears of it at once if a connect is held or a
        socket open, and otherwise with its next connect, if that comes before the session
        expires."""
        effects: list[Effect] = []
        session = self._sessions.get(client_id)
        if session is None:
            return effects
        session.dismissed = True
        if not session.batching:  # otherwise when that is answered
            self._delivery.expel(session, now, effects)
            self._sessions.report()
        return effects

    def hurry(self, user: str, *, now: float) -> list[Effect]:
        """Answer all connects of a user that are held, although nothing has come and it is not time
        yet: he may not be known any more, and whoever is comes again at once."""
        held = [session for session in self._sessions.of(user) if session.held is not None]
        return [self._delivery.answer_held(session, now) for session in held]

    def drop(self, exchange: int, *, now: float) -> None:
        """The peer of a held exchange is gone, or a socket. The session lives on for a while: its
        client may come back for what is queued."""
        self._connections.drop(exchange, now)

    def give_back(self, sends: Iterable[Send], *, now: float) -> list[Effect]:
        """Take back what did not reach the wire; its events go out before all others. What was lost
        at once must be given back at once, or some of it would go out before what was sent
        earlier."""
        effects: list[Effect] = []
        for session in self._delivery.take_back(sends):
            if session.urgent and not session.batching:
                self._delivery.flush(session, now, effects)
        return effects

    def advance(self, now: float) -> list[Effect]:
        """Do what is due: answer connects that were held long enough, end sessions whose client
        has not come back."""
        effects: list[Effect] = []
        for session in self._sessions.deadlines.due(now):
            self._delivery.come_due(session, now, effects)
        self._sessions.report()
        return effects

    def next_deadline(self) -> float | None:
        """When :meth:`advance` must be called at the latest; None while there is no session."""
        return self._sessions.deadlines.next()

    def release(self, now: float) -> list[Effect]:
        """The server stops: answer everything that is held, close all sockets, and hold nothing
        any more."""
        return self._delivery.release(now)
