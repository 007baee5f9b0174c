"""What the engine wants done. An exchange is one HTTP request that waits for its answer."""

from dataclasses import dataclass
from typing import TypeAlias

from switchbell.bayeux.message import Outgoing


@dataclass(frozen=True, slots=True)
class Send:
    """Answer ``exchange`` with these messages; it is then over.

    ``client_id`` names the session whose events are among them, so that the engine can take them
    back if they never reach the wire.
    """

    exchange: int
    messages: tuple[Outgoing, ...]
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Abort:
    """End ``exchange`` with an HTTP error status: a newer connect has taken its place."""

    exchange: int
    status: int


Effect: TypeAlias = Send | Abort
