"""How long to wait."""

from switchbell_client.backoff import Backoff


def test_backoff_doubles_up_to_its_bound() -> None:
    backoff = Backoff(first=1.0, longest=10.0)
    for failures, full in [(1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (100_000, 10.0)]:
        assert full / 2 <= backoff.delay(failures) <= full
    assert len({backoff.delay(3) for _ in range(20)}) > 1
