"""Service channels: one client asks, the server answers it alone."""

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct


class ServiceRequest(Struct, frozen=True, kw_only=True):
    """A message on a ``/service/`` channel, and who sent it. ``id`` and ``ext`` are those of the
    message; an answer that takes time is given by ``push`` with the same ``id``."""

    channel: str
    data: Any
    client_id: str
    user: str | None
    id: str | float | None = None
    ext: Any = None


class Answer(Struct, frozen=True):
    """What a remote call is answered with. It goes back on the same channel with the same id."""

    data: Any


Service: TypeAlias = Callable[[ServiceRequest], Answer | None]
"""Handles the messages of one service channel. It must not wait. If it raises, that is logged, and
the message is answered with an error."""
