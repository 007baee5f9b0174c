"""What a server spreads of its own."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct


class Publication(Struct, frozen=True, kw_only=True):
    """An event for those who subscribed to ``channel``: the sessions of the users in ``audience``
    only, or everybody's where that is None. One that is ``lazy`` may wait for others.
    ``replay_id`` is its number for a retention that does not give numbers itself."""

    channel: str
    data: Any
    audience: Iterable[str] | None = None
    lazy: bool = False
    replay_id: int | None = None
