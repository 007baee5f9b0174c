"""What every retention promises. Subclass it, and give the retention to be held to it."""

import pytest

from switchbell.bayeux.message import Event
from switchbell.bayeux.retention import ReplayIdInvalid, Retention

KEPT = 50


def event(channel: str, data: object = None) -> Event:
    return Event({"channel": channel, "data": data})


def data(events: list[Event]) -> list[object]:
    return [event.fields["data"] for event in events]


def fill(retention: Retention, count: int, channel: str = "/a") -> list[int]:
    """Keep so many events, whose data count from 0. Returns their numbers."""
    numbers = [retention.keep(event(channel, number), None) for number in range(count)]
    assert None not in numbers
    return [number for number in numbers if number is not None]


class RetentionContract:
    """A subclass has the fixture ``retention``: empty, made to keep every event that has an
    encoding of less than 100 bytes, and at least the last KEPT of them but not three times as
    many."""

    def test_numbers_are_positive_and_grow(self, retention: Retention) -> None:
        numbers = fill(retention, 20)
        assert numbers == sorted(set(numbers))
        assert numbers[0] > 0

    def test_the_last_number_is_that_of_the_latest_event(self, retention: Retention) -> None:
        begin = retention.last
        assert fill(retention, 3)[0] > begin
        [number] = fill(retention, 1)
        assert retention.last == number
        assert retention.after(begin, "/a", None) == retention.all("/a", None)

    def test_all_are_those_of_a_channel_in_their_order(self, retention: Retention) -> None:
        for number in range(6):
            retention.keep(event("/even" if number % 2 == 0 else "/odd", number), None)
        assert data(retention.all("/even", None)) == [0, 2, 4]
        assert data(retention.all("/odd", None)) == [1, 3, 5]

    def test_there_may_be_none(self, retention: Retention) -> None:
        assert retention.all("/a", None) == []
        fill(retention, 3)
        assert retention.all("/b", None) == []

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("/a", ["/a"]),
            ("/a/*", ["/a/b"]),
            ("/a/**", ["/a/b", "/a/b/c"]),
            ("/*", ["/a", "/x"]),
            ("/**", ["/a", "/a/b", "/a/b/c", "/x"]),
            ("/a/b/c/*", []),
        ],
    )
    def test_a_wildcard_takes_all_that_it_matches(
        self, retention: Retention, pattern: str, expected: list[str]
    ) -> None:
        for channel in ("/a", "/a/b", "/a/b/c", "/x"):
            retention.keep(event(channel, channel), None)
        assert data(retention.all(pattern, None)) == expected

    def test_an_audience_leaves_out_all_others(self, retention: Retention) -> None:
        first = retention.keep(event("/a", "all"), None)
        retention.keep(event("/a", "ann"), ["ann"])
        retention.keep(event("/a", "both"), (name for name in ("ann", "bob")))
        retention.keep(event("/a", "none"), [])
        assert data(retention.all("/a", "ann")) == ["all", "ann", "both"]
        assert data(retention.all("/a", "bob")) == ["all", "both"]
        assert data(retention.all("/a", None)) == ["all"]
        assert first is not None
        assert data(retention.after(first, "/**", "bob")) == ["both"]

    def test_after_a_number_comes_what_followed_it(self, retention: Retention) -> None:
        numbers = fill(retention, 10)
        for place, number in enumerate(numbers):
            expected = list(range(place + 1, 10))
            assert data(retention.after(number, "/a", None)) == expected
            assert data(retention.after(number, "/**", None)) == expected

    def test_it_may_be_the_number_of_an_event_on_another_channel(
        self, retention: Retention
    ) -> None:
        retention.keep(event("/a", 1), None)
        between = retention.keep(event("/b", 2), None)
        retention.keep(event("/a", 3), None)
        assert between is not None
        assert data(retention.after(between, "/a", None)) == [3]

    def test_a_number_that_was_not_given_yet_is_invalid(self, retention: Retention) -> None:
        latest = fill(retention, 3)[-1]
        for number in (latest + 1, latest + 1_000_000):
            with pytest.raises(ReplayIdInvalid):
                retention.after(number, "/a", None)

    @pytest.mark.parametrize("number", [-1, -2, -3, -(2**60)])
    def test_no_number_is_negative(self, retention: Retention, number: int) -> None:
        fill(retention, 3)
        with pytest.raises(ReplayIdInvalid):
            retention.after(number, "/a", None)

    def test_the_latest_are_kept_and_the_oldest_are_not(self, retention: Retention) -> None:
        count = KEPT * 3
        fill(retention, count)
        kept = data(retention.all("/a", None))
        assert KEPT <= len(kept) < count
        assert kept == list(range(count))[-len(kept) :]

    def test_after_what_is_no_longer_known_nothing_is_left_out_silently(
        self, retention: Retention
    ) -> None:
        numbers = fill(retention, KEPT * 3)
        with pytest.raises(ReplayIdInvalid):
            retention.after(numbers[0], "/a", None)
        kept = retention.all("/a", None)
        for place in range(len(numbers)):
            try:
                events = retention.after(numbers[place], "/a", None)
            except ReplayIdInvalid:
                continue
            assert data(events) == list(range(place + 1, len(numbers)))
        assert data(retention.after(numbers[-len(kept)], "/a", None)) == data(kept)[1:]
