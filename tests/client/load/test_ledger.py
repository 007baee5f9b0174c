"""The books find what is lost, doubled, out of order and unexpected."""

import pytest

from switchbell_client.load.ledger import Ledger
from tests.client.load.fakes import told


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def counts(ledger: Ledger) -> dict[str, int]:
    found = {
        "lost": ledger.outstanding,
        "doubled": ledger.doubled,
        "out of order": ledger.out_of_order,
        "unexpected": ledger.unexpected,
    }
    return {what: count for what, count in found.items() if count}


def test_all_came(ledger: Ledger) -> None:
    first = ledger.expect("a", "Dialing", None, since=1.0)
    second = ledger.expect("b", "Ringing", None, since=1.0)
    assert ledger.arrived("b", told("Ringing")) is second
    assert ledger.arrived("a", told("Dialing")) is first
    assert (ledger.expected, ledger.received, counts(ledger)) == (2, 2, {})


def test_lost(ledger: Ledger) -> None:
    ledger.expect("a", "Held", "C1", since=1.0)
    ledger.expect("b", "Held", "C1", since=1.0)
    ledger.arrived("b", told("Held"))
    assert counts(ledger) == {"lost": 1}


def test_what_comes_late_is_not_lost(ledger: Ledger) -> None:
    late = ledger.expect("a", "Held", "C1", since=1.0)
    ledger.expect("a", "Dialing", None, since=2.0)
    ledger.arrived("a", told("Dialing", "C2"))
    assert ledger.arrived("a", told("Held", "C1")) is late
    assert counts(ledger) == {"out of order": 1}


def test_doubled(ledger: Ledger) -> None:
    ledger.expect("a", "Held", "C1", since=1.0)
    ledger.arrived("a", told("Held"))
    assert ledger.arrived("a", told("Held")) is None
    assert counts(ledger) == {"doubled": 1}


def test_a_state_that_a_call_enters_twice_is_not_doubled(ledger: Ledger) -> None:
    for state in ("Established", "Held", "Established"):
        ledger.expect("a", state, "C1", since=1.0)
        ledger.arrived("a", told(state))
    assert counts(ledger) == {}


def test_a_double_that_comes_while_something_else_is_awaited(ledger: Ledger) -> None:
    ledger.expect("a", "Established", "C1", since=1.0)
    ledger.arrived("a", told("Established"))
    ledger.expect("a", "Held", "C1", since=2.0)
    ledger.arrived("a", told("Established"))
    ledger.arrived("a", told("Held"))
    assert counts(ledger) == {"doubled": 1}


def test_a_double_of_the_last_call_is_not_the_next_call(ledger: Ledger) -> None:
    ledger.expect("a", "Dialing", None, since=1.0)
    ledger.arrived("a", told("Dialing", "C1"))
    expected = ledger.expect("a", "Dialing", None, since=2.0)
    assert ledger.arrived("a", told("Dialing", "C1")) is None
    assert ledger.arrived("a", told("Dialing", "C2")) is expected
    assert counts(ledger) == {"doubled": 1}


def test_out_of_order(ledger: Ledger) -> None:
    ledger.expect("a", "Held", "C1", since=1.0)
    ledger.expect("a", "Established", "C1", since=2.0)
    ledger.arrived("a", told("Established"))
    ledger.arrived("a", told("Held"))
    assert counts(ledger) == {"out of order": 1}


def test_the_order_between_agents_does_not_matter(ledger: Ledger) -> None:
    ledger.expect("a", "Established", "C1", since=1.0)
    ledger.expect("b", "Established", "C1", since=1.0)
    ledger.arrived("b", told("Established"))
    ledger.arrived("a", told("Established"))
    assert counts(ledger) == {}


@pytest.mark.parametrize(
    ("agent", "notification"),
    [
        ("a", told("Released")),
        ("a", told("Held", "C9")),
        ("a", told("Held", type="ParticipantsUpdated")),
        ("b", told("Held")),
    ],
)
def test_unexpected(ledger: Ledger, agent: str, notification: object) -> None:
    ledger.expect("a", "Held", "C1", since=1.0)
    assert ledger.arrived(agent, notification) is None
    assert counts(ledger) == {"lost": 1, "unexpected": 1}


def test_what_was_refused_is_not_lost(ledger: Ledger) -> None:
    refused = ledger.expect("a", "Held", "C1", since=1.0)
    ledger.withdraw(refused)
    assert (ledger.expected, counts(ledger)) == (0, {})
    ledger.arrived("a", told("Held"))
    assert counts(ledger) == {"unexpected": 1}


def test_what_came_before_its_operation_failed_stays_received(ledger: Ledger) -> None:
    early = ledger.expect("a", "Held", "C1", since=1.0)
    ledger.arrived("a", told("Held"))
    ledger.withdraw(early)
    assert (ledger.expected, ledger.received, counts(ledger)) == (1, 1, {})


def test_what_had_no_answer_may_still_come_or_is_lost(ledger: Ledger) -> None:
    for call_id in ("C1", "C2"):
        ledger.doubt(ledger.expect("a", "Held", call_id, since=1.0))
    met = ledger.arrived("a", told("Held", "C1"))
    assert met is not None
    assert not met.measured  # the outage is not the latency of a notification
    assert (ledger.received, counts(ledger)) == (1, {"lost": 1})


def test_what_had_no_answer_is_not_taken_for_what_comes_after_it(ledger: Ledger) -> None:
    ledger.doubt(ledger.expect("a", "Dialing", None, since=1.0))
    next_one = ledger.expect("a", "Dialing", None, since=2.0)
    assert ledger.arrived("a", told("Dialing", "C1")) is next_one
    assert counts(ledger) == {"lost": 1}


def test_calls_that_are_not_the_tests_do_not_count() -> None:
    ledger = Ledger(foreign={"C9"})
    assert ledger.arrived("a", told("Released", "C9")) is None
    assert counts(ledger) == {}
