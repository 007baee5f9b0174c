"""What the voice core costs: operations a second, in centres of different sizes.

Run by ``python -m tests.benchmarks.voice``. It is the core alone: what its changes say is neither
encoded nor sent.
"""

import time
from collections.abc import Callable
from itertools import count

from switchbell.voice.core import VoiceCore
from switchbell.voice.events import Change
from switchbell.voice.model import Centre, Device
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import (
    Answer,
    CompleteConference,
    Dial,
    Hangup,
    Hold,
    InitiateConference,
    Operation,
    Retrieve,
)

AGENTS = 1_000  # have calls, whatever the size of the centre
SIZES = (100, 1_000, 50_000)
CALLS = 100  # in a round: short ones, so that some are not disturbed
ROUNDS = 200


class Bench:
    """A core whose first agents call each other in turn."""

    def __init__(self, size: int) -> None:
        self._dns = [str(10_000 + number) for number in range(size)]
        devices = [Device(id=f"device-{dn}", dn=dn, user=f"user-{dn}") for dn in self._dns]
        centre = Centre(devices=tuple(devices))
        self._core = VoiceCore(centre, numbering=Numbering("benchmark"))
        self._turns = count()
        self.operations = 0

    def agents(self, wanted: int) -> list[str]:
        """Return the DNs of those whose turn it is."""
        among = min(AGENTS, len(self._dns))
        first = next(self._turns) * wanted
        return [self._dns[(first + number) % among] for number in range(wanted)]

    def execute(self, operation: Operation) -> Change:
        """Carry out an operation, and what is due by itself, as a server does."""
        self.operations += 1
        now = float(self.operations)
        change = self._core.execute(operation, now)
        self._core.next_deadline()
        return change

    def dial(self, caller: str, called: str) -> str:
        """Return the id of the new call."""
        return self.execute(Dial(dn=caller, destination=called)).calls[0].uuid


def basic_call(centre: Bench) -> None:
    """Dial, Answer, Hangup."""
    a, b = centre.agents(2)
    call = centre.dial(a, b)
    centre.execute(Answer(dn=b, call=call))
    centre.execute(Hangup(dn=a, call=call))


def held_call(centre: Bench) -> None:
    """The same, with Hold and Retrieve."""
    a, b = centre.agents(2)
    call = centre.dial(a, b)
    centre.execute(Answer(dn=b, call=call))
    centre.execute(Hold(dn=a, call=call))
    centre.execute(Retrieve(dn=a, call=call))
    centre.execute(Hangup(dn=a, call=call))


def conference(centre: Bench) -> None:
    """A call, a consultation, and three who talk until two have left."""
    a, b, c = centre.agents(3)
    main = centre.dial(a, b)
    centre.execute(Answer(dn=b, call=main))
    begun = centre.execute(InitiateConference(dn=a, call=main, destination=c))
    consult = begun.calls[1].uuid
    centre.execute(Answer(dn=c, call=consult))
    centre.execute(CompleteConference(dn=a, call=main))
    centre.execute(Hangup(dn=b, call=main))
    centre.execute(Hangup(dn=c, call=consult))


SCENARIOS: dict[str, Callable[[Bench], None]] = {
    "Dial, Answer, Hangup": basic_call,
    "with Hold and Retrieve": held_call,
    "conference of three": conference,
}


def best(scenario: Callable[[Bench], None], centre: Bench) -> float:
    """Operations a second, in the best of several rounds."""
    rates = []
    for _ in range(ROUNDS):
        before = centre.operations
        start = time.perf_counter()
        for _ in range(CALLS):
            scenario(centre)
        rates.append((centre.operations - before) / (time.perf_counter() - start))
    return max(rates)


def main() -> None:
    for size in SIZES:
        for name, scenario in SCENARIOS.items():
            rate = best(scenario, Bench(size))
            print(f"{name:24} {size:6,} devices {rate:8,.0f} operations/s")


if __name__ == "__main__":
    main()
