"""Who may do what. The engine asks, and refuses what is not allowed."""

from collections.abc import Mapping
from typing import Any

from switchbell.bayeux import channel as channels


class Policy:
    """CometD's default: everybody may handshake, create channels, subscribe and publish. Meta
    channels are never asked about: nobody may subscribe to them. ``user`` is None for one who has
    not said who he is.

    To say more than no, raise MessageRefused, with an error and advice of the policy's choice.
    """

    def can_open(self, user: str | None) -> bool:
        """Asked when a WebSocket is to be opened, unless its client is to say who it is in its
        handshake. A client that is refused one goes on over HTTP, where it may be able to say that:
        a page cannot send a header as it opens a socket."""
        return True

    def can_handshake(self, user: str | None, message: Mapping[str, Any]) -> bool:
        """``message`` is the handshake, with what the client says in ``ext``."""
        return True

    def can_create(self, user: str | None, channel: str) -> bool:
        """Asked, before the others, about a channel that nobody is subscribed to."""
        return True

    def can_subscribe(self, user: str | None, channel: str) -> bool:
        return True

    def can_publish(self, user: str | None, channel: str) -> bool:
        """Asked about broadcast channels and service channels alike."""
        return True


class ServerPublishes(Policy):
    """For a server that notifies its users: they have to be known, and may listen only.

    Were clients allowed to publish, one user could show others whatever he liked. Service channels
    reach the server alone and stay open.
    """

    def can_open(self, user: str | None) -> bool:
        return user is not None

    def can_handshake(self, user: str | None, message: Mapping[str, Any]) -> bool:
        return user is not None

    def can_publish(self, user: str | None, channel: str) -> bool:
        return channels.is_service(channel)
