"""Subscribe and unsubscribe."""

from collections.abc import Iterator, Mapping
from typing import Any

from switchbell.bayeux import channel as channels
from switchbell.bayeux.context import Context
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.payload import Request
from switchbell.bayeux.session import Session


class Subscribing:
    """Handles ``/meta/subscribe`` and ``/meta/unsubscribe``."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._subscriptions = context.sessions.subscriptions

    def subscribe(self, request: Request) -> None:
        session = request.session()
        allowed, refused = self._allowed(session, request.message)
        if allowed:
            for extension in self._context.extensions:
                extension.subscribing(request.message, request.reply, allowed, session)
        for pattern in allowed:
            self._subscriptions.add(session, pattern)
        if refused is not None:
            raise refused

    def _allowed(
        self, session: Session, message: Mapping[str, Any]
    ) -> tuple[list[str], MessageRefused | None]:
        """What may be subscribed to, up to the first that may not, and why that may not."""
        allowed: list[str] = []
        room = self._context.options.max_subscriptions - len(session.subscriptions)
        try:
            for pattern in self._patterns(message):
                if channels.is_service(pattern):
                    continue
                if channels.is_meta(pattern):
                    raise MessageRefused(Refusal.SUBSCRIBE_DENIED)
                self._context.require_subscription(session.user, pattern)
                if pattern not in session.subscriptions:
                    if not room:
                        raise MessageRefused(Refusal.TOO_MANY_SUBSCRIPTIONS)
                    room -= 1
                allowed.append(pattern)
        except MessageRefused as refused:
            return allowed, refused
        return allowed, None

    def unsubscribe(self, request: Request) -> None:
        session = request.session()
        for pattern in self._patterns(request.message):
            self._subscriptions.discard(session, pattern)

    def _patterns(self, message: Mapping[str, Any]) -> Iterator[str]:
        """Each once. The first that is none stops whatever comes after it."""
        names = _subscriptions(message)
        if len(names) > self._context.options.max_subscriptions:
            raise MessageRefused(Refusal.TOO_MANY_SUBSCRIPTIONS)
        seen: set[str] = set()
        for name in names:
            pattern = self._pattern(name)
            if pattern not in seen:
                seen.add(pattern)
                yield pattern

    def _pattern(self, value: object) -> str:
        try:
            pattern = channels.pattern(value)
        except channels.InvalidChannel:
            raise MessageRefused(Refusal.SUBSCRIPTION_INVALID) from None
        if len(pattern) > self._context.options.max_channel_length:
            raise MessageRefused(Refusal.SUBSCRIPTION_INVALID)
        return pattern


def _subscriptions(message: Mapping[str, Any]) -> list[object]:
    match message.get("subscription"):
        case None | []:
            raise MessageRefused(Refusal.SUBSCRIPTION_MISSING)
        case list() as several:
            return several
        case one:
            return [one]
