"""The engine's options, under CometD's names in Python's spelling."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BayeuxOptions:
    """All times are in milliseconds, as in CometD and on the wire."""

    timeout: int = 30_000
    """How long a connect is held when there is nothing to deliver."""

    interval: int = 0
    """How long a client is told to wait between the end of a connect and the next."""

    max_interval: int = 10_000
    """How long after ``interval`` a session lives without a connect."""

    max_queue: int = 1_000
    """Most events waiting for one session. The session that exceeds it is dropped: its client is
    told to handshake again, and so knows that it missed something."""

    max_queue_bytes: int = 4 * 1024 * 1024
    """Most bytes of events waiting for one session; the same happens."""

    max_sessions_per_user: int = 50
    """Most sessions that one user may have at a time; a further handshake is refused. It does not
    bind those who have not said who they are."""

    max_subscriptions: int = 100
    """Most channels that one session may be subscribed to."""

    meta_connect_deliver_only: bool = False
    """Deliver events with connect replies only: over several HTTP connections this is what keeps
    their order."""

    broadcast_to_publisher: bool = True
    """Whether a client that publishes on a channel it is subscribed to hears itself."""

    duplicate_meta_connect_http_response_code: int = 500
    """HTTP status that ends a held connect when a newer one of the same session arrives."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more: nothing here is without bound.")
