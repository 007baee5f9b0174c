"""What was said to be durable is there after SIGKILL, whenever it comes."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from tests.contracts.journal import BEGINNING

# Commits from many sides at once, for ever, and prints each number that it is told.
WRITER = """
import asyncio, sys
from pathlib import Path
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.voice.agents import DnState
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change

async def main() -> None:
    options = JournalOptions(durability=sys.argv[2], max_age=10**12)
    journal = SqliteJournal(Path(sys.argv[1]), options)
    await journal.open(Snapshot(site="here"))
    print("ready", flush=True)
    async def commit(dn: str) -> None:
        while True:
            text = str(journal.last)
            state = DnState(dn=dn, forward_to=text)
            change = Change(time=1.0, events=(), calls=(), dn_states=(state,))
            print(await journal.commit(change), dn, text, flush=True)
    await asyncio.gather(*(commit(str(number)) for number in range(20)))

asyncio.run(main())
"""

ROUNDS = 4


@pytest.mark.parametrize("durability", ["full", "normal"])
async def test_all_that_was_told_is_there(tmp_path: Path, durability: str) -> None:
    chance = random.Random(7)
    told: dict[int, tuple[str, str]] = {}
    for _ in range(ROUNDS):
        writer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WRITER, str(tmp_path), durability),
            stdout=asyncio.subprocess.PIPE,
        )
        assert writer.stdout is not None
        async with asyncio.timeout(30):
            assert await writer.stdout.readline() == b"ready\n"
            for _ in range(chance.randrange(1, 400)):
                await writer.stdout.readline()
            writer.kill()
            output = await writer.stdout.read()
            await writer.wait()
        journal = SqliteJournal(tmp_path, JournalOptions(max_age=10**12))
        state = await journal.open(BEGINNING)
        entries = await journal.replay(0, journal.last)
        assert [entry.number for entry in entries] == list(range(1, journal.last + 1))
        kept = {
            entry.number: (one.dn, one.forward_to)
            for entry in entries
            for one in entry.change.dn_states
        }
        for line in output.decode().splitlines(keepends=True):
            if line.endswith("\n"):  # the last may be cut
                number, dn, text = line.split()
                told[int(number)] = (dn, text)
        assert told
        assert told.items() <= kept.items()
        latest = dict(kept[number] for number in sorted(kept))
        assert {one.dn: one.forward_to for one in state.dn_states} == latest
        await journal.close()
