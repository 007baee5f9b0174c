"""How an application follows the coming and going of sessions."""

from enum import StrEnum


class Ending(StrEnum):
    """Why a session is no more."""

    DISCONNECTED = "disconnected"
    """Its client said goodbye."""

    DISMISSED = "dismissed"
    """The server ended it."""

    EXPIRED = "expired"
    """Its client did not come back in time."""

    OVERRUN = "overrun"
    """More events waited for it than may."""


class SessionListener:
    """Is told of every session. It must not wait; what it raises is logged and changes nothing.

    What is pushed to a session in :meth:`added` is the first that its client hears.
    """

    def added(self, client_id: str, user: str | None) -> None:
        pass

    def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
        pass
