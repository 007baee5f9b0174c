"""The Bayeux server: messages and the time in, effects out.

The engine never waits, never looks at a clock and never touches a socket. It is told what arrived
(:meth:`Engine.receive`), what to spread (:meth:`Engine.publish`), which requests were lost
(:meth:`Engine.drop`) and what time it is (:meth:`Engine.advance`, no later than
:meth:`Engine.next_deadline`), and answers each time with what is to be sent. Times are seconds of
any one clock that does not go backwards.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from switchbell.bayeux import channel as channels
from switchbell.bayeux.delivery import Delivery
from switchbell.bayeux.effects import Effect, Send
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.payload import Payload
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.protocol import FAREWELL, Protocol
from switchbell.bayeux.publication import Publication
from switchbell.bayeux.service import Service
from switchbell.bayeux.session import Session
from switchbell.bayeux.sessions import Sessions


class Engine:
    """Sessions, their subscriptions and queues, and the connects that wait.

    ``new_client_id`` gives a fresh, unguessable id at each call: letters and digits, 128 random
    bits or more. ``services`` has the handler of each service channel.
    """

    def __init__(
        self,
        options: BayeuxOptions | None = None,
        policy: Policy | None = None,
        *,
        new_client_id: Callable[[], str],
        services: Mapping[str, Service] | None = None,
    ) -> None:
        options = options or BayeuxOptions()
        self._sessions = Sessions(new_client_id)
        self._delivery = Delivery(options, self._sessions)
        self._protocol = Protocol(
            options, policy or Policy(), self._sessions, self._delivery, services or {}
        )

    @property
    def session_count(self) -> int:
        return len(self._sessions)

    @property
    def held_count(self) -> int:
        """How many exchanges wait for their answer."""
        return self._delivery.held_count

    def receive(
        self, exchange: int, messages: list[dict[str, Any]], *, user: str | None, now: float
    ) -> list[Effect]:
        """Process what one request brought, in order. ``exchange`` is a new number.

        Either the effects answer the exchange, or it is held and a later call will. ``user`` is
        who the request comes from: a session can be used by the user that made it only. Nothing
        that a client sends raises an exception.
        """
        payload = Payload(exchange, user, now, alone=len(messages) == 1)
        self._protocol.process(messages, payload)
        session, effects = payload.session, payload.effects
        if session is not None and payload.hold is not None:
            self._delivery.hold(session, payload.hold)
            return effects
        effects.append(self._delivery.answer(payload))
        if session is not None and session.held is not None and session.queue:
            effects.append(self._delivery.answer_held(session, now))
        return effects

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
        hearing: dict[Session, None] = {}
        for event, listeners in [self._prepare(publication) for publication in publications]:
            self._delivery.enqueue(event, listeners, effects)
            hearing.update(dict.fromkeys(listeners))
        self._delivery.wake(hearing, now, effects)
        return effects

    def _prepare(self, publication: Publication) -> tuple[Event, list[Session]]:
        """The event of a publication, encoded if anybody is to hear it, and who that is."""
        channel = _broadcast(publication.channel)
        event = Event({"channel": channel, "data": publication.data})
        listeners = self._sessions.listeners(channel, publication.audience)
        if listeners:
            event.encode()
        return event, listeners

    def push(self, client_id: str, channel: str, data: Any, *, now: float) -> list[Effect]:
        """Send an event to one session, subscribed or not; on service channels that is the way.

        It carries no id: clients take a service message with one for a reply. A session that is
        gone hears nothing.
        """
        effects: list[Effect] = []
        session = self._sessions.get(client_id)
        if session is not None:
            event = Event({"channel": channel, "data": data})
            self._delivery.spread(event, [session], now, effects)
        return effects

    def disconnect(self, client_id: str) -> list[Effect]:
        """End a session from this side. Its client hears of it at once if a connect is held, and
        otherwise with its next connect, if that comes before the session expires."""
        effects: list[Effect] = []
        session = self._sessions.get(client_id)
        if session is None:
            return effects
        if session.held is not None:
            self._delivery.dismiss(session, effects, FAREWELL)
        else:
            self._sessions.subscriptions.discard_all(session)
            session.clear()
            session.dismissed = True
        return effects

    def drop(self, exchange: int, *, now: float) -> None:
        """The peer of a held exchange is gone. Its session lives on for a while: the client may
        come back for what is queued."""
        self._delivery.drop(exchange, now)

    def give_back(self, send: Send, *, now: float) -> list[Effect]:
        """Take back an answer that did not reach the wire. Its events go out before all others."""
        session = self._sessions.get(send.client_id) if send.client_id else None
        events = [message for message in send.messages if isinstance(message, Event)]
        if session is None or session.dismissed:
            return []
        session.advised = False
        session.put_back(events)
        if session.held is not None and events:
            return [self._delivery.answer_held(session, now)]
        return []

    def advance(self, now: float) -> list[Effect]:
        """Do what is due: answer connects that were held long enough, end sessions whose client
        has not come back."""
        effects: list[Effect] = []
        for session in self._sessions.deadlines.due(now):
            if session.held is not None:
                effects.append(self._delivery.answer_held(session, now))
            else:
                self._sessions.remove(session)
        return effects

    def next_deadline(self) -> float | None:
        """When :meth:`advance` must be called at the latest; None while there is no session."""
        return self._sessions.deadlines.next()

    def release(self, now: float) -> list[Effect]:
        """The server stops: answer everything that is held, and hold nothing any more."""
        self._delivery.releasing = True
        return self._delivery.answer_all_held(now)


def _broadcast(value: str) -> str:
    channel = channels.name(value)
    if channels.is_meta(channel) or channels.is_service(channel):
        raise channels.InvalidChannel(channel)
    return channel
