"""Publishing, by clients and by the server: events are made and find those who hear them."""

from collections.abc import Iterable
from typing import Any

from switchbell.bayeux import channel as channels
from switchbell.bayeux.context import Context
from switchbell.bayeux.effects import Effect
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.extensions.extension import ask
from switchbell.bayeux.message import Event
from switchbell.bayeux.payload import Request
from switchbell.bayeux.publication import Publication
from switchbell.bayeux.service import ServiceRequest
from switchbell.bayeux.session import Session


class Publishing:
    """Handles messages that are not the protocol's own, and spreads what the server publishes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lazy = frozenset(map(channels.pattern, context.options.lazy_channels))

    def publish(self, request: Request) -> None:
        """A client publishes, or calls a service."""
        session, message, options = request.session(), request.message, self._context.options
        try:
            channel = channels.name(message["channel"])
        except channels.InvalidChannel:
            raise MessageRefused(Refusal.CHANNEL_INVALID) from None
        if len(channel) > options.max_channel_length:
            raise MessageRefused(Refusal.CHANNEL_INVALID)
        if "data" not in message:
            raise MessageRefused(Refusal.DATA_MISSING)
        self._context.require_publication(session.user, channel)
        if channels.is_service(channel):
            self._serve(channel, request, session)
            return
        event = Event.published({**message, "channel": channel})
        self._create(event)
        listeners = self._context.sessions.listeners(channel, None)
        if not options.broadcast_to_publisher:
            listeners = [listener for listener in listeners if listener is not session]
        self._spread(event, listeners, None, request.payload.now, request.payload.effects)

    def publish_all(
        self, publications: Iterable[Publication], now: float, effects: list[Effect]
    ) -> None:
        """Spread events of the server's own. Raises InvalidChannel and TypeError, and then spreads
        none."""
        prepared = [(self._prepare(publication), publication) for publication in publications]
        delivery = self._context.delivery
        delivery.begin_batch()
        try:
            for (event, listeners), publication in prepared:
                audience = publication.audience
                self._spread(event, listeners, audience, now, effects, lazy=publication.lazy)
        finally:
            delivery.end_batch(now, effects)

    def push(self, session: Session, event: Event, now: float, effects: list[Effect]) -> None:
        """Send an event to one session."""
        self._create(event)
        self._context.delivery.spread(event, [session], now, effects)

    def _prepare(self, publication: Publication) -> tuple[Event, list[Session]]:
        """The event of a publication, encoded if anybody is to hear it, and who that is."""
        channel = _broadcast(publication.channel)
        event = Event({"channel": channel, "data": publication.data})
        event.replay_id = publication.replay_id
        self._create(event)
        listeners = self._context.sessions.listeners(channel, publication.audience)
        if listeners or self._context.extensions:
            event.encode()
        return event, listeners

    def _create(self, event: Event) -> None:
        for extension in self._context.extensions:
            ask(extension.created, event)

    def _spread(
        self,
        event: Event,
        listeners: list[Session],
        audience: Iterable[str] | None,
        now: float,
        effects: list[Effect],
        *,
        lazy: bool = False,
    ) -> None:
        for extension in self._context.extensions:
            ask(extension.published, event, audience)
        if self._lazy and not lazy:
            lazy = not self._lazy.isdisjoint(channels.patterns(event.fields["channel"]))
        self._context.delivery.spread(event, listeners, now, effects, lazy=lazy)

    def _serve(self, channel: str, request: Request, session: Session) -> None:
        service = self._context.services.get(channel)
        if service is None:
            return
        message, payload = request.message, request.payload
        answer = service(
            ServiceRequest(
                channel=channel,
                data=message["data"],
                client_id=session.client_id,
                user=session.user,
                id=message.get("id"),
                ext=message.get("ext"),
            )
        )
        if answer is not None:
            event = answer_to(channel, message.get("id"), answer.data)
            self.push(session, event, payload.now, payload.effects)


def answer_to(channel: str, message_id: str | float | None, data: Any) -> Event:
    """The answer to a remote call. The id is how the client knows it; other pushes have none."""
    identity = {} if message_id is None else {"id": message_id}
    return Event({"channel": channel, **identity, "data": data})


def _broadcast(value: str) -> str:
    channel = channels.name(value)
    if channels.is_meta(channel) or channels.is_service(channel):
        raise channels.InvalidChannel(channel)
    return channel
