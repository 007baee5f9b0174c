"""The two kinds of message that a server sends: replies, and events."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson

Reply: TypeAlias = dict[str, Any]
"""Answer to one request message; encoded when it is sent, for one client only."""

# What an event keeps of the message that was published: neither the publisher's ``clientId`` nor
# its ``id`` (Bayeux, "Deliver Event message"), nor anything that belongs to replies.
_PUBLISHED = ("channel", "data", "ext", "timestamp")


class Event:
    """A message with data, on its way to any number of sessions.

    It is encoded when it is first needed and never again, however many receive it. ``encoded`` is
    one JSON object in UTF-8. ``replay_id`` is the number by which it can be asked for again.
    """

    __slots__ = ("_encoded", "_numbered", "fields", "replay_id")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.replay_id: int | None = None
        self._encoded: bytes | None = None
        self._numbered: Event | None = None

    @classmethod
    def published(cls, message: Mapping[str, Any]) -> "Event":
        """The event that a client's publish message gives rise to."""
        return cls({key: message[key] for key in _PUBLISHED if key in message})

    def encode(self) -> bytes:
        """The one encoding. Raises TypeError for fields that JSON has no form for."""
        if self._encoded is None:
            self._encoded = orjson.dumps(self.fields)
        return self._encoded

    @property
    def encoded(self) -> bytes:
        return self.encode()

    @property
    def numbered(self) -> "Event":
        """The same with ``data.event.replayId``, for those who asked for that; itself where it has
        no number, or data with no place for one. It is made once, however many receive it."""
        data = self.fields.get("data")
        if self.replay_id is None or not isinstance(data, dict):
            return self
        about = data.get("event", {})
        if not isinstance(about, dict):
            return self
        if self._numbered is None:
            about = {**about, "replayId": self.replay_id}
            self._numbered = Event({**self.fields, "data": {**data, "event": about}})
            self._numbered.replay_id = self.replay_id
        return self._numbered

    def __repr__(self) -> str:
        return f"Event({self.fields!r})"


Outgoing: TypeAlias = Reply | Event
