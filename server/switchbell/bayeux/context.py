"""What the handlers of messages work with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchbell.bayeux import channel as channels
from switchbell.bayeux.authorizers import Authorizers, Operation
from switchbell.bayeux.connections import Connections
from switchbell.bayeux.delivery import Delivery
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Service
from switchbell.bayeux.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of an engine."""

    options: BayeuxOptions
    policy: Policy
    authorizers: Authorizers
    services: Mapping[str, Service]
    extensions: Sequence[Extension]
    sessions: Sessions
    connections: Connections
    delivery: Delivery

    def require_creation(self, user: str | None, channel: str, refusal: Refusal) -> None:
        """Raise MessageRefused if ``user`` may not bring ``channel`` into being, where nobody is
        subscribed to it."""
        if channel in self.sessions.subscriptions:
            return
        if not (
            self.policy.can_create(user, channel)
            and self.authorizers.allow(Operation.CREATE, user, channel)
        ):
            raise MessageRefused(refusal)

    def require_subscription(self, user: str | None, pattern: str) -> None:
        """Raise MessageRefused if ``user`` may not subscribe to ``pattern``."""
        self.require_creation(user, pattern, Refusal.CREATE_DENIED)
        if not (
            self.policy.can_subscribe(user, pattern)
            and self.authorizers.allow(Operation.SUBSCRIBE, user, pattern)
        ):
            raise MessageRefused(Refusal.SUBSCRIBE_DENIED)

    def require_publication(self, user: str | None, channel: str) -> None:
        """Raise MessageRefused if ``user`` may not publish on ``channel``."""
        if not channels.is_service(channel):
            self.require_creation(user, channel, Refusal.CHANNEL_CREATE_DENIED)
        if not (
            self.policy.can_publish(user, channel)
            and self.authorizers.allow(Operation.PUBLISH, user, channel)
        ):
            raise MessageRefused(Refusal.PUBLISH_DENIED)
