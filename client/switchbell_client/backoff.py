"""How long to wait before trying again."""

import random
from dataclasses import dataclass

_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double from ``first`` up to ``longest`` seconds.

    Each is cut by up to half at random, so that a thousand desktops that lost their server at the
    same moment do not come back at the same moment.
    """

    first: float = 0.5
    longest: float = 5.0

    def delay(self, failures: int) -> float:
        """Seconds to wait after this many failures in a row (one or more)."""
        wait: float = min(self.longest, self.first * 2 ** min(failures - 1, _DOUBLINGS))
        return wait * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
