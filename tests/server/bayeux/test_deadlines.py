"""Deadlines come up in time, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchbell.bayeux.deadlines import Deadlines
from switchbell.bayeux.session import Session


def session(name: str) -> Session:
    return Session(client_id=name, user=None, interval=0.0, expiry=0.0)


@pytest.fixture
def deadlines() -> Deadlines:
    return Deadlines()


def take(deadlines: Deadlines, now: float) -> list[str]:
    """The ids of those that are due, each forgotten at once."""
    due = []
    for one in deadlines.due(now):
        due.append(one.client_id)
        deadlines.forget(one)
    return due


def test_without_sessions_there_is_nothing_to_wait_for(deadlines: Deadlines) -> None:
    assert deadlines.next() is None
    assert take(deadlines, 1e9) == []


def test_a_session_comes_up_at_its_time_and_not_before(deadlines: Deadlines) -> None:
    deadlines.set(session("a"), 10.0)
    assert deadlines.next() == 10.0
    assert take(deadlines, 9.999) == []
    assert take(deadlines, 10.0) == ["a"]
    assert deadlines.next() is None


def test_a_later_deadline_costs_no_second_entry(deadlines: Deadlines) -> None:
    one = session("a")
    for when in range(10, 1_000):
        deadlines.set(one, float(when))
    assert len(deadlines) == 1
    assert take(deadlines, 998.0) == []
    assert take(deadlines, 999.0) == ["a"]


def test_an_earlier_deadline_takes_the_place_of_a_later_one(deadlines: Deadlines) -> None:
    one = session("a")
    deadlines.set(one, 20.0)
    deadlines.set(one, 10.0)
    assert deadlines.next() == 10.0
    assert take(deadlines, 10.0) == ["a"]
    assert take(deadlines, 20.0) == []


def test_what_is_forgotten_never_comes_up(deadlines: Deadlines) -> None:
    one, other = session("a"), session("b")
    deadlines.set(one, 1.0)
    deadlines.set(other, 2.0)
    deadlines.forget(one)
    assert deadlines.next() == 2.0
    assert take(deadlines, 3.0) == ["b"]


def test_equal_deadlines_come_up_in_the_order_in_which_they_were_set(deadlines: Deadlines) -> None:
    for name in "abc":
        deadlines.set(session(name), 5.0)
    assert take(deadlines, 5.0) == ["a", "b", "c"]


def test_one_that_is_set_again_while_it_is_due_comes_up_again_later(deadlines: Deadlines) -> None:
    one = session("a")
    deadlines.set(one, 1.0)
    for due in deadlines.due(1.0):
        deadlines.set(due, 3.0)
    assert deadlines.next() == 3.0
    assert take(deadlines, 2.0) == []
    assert take(deadlines, 3.0) == ["a"]


steps = st.lists(
    st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 12)), st.integers(0, 3)),
    max_size=60,
)


@given(steps=steps)
def test_no_interleaving_makes_a_deadline_late_early_or_double(
    steps: list[tuple[int, int | None, int]],
) -> None:
    deadlines = Deadlines()
    sessions = [session(str(number)) for number in range(5)]
    expected: dict[str, float] = {}
    now = 0.0
    for number, ahead, passed in steps:
        if ahead is None:
            deadlines.forget(sessions[number])
            expected.pop(str(number), None)
        else:
            deadlines.set(sessions[number], now + ahead)
            expected[str(number)] = now + ahead
        upcoming = deadlines.next()
        assert (upcoming is None) == (not expected)
        assert upcoming is None or upcoming <= min(expected.values())
        now += passed
        due = {name for name, when in expected.items() if when <= now}
        assert sorted(take(deadlines, now)) == sorted(due)
        for name in due:
            del expected[name]
