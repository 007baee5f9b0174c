"""What the server remembers of one client."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter

from msgspec import Struct

from switchbell.bayeux.message import Event, Reply

NEVER = float("inf")


class HeldConnect(Struct, frozen=True):
    """A connect whose reply waits for an event, or for the time ``until`` (seconds)."""

    exchange: int
    reply: Reply
    until: float


@dataclass(slots=True, eq=False)
class Session:
    """One client. Times are in seconds of the driver's clock.

    ``browser`` is the browser whose page made the handshake, if one did. ``by_handshake`` says that
    the handshake told who the user is: until ``until`` the session is that of the client that shows
    the same ``cookie``, or sends over the same socket. ``interval`` is that of the last connect;
    ``expiry`` counts only while no connect is held. ``advised`` is the transport over which it was
    last given advice; ``socket`` the WebSocket that its events are written to.
    A ``dismissed`` session is told nothing more, but that it has ended.

    ``count`` is how many events were ever queued. It numbers them: those at the end of the queue
    have the last numbers, and ``head`` has the numbers of those before them, which were sent and
    came back.

    ``urgent`` says that something in the queue is not to wait; ``lazy_due`` is when the rest is to
    be sent. So many events as the client has asked for, ``excused``, may
    wait beyond the bound of the queue. What an extension sets:
    ``deliver_only`` has events travel with connect replies only, ``keeps_sent`` says that it will
    send again what is lost itself, and ``view`` gives the form in which the client gets an event.
    ``sent`` has the events that it may send again, with the number of the batch that they were in
    first: whoever acknowledges a later one has seen them as well.

    ``deadline`` is when something has to happen next, ``armed`` the earliest time at which the
    engine will look (see deadlines).
    """

    client_id: str
    user: str | None
    interval: float
    expiry: float
    browser: str | None = None
    by_handshake: bool = False
    cookie: str | None = None
    until: float = NEVER
    connected: bool = False
    advised: str | None = None
    batching: bool = False
    dismissed: bool = False
    deliver_only: bool = False
    keeps_sent: bool = False
    sent: list[tuple[int, Event]] = field(default_factory=list)
    view: Callable[[Event], Event] | None = None
    held: HeldConnect | None = None
    socket: int | None = None
    queue: list[Event] = field(default_factory=list)
    queued_bytes: int = 0
    excused: int = 0
    excused_bytes: int = 0
    urgent: bool = False
    lazy_due: float = NEVER
    subscriptions: set[str] = field(default_factory=set)
    count: int = 0
    head: Sequence[int] = ()
    deadline: float = NEVER
    armed: float = NEVER

    def append(self, event: Event) -> None:
        if self.view is not None:
            event = self.view(event)
        size = len(event.encoded)  # an event that cannot be encoded fails here, and is not queued
        self.queue.append(event)
        self.queued_bytes += size
        self.count += 1

    def insert_excused(self, events: Sequence[Event]) -> None:
        """Queue events that the client asked for: how many it asked for is its own affair. They
        have replay ids; where all that waits has some too, they take their places among that."""
        before = self.queued_bytes
        waiting = self.queue[len(self.head) :]
        for event in events:
            self.append(event)
        if all(event.replay_id is not None for event in waiting):
            self.queue[len(self.head) :] = sorted(
                self.queue[len(self.head) :], key=attrgetter("replay_id")
            )
        self.excused = max(self.excused, len(events))
        self.excused_bytes = max(self.excused_bytes, self.queued_bytes - before)
        self.urgent = self.urgent or bool(events)

    def put_back(self, events: Sequence[Event], numbers: Sequence[int]) -> None:
        """Queue again events that did not reach the client: before those that were never sent, and
        among those that came back in the order of their numbers."""
        if not events:
            return
        returned = [*zip(numbers, events, strict=True)]
        returned += zip(self.head, self.queue, strict=False)
        returned.sort(key=itemgetter(0))
        self.queue[: len(self.head)] = [event for _, event in returned]
        self.head = [number for number, _ in returned]
        self.queued_bytes += sum(len(event.encoded) for event in events)
        self.urgent = True

    def take(self, max_bytes: int | None = None) -> tuple[list[Event], Sequence[int]]:
        """What is queued, and the numbers of these events. If it is more than ``max_bytes``, so
        many of the first that they come to that; the rest remains, and is urgent."""
        if not self.queue:
            self.clear()
            return [], ()
        numbers: Sequence[int] = range(self.count - len(self.queue) + len(self.head), self.count)
        if self.head:
            numbers = (*self.head, *numbers)
        if max_bytes is not None and self.queued_bytes > max_bytes:
            return self._take_some(max_bytes, numbers)
        events = self.queue
        self.clear()
        return events, numbers

    def _take_some(
        self, max_bytes: int, numbers: Sequence[int]
    ) -> tuple[list[Event], Sequence[int]]:
        size = place = 0
        while place < len(self.queue) and (not place or size < max_bytes):
            size += len(self.queue[place].encoded)
            place += 1
        events, self.queue = self.queue[:place], self.queue[place:]
        self.head = self.head[place:]
        self.queued_bytes -= size
        self.urgent = bool(self.queue)
        return events, numbers[:place]

    def clear(self) -> None:
        if self.queue:
            self.queue = []
            self.queued_bytes = 0
            self.head = ()
        self.urgent = False
        self.lazy_due = NEVER
