"""Guessing passwords gets slow, and nobody else suffers more than he must."""

import pytest

from switchbell.access import throttle as module
from switchbell.access.throttle import Throttle, network


@pytest.fixture
def throttle() -> Throttle:
    return Throttle(free=3, free_of_user=6, free_of_address=9, longest_wait=60, forget_after=900)


def fail(throttle: Throttle, user: str, address: str, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        throttle.attempt(user, address, now)


def test_the_first_mistakes_are_free(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 2)
    assert throttle.wait("anna", "10.0.0.1", 0.0) == 0


def test_then_the_wait_doubles_with_each_up_to_the_longest(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 2)
    now, waits = 0.0, []
    for _ in range(9):
        throttle.attempt("anna", "10.0.0.1", now)
        waits.append(throttle.wait("anna", "10.0.0.1", now))
        now += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_waiting_is_what_is_asked_for(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 4)
    assert throttle.wait("anna", "10.0.0.1", 1.5) == 0.5
    assert throttle.wait("anna", "10.0.0.1", 2.0) == 0


def test_any_number_of_mistakes_can_be_counted(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 5_000)
    assert throttle.wait("anna", "10.0.0.1", 0.0) == 60


def test_mistakes_are_forgotten_after_a_while_without_any(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 8)
    assert throttle.wait("anna", "10.0.0.1", 899.0) == 0
    throttle.attempt("anna", "10.0.0.1", 899.0)
    assert throttle.wait("anna", "10.0.0.1", 899.0) > 1
    throttle.attempt("anna", "10.0.0.1", 1799.0)
    assert throttle.wait("anna", "10.0.0.1", 1799.0) == 0


def test_a_right_password_wipes_the_mistakes_of_that_user_there(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 3)
    throttle.attempt("anna", "10.0.0.1", 1.0)
    throttle.succeed("anna", "10.0.0.1")
    assert throttle.wait("anna", "10.0.0.1", 1.0) == 0


def test_another_user_and_another_address_are_not_slowed(throttle: Throttle) -> None:
    fail(throttle, "anna", "10.0.0.1", 3)
    assert throttle.wait("berta", "10.0.0.1", 0.0) == 0
    assert throttle.wait("anna", "10.0.0.2", 0.0) == 0


def test_guesses_from_many_addresses_slow_the_user_where_he_never_was(throttle: Throttle) -> None:
    throttle.attempt("anna", "10.0.0.9", 0.0)
    throttle.succeed("anna", "10.0.0.9")
    for number in range(6):
        fail(throttle, "anna", f"10.0.1.{number}", 1)
    assert throttle.wait("anna", "10.0.2.1", 0.0) > 0
    # It is no way to lock her out of her own desk.
    assert throttle.wait("anna", "10.0.0.9", 0.0) == 0


def test_guesses_at_many_users_slow_the_address_but_not_who_works_there(
    throttle: Throttle,
) -> None:
    throttle.attempt("anna", "10.0.0.1", 0.0)
    throttle.succeed("anna", "10.0.0.1")
    for number in range(9):
        fail(throttle, f"user{number}", "10.0.0.1", 1)
    assert throttle.wait("berta", "10.0.0.1", 0.0) > 0
    assert throttle.wait("berta", "10.0.0.2", 0.0) == 0
    assert throttle.wait("anna", "10.0.0.1", 0.0) == 0


def test_one_right_password_buys_no_guesses_at_others(throttle: Throttle) -> None:
    for number in range(9):
        fail(throttle, f"user{number}", "10.0.0.1", 1)
        throttle.attempt("mallory", "10.0.0.1", 0.0)
        throttle.succeed("mallory", "10.0.0.1")
    assert throttle.wait("berta", "10.0.0.1", 0.0) > 0


def test_what_is_remembered_is_bounded(throttle: Throttle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 10)
    for number in range(100):
        throttle.attempt(f"user{number}", f"10.0.0.{number}", 0.0)
        throttle.attempt(f"right{number}", f"10.0.1.{number}", 0.0)
        throttle.succeed(f"right{number}", f"10.0.1.{number}")
        throttle.look(f"right{number}", f"10.0.1.{number}", 0.0)
    for counts in (throttle._pairs, throttle._users, throttle._addresses, throttle._known):
        assert len(counts) <= 10
    assert len(throttle._looks) <= 10


def test_who_goes_on_is_not_forgotten_for_those_who_come_once(
    throttle: Throttle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 10)
    for number in range(100):
        throttle.attempt("anna", "10.0.0.1", 0.0)
        throttle.attempt(f"user{number}", f"10.0.1.{number}", 0.0)
    assert throttle.wait("anna", "10.0.0.1", 0.0) == 60


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_client_has_a_whole_network_of_ipv6(address: str, expected: str) -> None:
    assert network(address) == expected
