"""What clients are told to do next.

A client replaces old advice by new as a whole, so advice that keeps it going has to be complete.
"""

from typing import TypeAlias

from switchbell.bayeux.options import BayeuxOptions

Advice: TypeAlias = dict[str, object]

STOP: Advice = {"reconnect": "none"}
HANDSHAKE_AGAIN: Advice = {"reconnect": "handshake", "interval": 0}


def retry(options: BayeuxOptions, *, interval: float) -> Advice:
    """Connect again after ``interval`` ms; the connect may take as long as it is held."""
    advice: Advice = {"reconnect": "retry", "interval": interval, "timeout": options.timeout}
    if options.handshake_reconnect:
        advice["maxInterval"] = options.max_interval
    return advice


def one_of_many(options: BayeuxOptions) -> Advice:
    """The browser has as many connects waiting as it may have: look in now and then, or stop."""
    if options.multi_session_interval <= 0:
        return STOP | {"multiple-clients": True}
    return retry(options, interval=options.multi_session_interval) | {"multiple-clients": True}
