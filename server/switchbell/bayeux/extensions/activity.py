"""Activity: ends the sessions of clients that only keep their connection alive."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.session import Session


class Activity(Enum):
    """Whose messages count."""

    CLIENT = "client"
    CLIENT_SERVER = "client and server"


class ActivityLimit(Extension):
    """The extension ``activity`` (CometD reference, "Activity Extension").

    A session without messages other than connects for ``max_inactivity`` milliseconds is ended
    when its next connect comes. Events for it count as well if ``activity`` says so.
    """

    def __init__(self, max_inactivity: int, activity: Activity = Activity.CLIENT) -> None:
        self._patience = max_inactivity / 1000
        self._events_count = activity is Activity.CLIENT_SERVER
        self._active_at: dict[Session, float] = {}

    def handshaken(
        self, message: Mapping[str, Any], reply: Reply, session: Session, now: float
    ) -> None:
        """The first activity of a session."""
        self._active_at[session] = now

    def incoming(
        self, message: Mapping[str, Any], reply: Reply, session: Session | None, now: float
    ) -> None:
        """Note activity; end the session that has shown none for too long."""
        if session is None:
            return
        if message.get("channel") != "/meta/connect":
            self._active_at[session] = now
        elif now - self._active_at.get(session, now) > self._patience:
            session.dismissed = True

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        """Events are activity of the server's."""
        if session is not None and events and self._events_count:
            self._active_at[session] = now

    def ended(self, session: Session) -> None:
        """Forget the session."""
        self._active_at.pop(session, None)
