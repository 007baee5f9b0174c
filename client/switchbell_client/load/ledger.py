"""The books: which notifications must come to whom, and what came. No sockets, no clock."""

from collections import defaultdict, deque
from collections.abc import Set
from dataclasses import dataclass

from switchbell_client.model import CallNotification

_REMEMBERED = 64


@dataclass(eq=False, slots=True, kw_only=True)
class Expectation:
    """A notification that must come to an agent.

    ``call_id`` is ``None`` for a call that does not exist yet. ``since`` is when its operation
    should have been asked for, in seconds of ``time.monotonic()``; ``measured`` tells whether its
    latency counts. ``notification`` is what came.
    """

    agent: str
    state: str
    call_id: str | None
    since: float
    measured: bool = True
    notification: CallNotification | None = None

    def matches(self, notification: CallNotification) -> bool:
        """Whether this is the notification expected."""
        call = notification.call
        return (
            notification.notification_type == "StatusChange"
            and call.state == self.state
            and self.call_id in (None, call.id)
        )


class Ledger:
    """Counts what is expected, received, doubled, out of order (per agent) and unexpected.

    A notification that came before is doubled; one that nobody waits for and that never came
    before is unexpected. An expectation stays open, however late, until it is withdrawn.
    ``foreign`` are the ids of calls that are not the test's: what is told of them does not count.
    """

    def __init__(self, foreign: Set[str] = frozenset()) -> None:
        self._foreign = foreign
        self.expected = 0
        self.received = 0
        self.doubled = 0
        self.out_of_order = 0
        self.unexpected = 0
        self._open: defaultdict[str, list[Expectation]] = defaultdict(list)
        self._in_doubt: defaultdict[str, list[Expectation]] = defaultdict(list)
        # Enough for the last dozen of calls of an agent; doubles come sooner than that.
        self._came: defaultdict[str, deque[tuple[str, str]]] = defaultdict(
            lambda: deque(maxlen=_REMEMBERED)
        )

    @property
    def outstanding(self) -> int:
        """How many have not come yet; in the end these are the lost ones."""
        return self.expected - self.received

    def expect(
        self, agent: str, state: str, call_id: str | None, *, since: float, measured: bool = True
    ) -> Expectation:
        """Enter what must come, before the operation is asked for: it may come before the answer.

        What is entered first for an agent must come first.
        """
        expectation = Expectation(
            agent=agent, state=state, call_id=call_id, since=since, measured=measured
        )
        self._open[agent].append(expectation)
        self.expected += 1
        return expectation

    def withdraw(self, expectation: Expectation) -> None:
        """The operation was refused, so nothing is to come of it."""
        if expectation.notification is None:
            self._open[expectation.agent].remove(expectation)
            self.expected -= 1

    def doubt(self, expectation: Expectation) -> None:
        """The operation had no answer, so it may have been done or not. What it brings is still
        expected, or lost; but what comes is taken for the operations after it first, or one that
        was not done would set off all later ones by one."""
        if expectation.notification is None:
            self._open[expectation.agent].remove(expectation)
            self._in_doubt[expectation.agent].append(expectation)
            expectation.measured = False

    def arrived(self, agent: str, notification: CallNotification) -> Expectation | None:
        """Enter what came. Returns the expectation that it fulfils, if there is one."""
        if notification.call.id in self._foreign:
            return None
        came = (notification.call.id, notification.call.state)
        waiting = self._open[agent]
        for place, expectation in enumerate([*waiting, *self._in_doubt[agent]]):
            new_call = expectation.call_id is None
            if expectation.matches(notification) and not (new_call and came in self._came[agent]):
                if place < len(waiting):
                    del waiting[place]
                    self.out_of_order += place > 0
                else:
                    self._in_doubt[agent].remove(expectation)
                self.received += 1
                self._came[agent].append(came)
                expectation.notification = notification
                return expectation
        if came in self._came[agent]:
            self.doubled += 1
        else:
            self.unexpected += 1
        return None
