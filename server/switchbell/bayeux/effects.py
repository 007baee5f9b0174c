"""What the engine wants done.

An exchange is one HTTP request that waits for its answer, or a WebSocket, which can be written to
as long as it is open. Both are known by numbers, of which no two are the same.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import TypeAlias

from msgspec import Struct

from switchbell.bayeux.message import Outgoing


class Send(Struct, frozen=True):
    """Write these messages to ``exchange``. If that is an HTTP request, it is then over.

    ``client_id`` names the session whose events are among them and ``numbers`` are those of the
    events, so that the engine can take them back if they never reach the wire.
    """

    exchange: int
    messages: tuple[Outgoing, ...]
    client_id: str | None = None
    numbers: Sequence[int] = ()


class Abort(Struct, frozen=True):
    """End an HTTP request with an error status: a newer connect has taken its place."""

    exchange: int
    status: int


class CloseCode(IntEnum):
    """Why a WebSocket is closed (RFC 6455, section 7.4.1)."""

    NORMAL = 1000
    GOING_AWAY = 1001


class Close(Struct, frozen=True):
    """Close a WebSocket, after all that was sent to it; nothing will follow."""

    exchange: int
    code: CloseCode = CloseCode.NORMAL


Effect: TypeAlias = Send | Abort | Close
