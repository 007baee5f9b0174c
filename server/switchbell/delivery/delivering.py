"""Agents are told of what happens."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from switchbell.bayeux.publication import Publication
from switchbell.delivery.retention import JournalRetention
from switchbell.journal.base import Journal
from switchbell.notify.gws.metrics import with_metrics
from switchbell.notify.notification import Notification
from switchbell.transport.mount import BayeuxServer
from switchbell.voice.events import Change

Compose: TypeAlias = Callable[[Change], list[Notification]]

Listener: TypeAlias = Callable[[int, Change], None]
"""Is given the number of a change, and the change."""

logger = logging.getLogger(__name__)


async def deliver(
    journal: Journal, retention: JournalRetention, listeners: Sequence[Listener]
) -> None:
    """Tell all who listen of every change from now on, in order, until the journal closes. Raises
    JournalGap, and JournalUnavailable if it falls far behind and cannot read on."""
    async for entry in journal.follow(retention.delivered):
        for listener in listeners:
            try:
                listener(entry.number, entry.change)
            except Exception:
                # One change that cannot be told must not silence all that follow, nor one listener
                # the others.
                logger.exception("Change %d was not delivered", entry.number)
        # Nothing was awaited since: whoever subscribes has a change whole, by one way only.
        retention.delivered = entry.number


def publishing(compose: Compose, bayeux: BayeuxServer, retention: JournalRetention) -> Listener:
    """What makes notifications of a change, and hands them to Bayeux."""

    def publish(number: int, change: Change) -> None:
        bayeux.driver.publish_all(
            [
                Publication(
                    channel=notification.channel,
                    data=notification.payload,
                    audience=(notification.audience,),
                    replay_id=retention.numbers.of(number, place),
                )
                for place, notification in enumerate(compose(change))
            ]
        )

    return publish


def measured(compose: Compose, clock: Callable[[], float]) -> Compose:
    """``compose``, with the time it takes in what it makes. ``clock`` gives seconds since 1970."""

    def compose_and_measure(change: Change) -> list[Notification]:
        begin = time.perf_counter_ns()
        told = compose(change)
        took = time.perf_counter_ns() - begin
        return with_metrics(told, happened=change.time, composed=clock(), nanoseconds=took)

    return compose_and_measure
