"""What each message asks for, and the reply it gets."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from switchbell.bayeux import channel as channels
from switchbell.bayeux.connecting import Connecting
from switchbell.bayeux.context import Context
from switchbell.bayeux.delivery import LOST
from switchbell.bayeux.effects import Close
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.handshaking import Handshaking
from switchbell.bayeux.message import Reply
from switchbell.bayeux.options import CALLBACK_POLLING
from switchbell.bayeux.payload import Payload, Request
from switchbell.bayeux.publishing import Publishing
from switchbell.bayeux.session import Session
from switchbell.bayeux.subscribing import Subscribing

_SUBSCRIBING = ("/meta/subscribe", "/meta/unsubscribe")

logger = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Request], None]


class Protocol:
    """Finds out who sends each message and who handles it, and answers payloads."""

    def __init__(self, context: Context, publishing: Publishing) -> None:
        self._context = context
        self._delivery = context.delivery
        self._publish = publishing.publish
        connecting, subscribing = Connecting(context), Subscribing(context)
        # Names are compared whole: a prefix would let /meta/subscribe/x past every check.
        self._meta: dict[str, Handler] = {
            "/meta/handshake": Handshaking(context).handshake,
            "/meta/connect": connecting.connect,
            "/meta/subscribe": subscribing.subscribe,
            "/meta/unsubscribe": subscribing.unsubscribe,
            "/meta/disconnect": connecting.disconnect,
        }

    def process(self, messages: list[dict[str, Any]], payload: Payload) -> None:
        """Process messages in their order. Each leaves one reply in ``payload``, but for a connect
        that has to wait: that is then in ``payload.hold``."""
        handshakes = [
            message for message in messages if message.get("channel") == "/meta/handshake"
        ]
        for message in messages:
            request = Request(message, {"channel": "", "successful": True}, payload)
            payload.replies.append(request.reply)
            try:
                handler = self._address(request)
                if handshakes and message is not handshakes[0]:
                    raise MessageRefused(Refusal.HANDSHAKE_NOT_ALONE)
                if not handshakes:
                    self._identify(request)
                for extension in self._context.extensions:
                    extension.incoming(message, request.reply, request.sender, payload.now)
                handler(request)
            except MessageRefused as refused:
                _refuse(request.reply, refused)
            except Exception:
                # A policy or a service of the application's has failed. Its message fails, but
                # neither the rest of the payload nor others who are waiting for an event of it.
                if not payload.failed:  # one is enough: a payload may have a thousand messages
                    logger.exception(
                        "Processing a Bayeux message on %.100r failed", request.channel
                    )
                payload.failed = True
                _refuse(request.reply, MessageRefused(Refusal.SERVER_ERROR))
            if payload.hold is not None and payload.hold.reply is request.reply:
                payload.replies.pop()

    def answer(self, payload: Payload) -> None:
        """Answer what was processed, but for a connect that has to wait."""
        session, delivery, effects = payload.session, self._delivery, payload.effects
        if session is None or session not in self._context.sessions:
            if payload.hold is not None:
                payload.replies.append(payload.hold.reply | LOST)
            effects.append(delivery.answer(payload.exchange, session, payload.replies, payload.now))
            if payload.disconnected and payload.is_on_socket:
                effects.append(Close(payload.exchange))
                self._context.connections.forget_socket(payload.exchange, payload.now)
            return
        session.batching = False
        if payload.hold is not None:
            self._context.connections.hold(session, payload.hold)
        if payload.handshaken:
            effects.append(
                delivery.answer_handshake(payload.exchange, session, payload.replies, payload.now)
            )
        elif payload.replies:
            effects.append(
                delivery.answer(
                    payload.exchange,
                    session,
                    payload.replies,
                    payload.now,
                    events=self._brings_events(payload, session),
                )
            )
        if session.held is None:
            self._context.connections.await_connect(
                session, payload.now, at_least=not payload.connected
            )
        if session.dismissed:
            delivery.expel(session, payload.now, effects)
        elif session.urgent and not payload.handshaken:
            delivery.flush(session, payload.now, effects)

    def _brings_events(self, payload: Payload, session: Session) -> bool:
        """Whether events may travel with the replies to a payload."""
        if session.dismissed:
            return False
        if payload.connected:
            return True
        if payload.peer.transport == CALLBACK_POLLING:
            return False
        if self._delivery.is_for_connects_only(session, on_socket=payload.is_on_socket):
            return False
        return not payload.is_on_socket or session.socket == payload.exchange

    def _address(self, request: Request) -> Handler:
        """Fill in whom and what the reply is for, and find who handles the message."""
        message, reply = request.message, request.reply
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

    def _identify(self, request: Request) -> None:
        """Find the session that a message speaks for, and have the payload speak for it."""
        payload = request.payload
        session = request.sender = self._sender(request.message, payload)
        if session is None or session.dismissed:
            return
        payload.session = session
        # Until this payload is answered, its own session's events wait for that answer.
        session.batching = payload.is_on_socket or not (
            payload.alone and request.message["channel"] == "/meta/connect"
        )
        if payload.is_on_socket:
            self._delivery.attach(session, payload.exchange, payload.now, payload.effects)

    def _sender(self, message: Mapping[str, Any], payload: Payload) -> Session | None:
        """One session for the whole payload, or the whole life of a socket, and the user's own."""
        client_id = message.get("clientId")
        session = self._context.sessions.get(client_id) if isinstance(client_id, str) else None
        if session is None or not self._belongs(session, payload):
            return None
        speaking = payload.session
        if payload.is_on_socket:
            attached = self._context.connections.user_of(payload.exchange)
            if attached is None and self._context.options.ws_require_handshake_per_connection:
                return None
            speaking = speaking or attached
        return session if speaking in (None, session) else None

    def _belongs(self, session: Session, payload: Payload) -> bool:
        """Whether a session is that of the user and, where one is involved, of the browser that
        this request comes from."""
        peer = payload.peer
        if payload.now >= session.until:
            return False
        if session.user != peer.user and not self._is_of_handshake(session, payload):
            return False
        if self._context.options.trust_client_session:
            return True
        if peer.is_browser or session.browser is not None:
            return session.browser is not None and session.browser == peer.browser
        return True

    def _is_of_handshake(self, session: Session, payload: Payload) -> bool:
        """Whether a request that does not say who sends it comes from the client whose handshake
        did: over the socket that the session is on, or with the cookie that went with the
        handshake. A clientId alone can be stolen."""
        if not session.by_handshake:
            return False
        if self._context.options.trust_client_session:
            return True
        if payload.is_on_socket and session.socket == payload.exchange:
            return True
        return session.cookie is not None and session.cookie == payload.peer.browser


def _refuse(reply: Reply, refused: MessageRefused) -> None:
    reply["successful"] = False
    reply["error"] = refused.error
    if refused.advice is not None:
        reply["advice"] = refused.advice
