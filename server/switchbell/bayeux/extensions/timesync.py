"""Time synchronisation: lets a client work out how far its clock is from the server's."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

from switchbell.bayeux import channel as channels
from switchbell.bayeux.extensions.extension import Extension, answer, asked
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.session import Session

NAME = "timesync"

# A client that has measured before needs no answer while it is no further off, in milliseconds.
_CLOSE_ENOUGH = 25

# What a JavaScript client can count to.
_LARGEST = 2**53


class TimeSync(Extension):
    """The extension ``timesync`` (CometD reference, "Timesync Extension").

    A meta message brings the client's time ``tc``, and what it believes the lag ``l`` and its
    offset ``o`` to be, in milliseconds. The reply has ``tc``, the server's time of receipt ``ts``,
    how long it took to answer from then on ``p``, and how far the client was off ``a``.
    ``wall_clock`` gives seconds since 1970.
    """

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self._wall_clock = wall_clock

    def incoming(
        self, message: Mapping[str, Any], reply: Reply, session: Session | None, now: float
    ) -> None:
        """Note when the message came, and how far the client is off."""
        wish = asked(message, NAME)
        channel = message.get("channel")
        if not isinstance(wish, dict) or not isinstance(channel, str):
            return
        if not channels.is_meta(channel) or not _is_number(wish.get("tc")):
            return
        received = self._milliseconds()
        times = {"tc": wish["tc"], "ts": received, "p": 0}
        lag, offset = wish.get("l"), wish.get("o", 0)
        if _is_number(lag) and _is_number(offset):
            times["a"] = wish["tc"] + offset + lag - received
            if lag != 0 and abs(times["a"]) < _CLOSE_ENOUGH:
                return
        answer(reply, timesync=times)

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        """Say how long the answer took, the time for which a connect was held included."""
        for reply in replies:
            times = reply.get("ext", {}).get(NAME)
            if times is not None:
                times["p"] = self._milliseconds() - times["ts"]

    def _milliseconds(self) -> int:
        return round(self._wall_clock() * 1000)


def _is_number(value: object) -> TypeGuard[float]:
    """Whether this can be a time; sums of larger numbers are none that JSON has a form for."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= _LARGEST
