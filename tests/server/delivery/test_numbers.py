import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchbell.delivery.numbers import Numbers

BEGUN = 1_700_000_000_000


@given(st.integers(0, 10**12), st.integers(0, 1023))
def test_an_id_says_up_to_where_all_was_told(number: int, place: int) -> None:
    numbers = Numbers(BEGUN)
    complete = number if place == 1023 else number - 1
    assert numbers.complete(numbers.of(number, place)) == complete
    assert numbers.complete(numbers.latest(number)) == number


@given(st.tuples(*[st.integers(0, 10**9), st.integers(0, 1023)] * 2))
def test_ids_grow_with_the_changes_and_within_each(four: tuple[int, int, int, int]) -> None:
    one, other = four[:2], four[2:]
    numbers = Numbers(BEGUN)
    assert (numbers.of(*one) < numbers.of(*other)) == (one < other)


def test_ids_are_numbers_to_javascript() -> None:
    in_2248 = 8_770_000_000_000
    assert Numbers(in_2248).latest(10**9) < 2**53


def test_those_of_a_later_journal_are_higher() -> None:
    an_hour = 3_600_000
    assert Numbers(BEGUN + an_hour).of(1, 0) > Numbers(BEGUN).latest(an_hour - 1)


def test_a_change_has_so_many_notifications_at_most() -> None:
    with pytest.raises(ValueError, match="no numbers"):
        Numbers(BEGUN).of(1, 1024)
