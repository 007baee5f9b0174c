"""What a projection gives."""

from typing import Any

from msgspec import Struct


class Notification(Struct, frozen=True, kw_only=True):
    """``payload`` is to be sent on ``channel`` to the sessions of user ``audience`` only."""

    audience: str
    channel: str
    payload: dict[str, Any]
