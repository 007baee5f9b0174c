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
    """The number of the next batch. ``again`` says that what was sent and not yet acknowledged is
    queued once more, before all others."""

    __slots__ = ("again", "next")

    def __init__(self) -> None:
        self.next = 1
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
        if batches is None or not session.sent or batches.again:
            return
        received = asked(message, NAME)
        if not isinstance(received, int) or isinstance(received, bool):
            received = -1
        session.sent = [(batch, event) for batch, event in session.sent if batch > received]
        batches.again = bool(session.sent)
        session.put_back([event for _, event in session.sent], [_FIRST] * len(session.sent))

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        """Number the batch that goes out with a connect reply, or with that to the handshake."""
        if session is None or (batches := self._batches.get(session)) is None:
            return
        for reply in replies:
            if reply["channel"] == "/meta/connect" and reply["successful"]:
                answer(reply, ack=batches.next)
            elif "x-messages" in reply:
                answer(reply, ack={"enabled": True, "batch": batches.next})
            else:
                continue
            new = events[len(session.sent) :] if batches.again else events
            session.sent += [(batches.next, event) for event in new]
            batches.next += 1
            batches.again = False
            break

    def ended(self, session: Session) -> None:
        """Forget the session."""
        self._batches.pop(session, None)
