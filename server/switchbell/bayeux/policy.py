"""Who may do what. The engine asks, and refuses what is not allowed."""


class Policy:
    """CometD's default: everybody may handshake, subscribe and publish. Meta channels are never
    asked about: nobody may subscribe to them. ``user`` is None for one who has not said who he is.
    """

    def can_handshake(self, user: str | None) -> bool:
        return True

    def can_subscribe(self, user: str | None, channel: str) -> bool:
        return True

    def can_publish(self, user: str | None, channel: str) -> bool:
        return True


class ServerPublishes(Policy):
    """For a server that notifies its users: they have to be known, and may listen only.

    Were clients allowed to publish, one user could show others whatever he liked. Service channels
    reach the server alone and stay open.
    """

    def can_handshake(self, user: str | None) -> bool:
        return user is not None

    def can_publish(self, user: str | None, channel: str) -> bool:
        return False
