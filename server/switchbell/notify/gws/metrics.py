"""How long it took until an agent was told, as Web Services puts it into its notifications."""

from collections.abc import Iterable

import msgspec

from switchbell.notify.notification import Notification


def with_metrics(
    notifications: Iterable[Notification], *, happened: float, composed: float, nanoseconds: int
) -> list[Notification]:
    """The notifications of one change with ``metrics`` (Notifications, envelope).

    ``happened`` and ``composed`` are when the change was made and when all was ready to be sent, in
    seconds since 1970; ``nanoseconds`` is what composing took.
    """
    metrics = {
        "eventProcessing": {
            "nodeProcessingTimeNanos": nanoseconds,
            "serverGenerationTimestamp": int(composed * 1000),
            # A clock that was set back must not make it negative.
            "serverProcessingTimeTotalMs": max(0, int((composed - happened) * 1000)),
        }
    }
    return [
        msgspec.structs.replace(one, payload={**one.payload, "metrics": metrics})
        for one in notifications
    ]
