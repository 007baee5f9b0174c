"""The Guid by which a signed-in agent is known, and its renewal ("Authentication")."""

import secrets
from collections import deque
from collections.abc import Callable

from switchbell.rest.cc_gateway.options import DYNAMIC, CcGatewayOptions

MOST_FORMER = 16
"""So many former ones at most are good, however short the interval is."""


class Guids:
    """The Guid of one sign-in, and the former ones while they are still good. Times are in seconds.

    It is renewed for a client that knows the present one only: one that has not got it yet is told
    again, and so a lost answer costs nothing.
    """

    def __init__(self, options: CcGatewayOptions, make: Callable[[], str], now: float) -> None:
        self._is_dynamic = options.auth_mode == DYNAMIC
        self._interval = options.guid_interval / 1000
        self._timeout = options.guid_timeout / 1000
        self._make = make
        self._since = now
        self._former: deque[tuple[str, float]] = deque(maxlen=MOST_FORMER)
        self.current = make()

    def are_known(self, guid: str | None, now: float) -> bool:
        """Whether a request has brought a Guid that is good."""
        if guid is None:
            return False
        said = guid.encode(errors="replace")
        if secrets.compare_digest(said, self.current.encode()):
            return True
        return any(
            secrets.compare_digest(said, former.encode()) and now < until
            for former, until in self._former
        )

    def renewed(self, guid: str, now: float) -> str | None:
        """The Guid that the client of a poll is to be told, if it has to send another than this."""
        if guid != self.current:
            return self.current
        if not self._is_dynamic or now - self._since < self._interval:
            return None
        self._former.append((self.current, now + self._timeout))
        self._since = now
        self.current = self._make()
        return self.current
