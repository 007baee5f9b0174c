"""The handshake: how a session begins."""

from switchbell.bayeux.advice import HANDSHAKE_AGAIN, STOP, retry
from switchbell.bayeux.context import Context
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.options import WEBSOCKET
from switchbell.bayeux.payload import Payload, Request

VERSION = "1.0"


class Handshaking:
    """Handles ``/meta/handshake``."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._options = context.options

    def handshake(self, request: Request) -> None:
        options, sessions, payload = self._options, self._context.sessions, request.payload
        offered = request.message.get("supportedConnectionTypes")
        if isinstance(offered, list) and not any(
            kind in options.allowed_transports for kind in offered
        ):
            raise MessageRefused(Refusal.CONNECTION_TYPES, STOP)
        if not self._context.policy.can_handshake(payload.peer.user, request.message):
            raise MessageRefused(Refusal.HANDSHAKE_DENIED, STOP)
        if self._is_too_much(payload.peer.user):
            raise MessageRefused(Refusal.TOO_MANY_SESSIONS, HANDSHAKE_AGAIN)
        interval = options.interval / 1000
        expiry = payload.now + interval + options.max_interval / 1000
        session = sessions.create(payload.peer, interval=interval, expiry=expiry)
        reply = {
            **request.reply,
            "version": VERSION,
            "minimumVersion": VERSION,
            "supportedConnectionTypes": self._offered(payload),
            "clientId": session.client_id,
            "advice": retry(options, interval=options.interval),
        }
        try:
            for extension in self._context.extensions:
                extension.handshaken(request.message, reply, session, payload.now)
        except Exception:
            sessions.withdraw(session)
            raise
        request.reply.update(reply)
        payload.session = request.sender = session
        payload.handshaken = True
        if payload.is_on_socket:
            self._context.delivery.attach(session, payload.exchange, payload.now, payload.effects)
        session.batching = True  # nothing may come before the reply
        sessions.announce(session)

    def _offered(self, payload: Payload) -> list[str]:
        """The transports that this client may use. Offered a socket that would be refused, it would
        try for ever."""
        transports = self._options.allowed_transports
        if not payload.is_on_socket and not payload.peer.opens_sockets:
            others = [transport for transport in transports if transport != WEBSOCKET]
            return others or [WEBSOCKET]
        return list(transports)

    def _is_too_much(self, user: str | None) -> bool:
        sessions = self._context.sessions
        # Those who have not said who they are may be any number of people.
        return len(sessions) >= self._options.max_sessions or (
            user is not None and sessions.count_of(user) >= self._options.max_sessions_per_user
        )
