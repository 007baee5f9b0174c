"""Timestamps: when each message was sent."""

from collections.abc import Callable, Sequence
from email.utils import formatdate

from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.session import Session


class Timestamp(Extension):
    """The extension ``timestamp`` (CometD reference, "Timestamp Extension"): the date, in the form
    that HTTP has, in ``timestamp`` of every reply and event. That of an event is when it was made,
    since it is encoded once for all. ``wall_clock`` gives seconds since 1970.
    """

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self._wall_clock = wall_clock

    def created(self, event: Event) -> None:
        """Stamp an event."""
        event.fields["timestamp"] = self._date()

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        """Stamp replies."""
        for reply in replies:
            reply["timestamp"] = self._date()

    def _date(self) -> str:
        return formatdate(self._wall_clock(), usegmt=True)
