"""What is attached to a call, within bounds: it is part of all that is told about the call."""

import msgspec

from switchbell.voice.errors import InvalidValue
from switchbell.voice.model import UserData

MOST_BYTES = 65_536
"""Of all the data of a call together, as JSON."""


def merged(attached: UserData, more: UserData) -> UserData:
    """Return what is attached with ``more``, whose values count. Raises InvalidValue if that is too
    much."""
    data = attached | more
    if more and len(msgspec.json.encode(data)) > MOST_BYTES:
        raise InvalidValue("So much data cannot be attached to a call.")
    return data
