"""Acknowledged messages: what a lost answer took with it is sent again."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchbell.bayeux.extensions.extension import Extension, answer, asked
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.session import Session

NAME = "ack"

# Where in the queue events go that are sent again.
_FIRST = -1


class _Batches:
    """What was sent and not yet acknowledged: events with the number of the batch that they were in
    first. Whoever acknowledges a later one has seen them as well. ``again`` says that they are
    queued once more, before all others."""

    __slots__ = ("again", "next", "sent")

    def __init__(self) -> None:
        self.next = 1
        self.sent: list[tuple[int, Event]] = []
        self.again = False


class Acknowledge(Extension):
    """The extension ``ack`` (CometD reference, "Acknowledged Messages").

    A client asks for it in its handshake. From then on its events travel with connect replies
    only, which number them by ``ext.ack``; each connect says in turn up to which number it has
    received, and the rest goes out again, before anything newer.
    """

    def __init__(self) -> None:
        self._batches: dict[Session, _Batches] = {}

    def handshaken(
        self, message: Mapping[str, Any], reply: Reply, session: Session, now: float
    ) -> None:
        """Agree, if the client asked."""
        if asked(message, NAME) is True:
            self._batches[session] = _Batches()
            session.deliver_only = session.keeps_sent = True
            answer(reply, ack=True)

    def incoming(
        self, message: Mapping[str, Any], reply: Reply, session: Session | None, now: float
    ) -> None:
        """Forget what a connect acknowledges, and queue again what it does not."""
        if session is None or message.get("channel") != "/meta/connect":
            return
        batches = self._batches.get(session)
        if batches is None or not batches.sent or batches.again:
            return
        received = asked(message, NAME)
        if not isinstance(received, int) or isinstance(received, bool):
            received = -1
        batches.sent = [(batch, event) for batch, event in batches.sent if batch > received]
        batches.again = bool(batches.sent)
        session.put_back([event for _, event in batches.sent], [_FIRST] * len(batches.sent))

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        """Number the batch that goes out with a connect reply, or with that to the handshake."""
        batches = self._batches.get(session) if session is not None else None
        if batches is None:
            return
        for reply in replies:
            if reply["channel"] == "/meta/connect" and reply["successful"]:
                answer(reply, ack=batches.next)
            elif "x-messages" in reply:
                answer(reply, ack={"enabled": True, "batch": batches.next})
            else:
                continue
            new = events[len(batches.sent) :] if batches.again else events
            batches.sent += [(batches.next, event) for event in new]
            batches.next += 1
            batches.again = False
            break

    def ended(self, session: Session) -> None:
        """Forget the session."""
        self._batches.pop(session, None)
