"""What the server remembers of one client."""

from collections import deque
from dataclasses import dataclass, field

from switchbell.bayeux.message import Event, Reply

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class HeldConnect:
    """A connect whose reply waits for an event, or for the time ``until`` (seconds)."""

    exchange: int
    reply: Reply
    until: float


@dataclass(slots=True, eq=False)
class Session:
    """One client. Times are in seconds of the driver's clock.

    ``interval`` is that of the last connect; ``expiry`` counts only while no connect is held.
    A ``dismissed`` session is told nothing more, but that it has ended.
    ``deadline`` is when something has to happen next, ``armed`` the earliest time at which the
    engine will look (see deadlines).
    """

    client_id: str
    user: str | None
    interval: float
    expiry: float
    connected: bool = False
    advised: bool = False
    batching: bool = False
    dismissed: bool = False
    held: HeldConnect | None = None
    queue: deque[Event] = field(default_factory=deque)
    queued_bytes: int = 0
    subscriptions: set[str] = field(default_factory=set)
    deadline: float = NEVER
    armed: float = NEVER

    def append(self, event: Event) -> None:
        size = len(event.encoded)  # an event that cannot be encoded fails here, and is not queued
        self.queue.append(event)
        self.queued_bytes += size

    def put_back(self, events: list[Event]) -> None:
        """Queue again, before all others, events that did not reach the client."""
        self.queue.extendleft(reversed(events))
        self.queued_bytes += sum(len(event.encoded) for event in events)

    def take(self) -> list[Event]:
        events = list(self.queue)
        self.clear()
        return events

    def clear(self) -> None:
        self.queue.clear()
        self.queued_bytes = 0
