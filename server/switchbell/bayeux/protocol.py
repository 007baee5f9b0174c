"""What each message asks for, and the reply it gets."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

from switchbell.bayeux import channel as channels
from switchbell.bayeux.advice import HANDSHAKE_AGAIN, STOP, Advice, retry
from switchbell.bayeux.delivery import Delivery
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.payload import Payload
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Service, ServiceRequest
from switchbell.bayeux.session import HeldConnect, Session
from switchbell.bayeux.sessions import Sessions

VERSION = "1.0"
CONNECTION_TYPES = ("long-polling",)

# A client may ask for a longer interval than configured, and its session then lives that much
# longer. Somewhere that has to end.
LONGEST_CLIENT_INTERVAL = 600_000

FAREWELL: Reply = {"channel": "/meta/disconnect", "successful": True}

_SUBSCRIBING = ("/meta/subscribe", "/meta/unsubscribe")

logger = logging.getLogger(__name__)

Message: TypeAlias = Mapping[str, Any]


class Protocol:
    """The handlers of the meta channels and of publish messages."""

    def __init__(
        self,
        options: BayeuxOptions,
        policy: Policy,
        sessions: Sessions,
        delivery: Delivery,
        services: Mapping[str, Service],
    ) -> None:
        self._options = options
        self._policy = policy
        self._sessions = sessions
        self._delivery = delivery
        self._services = services
        # Names are compared whole: a prefix would let /meta/subscribe/x past every check.
        self._meta: dict[str, Callable[[Message, Reply, Payload], None]] = {
            "/meta/handshake": self._handshake,
            "/meta/connect": self._connect,
            "/meta/subscribe": self._subscribe,
            "/meta/unsubscribe": self._unsubscribe,
            "/meta/disconnect": self._disconnect,
        }

    def process(self, messages: list[dict[str, Any]], payload: Payload) -> None:
        """Process messages in their order. Each leaves one reply in ``payload``, but for a connect
        that has to wait: that is then in ``payload.hold``."""
        handshakes = [
            message for message in messages if message.get("channel") == "/meta/handshake"
        ]
        for message in messages:
            reply: Reply = {"channel": "", "successful": True}
            payload.replies.append(reply)
            try:
                handler = self._address(message, reply)
                if handshakes and message is not handshakes[0]:
                    raise MessageRefused(Refusal.HANDSHAKE_NOT_ALONE)
                handler(message, reply, payload)
            except MessageRefused as refused:
                _refuse(reply, refused)
            except Exception:
                # A policy or a service of the application's has failed. Its message fails, but
                # neither the rest of the payload nor others who are waiting for an event of it.
                logger.exception("Processing a Bayeux message failed")
                _refuse(reply, MessageRefused(Refusal.SERVER_ERROR))

    def _address(self, message: Message, reply: Reply) -> Callable[[Message, Reply, Payload], None]:
        """Fill in whom and what the reply is for, and find who handles the message."""
        channel = message.get("channel")
        if isinstance(channel, str):
            reply["channel"] = channel
        # Clients look for the subscription in the reply, refused or not.
        if channel in _SUBSCRIBING and "subscription" in message:
            reply["subscription"] = message["subscription"]
        match message.get("id"):
            case bool():
                raise MessageRefused(Refusal.MESSAGE_ID_INVALID)
            case str() | int() | float() as message_id:
                reply["id"] = message_id
            case None:
                pass
            case _:
                raise MessageRefused(Refusal.MESSAGE_ID_INVALID)
        if channel is None:
            raise MessageRefused(Refusal.CHANNEL_MISSING)
        if not isinstance(channel, str):
            raise MessageRefused(Refusal.CHANNEL_INVALID)
        if not channels.is_meta(channel):
            return self._publish
        if channel not in self._meta:
            raise MessageRefused(Refusal.CHANNEL_UNKNOWN)
        return self._meta[channel]

    def _find(self, message: Message, payload: Payload) -> Session | None:
        """The session that a message speaks for: one for the whole payload, and the user's own."""
        client_id = message.get("clientId")
        session = self._sessions.get(client_id) if isinstance(client_id, str) else None
        if session is None or session.user != payload.user:
            return None
        return session if payload.session in (None, session) else None

    def _session(self, message: Message, payload: Payload, advice: Advice | None = None) -> Session:
        session = self._find(message, payload)
        if session is None or session.dismissed:
            raise MessageRefused(Refusal.SESSION_UNKNOWN, advice)
        payload.session = session
        # Until this request is answered, its own session's events wait for that answer.
        session.batching = not (payload.alone and payload.has_connect)
        return session

    def _handshake(self, message: Message, reply: Reply, payload: Payload) -> None:
        offered = message.get("supportedConnectionTypes")
        if isinstance(offered, list) and not any(kind in CONNECTION_TYPES for kind in offered):
            raise MessageRefused(Refusal.CONNECTION_TYPES, STOP)
        if not self._policy.can_handshake(payload.user):
            raise MessageRefused(Refusal.HANDSHAKE_DENIED, STOP)
        if self._is_overdoing_it(payload.user):
            raise MessageRefused(Refusal.TOO_MANY_SESSIONS, HANDSHAKE_AGAIN)
        interval = self._options.interval / 1000
        session = self._sessions.create(payload.user, interval=interval, expiry=payload.now)
        session.expiry += interval + self._options.max_interval / 1000
        payload.session = session
        reply |= {
            "version": VERSION,
            "minimumVersion": VERSION,
            "supportedConnectionTypes": list(CONNECTION_TYPES),
            "clientId": session.client_id,
            "advice": self._advice(self._options.interval),
        }

    def _is_overdoing_it(self, user: str | None) -> bool:
        # Those who have not said who they are may be any number of people.
        return (
            user is not None
            and self._sessions.count_of(user) >= self._options.max_sessions_per_user
        )

    def _connect(self, message: Message, reply: Reply, payload: Payload) -> None:
        session = self._find(message, payload)
        payload.has_connect |= session is not None
        if session is not None and session.dismissed:
            self._sessions.remove(session)
            payload.replies.insert(-1, FAREWELL)
            reply["advice"] = STOP
            return
        session = self._session(message, payload, HANDSHAKE_AGAIN)
        self._delivery.supersede(session, payload.effects)
        timeout, interval = self._wishes(message)
        session.interval = interval / 1000
        if not session.advised or "advice" in message:
            reply["advice"] = self._advice(interval)
            session.advised = True
        # The first connect after a handshake is answered at once, so that the client knows early
        # that it is connected.
        at_once = not session.connected or timeout == 0 or bool(session.queue)
        session.connected = True
        if payload.alone and not at_once and not self._delivery.releasing:
            payload.hold = HeldConnect(payload.exchange, reply, payload.now + timeout / 1000)

    def _subscribe(self, message: Message, reply: Reply, payload: Payload) -> None:
        session = self._session(message, payload)
        for value in _subscriptions(message):
            pattern = _pattern(value)
            if channels.is_service(pattern):
                continue
            if channels.is_meta(pattern) or not self._policy.can_subscribe(session.user, pattern):
                raise MessageRefused(Refusal.SUBSCRIBE_DENIED)
            if (
                pattern not in session.subscriptions
                and len(session.subscriptions) >= self._options.max_subscriptions
            ):
                raise MessageRefused(Refusal.TOO_MANY_SUBSCRIPTIONS)
            self._sessions.subscriptions.add(session, pattern)

    def _unsubscribe(self, message: Message, reply: Reply, payload: Payload) -> None:
        session = self._session(message, payload)
        for value in _subscriptions(message):
            self._sessions.subscriptions.discard(session, _pattern(value))

    def _disconnect(self, message: Message, reply: Reply, payload: Payload) -> None:
        session = self._session(message, payload)
        self._delivery.dismiss(session, payload.effects)

    def _publish(self, message: Message, reply: Reply, payload: Payload) -> None:
        session = self._session(message, payload)
        try:
            channel = channels.name(message["channel"])
        except channels.InvalidChannel:
            raise MessageRefused(Refusal.CHANNEL_INVALID) from None
        if "data" not in message:
            raise MessageRefused(Refusal.DATA_MISSING)
        if channels.is_service(channel):
            self._serve(channel, message, session, payload)
            return
        if not self._policy.can_publish(session.user, channel):
            raise MessageRefused(Refusal.PUBLISH_DENIED)
        listeners = self._sessions.listeners(channel, None)
        if not self._options.broadcast_to_publisher:
            listeners = [listener for listener in listeners if listener is not session]
        event = Event.published({**message, "channel": channel})
        self._delivery.spread(event, listeners, payload.now, payload.effects)

    def _serve(self, channel: str, message: Message, session: Session, payload: Payload) -> None:
        service = self._services.get(channel)
        if service is None:
            return
        answer = service(
            ServiceRequest(
                channel=channel,
                data=message["data"],
                client_id=session.client_id,
                user=session.user,
            )
        )
        if answer is not None:
            # The id is how the client that made a remote call knows the answer to it.
            identity = {} if message.get("id") is None else {"id": message["id"]}
            event = Event({"channel": channel, **identity, "data": answer.data})
            self._delivery.spread(event, [session], payload.now, payload.effects)

    def _advice(self, interval: float) -> Advice:
        return retry(interval=interval, timeout=self._options.timeout)

    def _wishes(self, message: Message) -> tuple[float, float]:
        """Timeout and interval of a connect in milliseconds; the client may have its own ideas."""
        advice = message.get("advice")
        if not isinstance(advice, dict):
            return self._options.timeout, self._options.interval
        timeout, interval = advice.get("timeout"), advice.get("interval")
        return (
            min(timeout, self._options.timeout) if _is_duration(timeout) else self._options.timeout,
            min(interval, LONGEST_CLIENT_INTERVAL)
            if _is_duration(interval)
            else self._options.interval,
        )


def _refuse(reply: Reply, refused: MessageRefused) -> None:
    reply["successful"] = False
    reply["error"] = refused.refusal
    if refused.advice is not None:
        reply["advice"] = refused.advice


def _is_duration(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _pattern(value: object) -> str:
    try:
        return channels.pattern(value)
    except channels.InvalidChannel:
        raise MessageRefused(Refusal.SUBSCRIPTION_INVALID) from None


def _subscriptions(message: Message) -> list[object]:
    match message.get("subscription"):
        case None | []:
            raise MessageRefused(Refusal.SUBSCRIPTION_MISSING)
        case list() as several:
            return several
        case one:
            return [one]
