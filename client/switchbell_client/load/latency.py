"""Distributions of times."""

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]

_MICROSECONDS = 1_000_000
_LONGEST = 600 * _MICROSECONDS
_DIGITS = 3


class Latencies:
    """A histogram of times from a microsecond to ten minutes, to three digits."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(1, _LONGEST, _DIGITS)

    def record(self, seconds: float) -> None:
        """Count one time. What lies outside the range counts as its nearest end."""
        self._histogram.record_value(min(max(1, round(seconds * _MICROSECONDS)), _LONGEST))

    def percentile(self, percent: float) -> float:
        """The time that so many percent do not exceed, in seconds; 0 when nothing was counted."""
        return float(self._histogram.get_value_at_percentile(percent)) / _MICROSECONDS

    @property
    def longest(self) -> float:
        """The longest time, in seconds; 0 when nothing was counted."""
        return float(self._histogram.get_max_value()) / _MICROSECONDS
