"""Whatever is put, given, written and cut in whatever order, the events come as in a plain list."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType
from switchbell.rest.cc_gateway.events_waiting import EventsWaiting, Overflow
from switchbell.rest.cc_gateway.guids import Guids
from switchbell.rest.cc_gateway.options import CcGatewayOptions

MOST = 4


def event(number: int) -> AgentEvent:
    return AgentEvent("101", EventType.HOLD, str(number))


class Deliveries(RuleBasedStateMachine):
    """The model: what was put and not written yet, and whether the first of it is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = EventsWaiting(MOST)
        self.expected: list[AgentEvent] = []
        self.under_way = False
        self.put_so_far = 0
        self.got: list[AgentEvent] = []

    @rule()
    def put(self) -> None:
        new = event(self.put_so_far)
        if len(self.expected) == MOST:
            with pytest.raises(Overflow):
                self.waiting.put(new)
            return
        self.put_so_far += 1
        self.waiting.put(new)
        self.expected.append(new)

    @rule()
    def take(self) -> None:
        given = self.waiting.take()
        if self.under_way or not self.expected:
            assert given is None
        else:
            assert given is self.expected[0]
            self.under_way = True

    @precondition(lambda self: self.under_way)
    @rule()
    def written(self) -> None:
        self.waiting.written()
        self.got.append(self.expected.pop(0))
        self.under_way = False

    @precondition(lambda self: self.under_way)
    @rule()
    def cut(self) -> None:
        self.waiting.cut()
        self.under_way = False

    @invariant()
    def none_is_lost_doubled_or_overtaken(self) -> None:
        assert len(self.waiting) == len(self.expected)
        assert self.got + self.expected == [event(n) for n in range(self.put_so_far)]
        assert self.waiting.can_take is (bool(self.expected) and not self.under_way)


def test_deliveries() -> None:
    run_state_machine_as_test(Deliveries, settings=settings(max_examples=200, deadline=None))


class Renewals(RuleBasedStateMachine):
    """A client that polls, and sometimes does not get the answer, is never locked out as long as
    its polls come often enough; and no Guid is good for longer than it may be."""

    options = CcGatewayOptions()

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.numbers = self._numbers()
        self.guids = Guids(self.options, lambda: next(self.numbers), self.now)
        self.client = self.guids.current
        self.good_until: dict[str, float] = {}

    def _numbers(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"guid {number}"

    @rule(seconds=st.integers(0, 40), arrives=st.booleans())
    def poll(self, seconds: int, *, arrives: bool) -> None:
        self.now += seconds
        if not self.guids.are_known(self.client, self.now):
            # Only who has not heard of the new one for so long is out.
            assert self.client != self.guids.current
            assert self.now - self.renewed_at >= self.options.guid_timeout / 1000
            self.client = self.guids.current
            return
        before = self.guids.current
        told = self.guids.renewed(self.client, self.now)
        if self.guids.current != before:
            self.renewed_at = self.now
            self.good_until[before] = self.now + self.options.guid_timeout / 1000
        if arrives and told is not None:
            self.client = told

    @invariant()
    def former_ones_are_known_for_their_time(self) -> None:
        for former, until in self.good_until.items():
            assert self.guids.are_known(former, self.now) is (self.now < until)


def test_renewals() -> None:
    run_state_machine_as_test(Renewals, settings=settings(max_examples=100, deadline=None))


def test_what_is_under_way_when_all_else_is_dropped_is_still_known() -> None:
    waiting = EventsWaiting(MOST)
    for number in range(3):
        waiting.put(event(number))
    assert waiting.take() == event(0)
    waiting.replace_all(event(9))
    waiting.written()
    assert waiting.take() == event(9)
    waiting.written()
    assert len(waiting) == 0


def test_nothing_under_way_when_all_is_dropped() -> None:
    waiting = EventsWaiting(MOST)
    waiting.put(event(0))
    waiting.replace_all(event(9))
    assert waiting.take() == event(9)
