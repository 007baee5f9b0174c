"""What it costs to keep what happens: operations a second, and how long one waits for the disk.

Run by ``scripts/benchmark``, or alone by ``python -m tests.benchmarks.journal [DIRECTORY]``, which
names a place on the disk that is to be measured; it is the present directory otherwise. Operations
go through the switchboard, from one desk or from many at once; HTTP is not in these figures.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from switchbell.cli import run
from switchbell.delivery.retention import MOST_MISSED, JournalRetention
from switchbell.directory import demo
from switchbell.journal.base import Journal
from switchbell.journal.memory import MemoryJournal
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import Resources
from switchbell.switchboard import Switchboard
from switchbell.voice.core import VoiceCore
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import Answer, Dial, Hangup, Hold, Retrieve

AT_ONCE = (1, 64)
SECONDS = 3.0
FSYNCS = 300
PAGES = b"x" * 16_384  # about what an operation writes

JOURNALS: dict[str, Callable[[Path], Journal]] = {
    "full": lambda path: SqliteJournal(path, JournalOptions(durability="full")),
    "normal": lambda path: SqliteJournal(path, JournalOptions(durability="normal")),
    "memory": lambda path: MemoryJournal(),
}


Work = Callable[[], Awaitable[object]]


class Pair:
    """Two agents who call each other again and again."""

    def __init__(self, switchboard: Switchboard, one: str, other: str) -> None:
        self._switchboard = switchboard
        self._one = one
        self._other = other
        self._call = ""
        self._steps = cycle((Dial, Answer, Hold, Retrieve, Hangup))

    async def operate(self) -> None:
        """Do what comes next."""
        kind = next(self._steps)
        if kind is Dial:
            await self._switchboard.execute(Dial(dn=self._one, destination=self._other))
            self._call = self._switchboard.legs(self._one)[0].id
        else:
            dn = self._other if kind is Answer else self._one
            await self._switchboard.execute(kind(dn=dn, call=self._call))


async def paired(journal: Journal, pairs: int) -> list[Pair]:
    """Agents of a centre that has this journal."""
    directory = demo(2 * pairs)
    dns = [device.dn for device in directory.devices]
    core = VoiceCore(directory.centre, numbering=Numbering("benchmark"))
    switchboard = Switchboard(core, journal, time.time)
    await switchboard.open()
    return [Pair(switchboard, dns[2 * n], dns[2 * n + 1]) for n in range(pairs)]


async def rate_of(works: Sequence[Work]) -> tuple[float, list[float]]:
    """How often a second all that is done at once is done, and how long each took."""
    waits: list[float] = []
    begin = time.perf_counter()

    async def repeat(work: Work) -> None:
        while (now := time.perf_counter()) < begin + SECONDS:
            await work()
            waits.append(time.perf_counter() - now)

    await asyncio.gather(*map(repeat, works))
    return len(waits) / (time.perf_counter() - begin), waits


async def operations(journal: Journal, at_once: int) -> Sequence[Work]:
    """What passes through core and journal."""
    return [pair.operate for pair in await paired(journal, at_once)]


async def commits(journal: Journal, at_once: int) -> Sequence[Work]:
    """One change that passes through the journal alone, over and over."""
    [pair] = await paired(journal, 1)
    await pair.operate()
    [entry] = await journal.replay(0, 1)

    async def commit() -> None:
        await journal.commit(entry.change)

    return [commit] * at_once


SUBJECTS = {"operations": operations, "commits alone": commits}


def percentile(values: Sequence[float], part: float) -> float:
    """In milliseconds."""
    return sorted(values)[int(part * (len(values) - 1))] * 1000


def fsyncs(directory: Path) -> list[float]:
    """How long it takes to have the disk keep something, each time."""
    waits = []
    with (directory / "probe").open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            file.write(PAGES)
            begin = time.perf_counter()
            os.fsync(file.fileno())
            waits.append(time.perf_counter() - begin)
    return waits


async def throughput(directory: Path) -> None:
    for subject, prepare in SUBJECTS.items():
        for name, make in JOURNALS.items():
            rates = []
            for at_once in AT_ONCE:
                journal = make(directory / f"{subject}-{name}-{at_once}")
                rate, waits = await rate_of(await prepare(journal, at_once))
                await journal.close()
                rates.append(rate)
                print(
                    f"{subject:14} {name:7} {at_once:3} at once {rate:9,.0f}/s"
                    f"   50% {percentile(waits, 0.5):7.3f} ms"
                    f"   99% {percentile(waits, 0.99):7.3f} ms"
                )
            print(f"{subject:14} {name:7} {rates[-1] / rates[0]:5.1f} times as many at once")


async def replay(directory: Path) -> None:
    """What it costs to tell one agent again of the most that he can have missed."""
    journal = SqliteJournal(directory / "replay", JournalOptions(durability="normal"))
    [pair] = await paired(journal, 1)
    for _ in range(MOST_MISSED):
        await pair.operate()
    centre = demo(2)
    resources = Resources("http://localhost", centre.devices, recording=False)
    compose = GwsNotifications(resources, centre.devices).compose
    retention = JournalRetention(journal, compose, centre.dns_by_user)
    retention.begin()
    for missed in (5, MOST_MISSED):
        after = retention.numbers.latest(journal.last - missed)
        begin = time.perf_counter()
        events = retention.after(after, "/v2/me/calls", centre.devices[0].user)
        took = (time.perf_counter() - begin) * 1000
        print(f"{'replay':14} {len(events):5,} notifications made again in {took:6.2f} ms")
    await journal.close()


async def benchmark(parent: Path) -> None:
    with TemporaryDirectory(dir=parent, prefix="benchmark-") as name:
        directory = Path(name)
        waits = fsyncs(directory)
        half, most = percentile(waits, 0.5), percentile(waits, 0.99)
        print(f"{'fsync':14} {len(PAGES):,} bytes: 50% {half:.3f} ms   99% {most:.3f} ms")
        await throughput(directory)
        await replay(directory)


def main() -> None:
    parent = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    run(benchmark(parent))


if __name__ == "__main__":
    main()
