"""The events that wait for an agent, and the one that is on its way to him."""

from collections import deque

from switchbell.notify.cc_gateway.agent_event import AgentEvent


class Overflow(Exception):
    """There is no room for another event."""


class EventsWaiting:
    """One event at a time is given away. It leaves the queue when it is known to have been written;
    until then nothing else is given, so that none overtakes it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._events: deque[AgentEvent] = deque()
        self._is_under_way = False

    def __len__(self) -> int:
        return len(self._events)

    @property
    def can_take(self) -> bool:
        return bool(self._events) and not self._is_under_way

    def put(self, event: AgentEvent) -> None:
        """Add an event. Raises Overflow, and the event is not there then."""
        if len(self._events) >= self._most:
            raise Overflow
        self._events.append(event)

    def take(self) -> AgentEvent | None:
        """Give the oldest event away: :meth:`written` or :meth:`cut` has to follow. None while
        there is nothing, or something under way."""
        if not self.can_take:
            return None
        self._is_under_way = True
        return self._events[0]

    def written(self) -> None:
        """The answer with the event went out."""
        self._is_under_way = False
        self._events.popleft()

    def cut(self) -> None:
        """The answer did not go out: the event is to come again."""
        self._is_under_way = False

    def replace_all(self, event: AgentEvent) -> None:
        """Have nothing wait but this. What is under way remains so."""
        first = [self._events[0]] if self._is_under_way else []
        self._events = deque([*first, event])
