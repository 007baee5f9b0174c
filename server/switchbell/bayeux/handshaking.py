"""The handshake: how a session begins."""

from switchbell.bayeux.advice import HANDSHAKE_AGAIN, STOP, retry
from switchbell.bayeux.context import Context
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.payload import Request

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
        payload.session = request.sender = session
        payload.handshaken = True
        request.reply |= {
            "version": VERSION,
            "minimumVersion": VERSION,
            "supportedConnectionTypes": list(options.allowed_transports),
            "clientId": session.client_id,
            "advice": retry(options, interval=options.interval),
        }
        for extension in self._context.extensions:
            extension.handshaken(request.message, request.reply, session, payload.now)
        if payload.is_on_socket:
            self._context.delivery.attach(session, payload.exchange, payload.now, payload.effects)
        session.batching = True  # nothing may come before the reply
        sessions.announce(session)

    def _is_too_much(self, user: str | None) -> bool:
        sessions = self._context.sessions
        # Those who have not said who they are may be any number of people.
        return len(sessions) >= self._options.max_sessions or (
            user is not None and sessions.count_of(user) >= self._options.max_sessions_per_user
        )
