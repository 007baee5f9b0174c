"""All that a run counts, and what it says about server and load generator."""

from dataclasses import dataclass, field

from switchbell_client.load.latency import Latencies
from switchbell_client.load.ledger import Ledger

# Beyond these the load generator, not the server, may have made the latencies.
_LAG = 0.05
_BUSY = 0.9
_MOST = 99.0


@dataclass
class Tally:
    """Counts of one run.

    ``missed`` are operations whose time came, but not their turn: their pair was still waiting for
    the operation before. ``lateness`` is by how much operations were asked for too late though
    their pair was ready; ``lag`` by how much the event loop overslept; both are the load
    generator's own doing. ``cpu`` is the share of one core that it used.
    """

    ledger: Ledger = field(default_factory=Ledger)
    done: int = 0
    refused: int = 0
    failed: int = 0
    missed: int = 0
    disconnections: int = 0
    latencies: Latencies = field(default_factory=Latencies)
    lateness: Latencies = field(default_factory=Latencies)
    lag: Latencies = field(default_factory=Latencies)
    cpu: float = 0.0
    seconds: float = 0.0

    @property
    def achieved_rate(self) -> float:
        """Operations per second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def faults(self) -> dict[str, int]:
        """What went wrong, and how often. Missed turns are no fault: they say that the pairs were
        too few for the rate."""
        ledger = self.ledger
        counts = {
            "refused": self.refused,
            "failed": self.failed,
            "lost": ledger.outstanding,
            "doubled": ledger.doubled,
            "unexpected": ledger.unexpected,
            "out of order": ledger.out_of_order,
            "connections lost": self.disconnections,
        }
        return {what: count for what, count in counts.items() if count}

    @property
    def passed(self) -> bool:
        """Whether all operations were done and every notification came exactly once and in order,
        and there were any."""
        return self.done > 0 and not self.faults

    @property
    def generator_was_the_bottleneck(self) -> bool:
        """Whether the load generator could not keep up with itself."""
        overslept = max(self.lag.percentile(_MOST), self.lateness.percentile(_MOST))
        return overslept > _LAG or self.cpu > _BUSY
