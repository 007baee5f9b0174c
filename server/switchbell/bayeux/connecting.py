"""Connect and disconnect: how a session goes on, and ends."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from switchbell.bayeux.advice import HANDSHAKE_AGAIN, STOP, one_of_many, retry
from switchbell.bayeux.context import Context
from switchbell.bayeux.delivery import farewell
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.listener import Ending
from switchbell.bayeux.payload import Request
from switchbell.bayeux.session import HeldConnect, Session

# A client may ask for a longer interval than configured, and its session then lives that much
# longer. Somewhere that has to end.
LONGEST_CLIENT_INTERVAL = 600_000


class Connecting:
    """Handles ``/meta/connect`` and ``/meta/disconnect``."""

    def __init__(self, context: Context) -> None:
        self._options = context.options
        self._connections = context.connections
        self._delivery = context.delivery

    def connect(self, request: Request) -> None:
        payload, reply = request.payload, request.reply
        if request.sender is not None and request.sender.dismissed:
            self._bid_farewell(request.sender, request)
            return
        session = request.session(HANDSHAKE_AGAIN)
        self._delivery.supersede(session, payload.effects)
        if self._delivery.is_hopeless(session):
            self._delivery.end(session, Ending.OVERRUN)
            raise MessageRefused(Refusal.SESSION_UNKNOWN, HANDSHAKE_AGAIN)
        payload.connected, payload.hold = True, None
        if not payload.is_on_socket and session.socket is not None:
            self._delivery.leave_socket(session, payload.now, payload.effects)
        timeout, interval = self._wishes(request.message)
        session.interval = interval / 1000
        if session.advised != payload.peer.transport or "advice" in request.message:
            reply["advice"] = retry(self._options, interval=interval)
            session.advised = payload.peer.transport
        # The first connect after a handshake is answered at once, so that the client knows early
        # that it is connected.
        at_once = not session.connected or timeout == 0 or session.urgent
        session.connected = True
        if at_once or not payload.may_hold or self._delivery.releasing:
            return
        if not payload.is_on_socket and not self._connections.has_room_for(session):
            self._send_away(session, request)
            return
        payload.connected = False
        # No longer than its user is known for.
        until = min(payload.now + timeout / 1000, payload.peer.until, session.until)
        payload.hold = HeldConnect(payload.exchange, reply, until)

    def disconnect(self, request: Request) -> None:
        session, payload = request.session(), request.payload
        on_socket = payload.exchange if payload.is_on_socket else None
        payload.disconnected = True
        if payload.hold is not None:
            payload.replies.insert(-1, payload.hold.reply | {"advice": STOP})
            payload.hold = None
        self._delivery.dismiss(
            session, Ending.DISCONNECTED, payload.now, payload.effects, but_not=on_socket
        )

    def _bid_farewell(self, session: Session, request: Request) -> None:
        payload = request.payload
        self._delivery.supersede(session, payload.effects)
        self._delivery.end(session, Ending.DISMISSED)
        payload.disconnected = True
        payload.replies.insert(-1, farewell())
        request.reply["advice"] = STOP

    def _send_away(self, session: Session, request: Request) -> None:
        """The browser has as many connects held as it may have."""
        advice = one_of_many(self._options)
        session.advised = None
        if self._options.multi_session_interval <= 0:
            request.payload.connected = False
            raise MessageRefused(Refusal.MULTIPLE_CLIENTS, advice)
        request.reply["advice"] = advice
        session.interval = self._options.multi_session_interval / 1000

    def _wishes(self, message: Mapping[str, Any]) -> tuple[float, float]:
        """Timeout and interval of a connect in milliseconds; the client may have its own ideas."""
        options = self._options
        advice = message.get("advice")
        if not isinstance(advice, dict):
            return options.timeout, options.interval
        timeout, interval = advice.get("timeout"), advice.get("interval")
        return (
            min(timeout, options.timeout) if _is_duration(timeout) else options.timeout,
            min(interval, LONGEST_CLIENT_INTERVAL) if _is_duration(interval) else options.interval,
        )


def _is_duration(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
