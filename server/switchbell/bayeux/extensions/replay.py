"""Replay: a client that was away asks for what it missed."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.extensions.extension import Extension, answer, asked
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.retention import ReplayIdInvalid, Retention
from switchbell.bayeux.session import Session

NAME = "replay"
NEW_ONLY = -1
ALL = -2


class Replay(Extension):
    """The extension ``replay`` in the form of Salesforce's Streaming API.

    A client asks for it in its handshake. Its events then have a number in
    ``data.event.replayId``, and when it subscribes it says in ``ext.replay`` by channel after which
    number to begin: -1 with what is new, -2 with all that is kept. The reply tells there which
    number was the latest at that moment: who comes back before any event has come asks for what
    followed that.
    """

    def __init__(self, retention: Retention) -> None:
        self._retention = retention

    def handshaken(
        self, message: Mapping[str, Any], reply: Reply, session: Session, now: float
    ) -> None:
        """Agree, if the client asked."""
        if asked(message, NAME) is True:
            session.view = _numbered
            answer(reply, replay=True)

    def published(self, event: Event, audience: Iterable[str] | None) -> None:
        """Keep and number an event."""
        event.replay_id = self._retention.keep(event, audience)

    def subscribing(
        self, message: Mapping[str, Any], reply: Reply, patterns: Sequence[str], session: Session
    ) -> None:
        """Queue what the client missed. What it asks for of one channel may be refused: then it
        gets nothing of the others either."""
        wishes = asked(message, NAME)
        if session.view is not _numbered or not isinstance(wishes, dict):
            return
        missed: dict[int | None, Event] = {}
        for pattern in patterns:
            wish = wishes.get(pattern, wishes.get(f"{pattern}/", NEW_ONLY))
            for event in self._missed(wish, pattern, session.user):
                missed.setdefault(event.replay_id, event)
        for event in chain(session.queue, (event for _, event in session.sent)):
            missed.pop(event.replay_id, None)
        session.insert_excused(list(missed.values()))
        answer(reply, replay=dict.fromkeys(patterns, self._retention.last))

    def _missed(self, wish: object, pattern: str, user: str | None) -> list[Event]:
        if not isinstance(wish, int) or isinstance(wish, bool):
            raise MessageRefused(Refusal.REPLAY_INVALID)
        if wish == NEW_ONLY:
            return []
        try:
            if wish == ALL:
                return self._retention.all(pattern, user)
            return self._retention.after(wish, pattern, user)
        except ReplayIdInvalid:
            raise MessageRefused(Refusal.REPLAY_ID_INVALID, replay_id=wish) from None


def _numbered(event: Event) -> Event:
    return event.numbered
