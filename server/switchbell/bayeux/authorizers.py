"""Rules of who may do what, attached to channels."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from switchbell.bayeux import channel as channels


class Operation(Enum):
    """What a client may want to do with a channel."""

    CREATE = "create"
    SUBSCRIBE = "subscribe"
    PUBLISH = "publish"


class Verdict(Enum):
    """What an authorizer says of it."""

    GRANT = "grant"
    IGNORE = "ignore"
    DENY = "deny"


Authorizer: TypeAlias = Callable[[Operation, str | None, str], Verdict]
"""Judges an operation, for a user (None: unknown), on a channel."""


class Authorizers:
    """Authorizers by channel or wildcard, asked after the policy has agreed (CometD reference,
    "Authorizers").

    Of all that are attached to a channel and to the wildcards over it, one denial forbids, and
    otherwise one grant is needed, unless there are none at all. Who subscribes to a wildcard is
    judged by its own name: to guard ``/a/b`` for certain, guard ``/a/**`` and ``/**`` as well.
    """

    def __init__(self, authorizers: Mapping[str, Sequence[Authorizer]] | None = None) -> None:
        """Raises InvalidChannel for a name that is neither channel nor wildcard."""
        self._authorizers = {
            channels.pattern(name): tuple(several) for name, several in (authorizers or {}).items()
        }

    def allow(self, operation: Operation, user: str | None, channel: str) -> bool:
        if not self._authorizers:
            return True
        chain = dict.fromkeys(channels.patterns(channel))
        verdicts = [
            authorizer(operation, user, channel)
            for name in chain
            for authorizer in self._authorizers.get(name, ())
        ]
        if Verdict.DENY in verdicts:
            return False
        return not verdicts or Verdict.GRANT in verdicts
