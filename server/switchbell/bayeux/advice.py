"""What clients are told to do next.

A client replaces old advice by new as a whole, so advice that keeps it going has to be complete.
"""

from typing import TypeAlias

Advice: TypeAlias = dict[str, object]

STOP: Advice = {"reconnect": "none"}
HANDSHAKE_AGAIN: Advice = {"reconnect": "handshake", "interval": 0}


def retry(*, interval: float, timeout: float) -> Advice:
    """Connect again after ``interval`` ms; the connect may take ``timeout`` ms."""
    return {"reconnect": "retry", "interval": interval, "timeout": timeout}
