"""What an extension can do."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.session import Session

logger = logging.getLogger(__name__)


class Extension:
    """Looks at what comes in and goes out, and adds to it. Each method does nothing of itself.

    Those that are given a message, as a client sent it and before it is checked, may refuse it by
    raising MessageRefused. What the others raise is logged, and changes nothing. ``now`` is in
    seconds of the engine's clock.
    """

    def incoming(
        self, message: Mapping[str, Any], reply: Reply, session: Session | None, now: float
    ) -> None:
        """A message came, of this session if it is of any; it will be processed next."""

    def handshaken(
        self, message: Mapping[str, Any], reply: Reply, session: Session, now: float
    ) -> None:
        """A handshake succeeded; ``reply`` can be added to."""

    def subscribing(
        self, message: Mapping[str, Any], reply: Reply, patterns: Sequence[str], session: Session
    ) -> None:
        """A session is about to be subscribed to ``patterns``; everything else allows it. ``reply``
        can be added to. If this is refused none of it happens."""

    def created(self, event: Event) -> None:
        """An event was made that will be sent; its fields can be added to."""

    def published(self, event: Event, audience: Iterable[str] | None) -> None:
        """An event is about to be spread on its broadcast channel, among the users in ``audience``
        or among all."""

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        """This is about to be sent to the client of ``session``; replies can be added to."""

    def ended(self, session: Session) -> None:
        """A session is over: forget it."""


def ask(hook: Callable[..., None], *arguments: object) -> None:
    """Call a hook of an extension that cannot refuse anything. Should it fail, that is logged: what
    is under way concerns others as well."""
    try:
        hook(*arguments)
    except Exception:
        logger.exception("An extension of Bayeux failed")


def asked(message: Mapping[str, Any], name: str) -> Any:
    """What a message says in ``ext`` under ``name``; None if nothing."""
    ext = message.get("ext")
    return ext.get(name) if isinstance(ext, dict) else None


def answer(reply: Reply, **members: Any) -> None:
    """Say something in ``ext`` of a reply."""
    reply.setdefault("ext", {}).update(members)
