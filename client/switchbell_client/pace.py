"""How fast a session that is not connected may try to be so again."""

from aiocometd.typing import JsonObject

from switchbell_client.backoff import Backoff


class Pace:
    """Counts what went wrong, and says how long to wait before the next attempt.

    Two counts, for a server can fail in two ways. It gives no answer, or one without advice: it is
    spared, ever more, until it advises again. Or it refuses and says what to do: "402, handshake"
    is how a server greets a desktop that comes back, so the first such advice is followed at once.
    But one that answers a handshake and its connect with "402, handshake" over and over would be
    asked in a tight loop: from the second refusal on there is a wait, until a connect succeeds.

    After a success there is none. A handshake's session lives for a few seconds until its connect:
    to wait between the two is to find it expired, and never to come back.
    """

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._unadvised = 0
        self._refusals = 0
        self._pause = 0.0

    def note(self, reply: JsonObject, *, handshaking: bool) -> None:
        """Take the reply to a handshake or a connect into account."""
        advised = "advice" in reply
        if reply["successful"]:
            self._unadvised = 0
            self._refusals = self._refusals if handshaking else 0
            self._pause = 0.0
        elif advised:
            self._unadvised = 0
            self._refusals += 1
            self._pause = self._backoff.delay(self._refusals - 1) if self._refusals > 1 else 0.0
        else:
            self._unadvised += 1
            self._pause = self._backoff.delay(self._unadvised)

    def pause(self) -> float:
        """Seconds to wait before the next attempt, beyond the advised interval."""
        return self._pause
