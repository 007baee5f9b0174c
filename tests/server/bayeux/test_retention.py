import pytest

from switchbell.bayeux.retention import MemoryRetention, ReplayIdInvalid, Retention
from tests.contracts.retention import KEPT, RetentionContract, data, event, fill


class TestMemoryRetention(RetentionContract):
    @pytest.fixture
    def retention(self) -> Retention:
        return MemoryRetention(max_events=KEPT)


class TestMemoryRetentionByBytes(RetentionContract):
    """The same, where it is their size that bounds them."""

    @pytest.fixture
    def retention(self) -> Retention:
        return MemoryRetention(max_bytes=KEPT * 2 * len(event("/a", 100).encoded))


def test_what_was_discarded_last_can_still_be_begun_after() -> None:
    retention = MemoryRetention(max_events=3)
    numbers = fill(retention, 5)
    assert data(retention.after(numbers[1], "/a", None)) == [2, 3, 4]
    with pytest.raises(ReplayIdInvalid):
        retention.after(numbers[0], "/a", None)


def test_events_are_counted_as_they_are_encoded() -> None:
    size = len(event("/a", 1).encoded)
    retention = MemoryRetention(max_bytes=2 * 3 * size)  # without their numbers, and with
    fill(retention, 5)
    assert data(retention.all("/a", None)) == [2, 3, 4]
    # One that is larger takes the place of several.
    retention.keep(event("/a", "x" * (size // 2)), None)
    assert data(retention.all("/a", None)) == [4, "x" * (size // 2)]


def test_one_that_is_too_large_is_not_kept_and_nothing_before_it() -> None:
    retention = MemoryRetention(max_bytes=200)
    fill(retention, 3)
    number = retention.keep(event("/a", "x" * 200), None)
    assert retention.all("/a", None) == []
    assert retention.after(number, "/a", None) == []
    fill(retention, 1)
    assert data(retention.all("/a", None)) == [0]


def test_nothing_may_be_kept_at_all() -> None:
    retention = MemoryRetention(max_events=0)
    numbers = fill(retention, 2)
    assert retention.all("/a", None) == []
    assert retention.after(numbers[-1], "/a", None) == []
    with pytest.raises(ReplayIdInvalid):
        retention.after(numbers[0], "/a", None)
