"""One run of the load test against a server."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from switchbell_client.agent import AgentClient
from switchbell_client.each import each
from switchbell_client.errors import SwitchbellError
from switchbell_client.leftovers import end_leftovers
from switchbell_client.load.collector import rare_collections
from switchbell_client.load.crowd import logged_in
from switchbell_client.load.cycle import Side
from switchbell_client.load.ledger import Ledger
from switchbell_client.load.pair import Pair
from switchbell_client.load.tally import Tally

_LAG_INTERVAL = 0.02
# Time for a notification too many to come, after all that must have come.
_SETTLE = 0.5
# All pairs stand ready before the first one acts.
_HEAD_START = 0.5
_CLEAN_UP = 5.0


def schedule(
    start: float, seconds: float, rate: float, *, pair: int, pairs: int
) -> Iterator[float]:
    """When one of ``pairs`` must act, so that all together act ``rate`` times a second, evenly.

    The times are fixed in advance: a server that is slow delays operations, but not the moment
    from which their latency counts (no coordinated omission).
    """
    return (start + turn / rate for turn in range(pair, int(seconds * rate), pairs))


async def run(
    url: str,
    *,
    agents: int,
    rate: float,
    seconds: float,
    patience: float = 5.0,
    say: Callable[[str], None],
) -> Tally:
    """Log the agents in, let them call each other, and count.

    ``rate`` is in operations per second. Calls that the agents had before are ended. Raises
    ``SwitchbellError`` when the log-in fails or such a call cannot be ended.
    """
    began = time.monotonic()
    async with logged_in(url, agents) as crowd:
        say(f"{agents} agents logged in at {url} in {time.monotonic() - began:.1f} s")
        left_over = await end_leftovers(crowd)
        if left_over:
            say(f"{len(left_over)} calls left over from an earlier program were ended")
        tally = Tally(ledger=Ledger(foreign=left_over), seconds=seconds)
        pairs = [
            Pair(caller, callee, tally, patience=patience)
            for caller, callee in zip(crowd[::2], crowd[1::2], strict=True)
        ]
        with rare_collections():
            await _account_or_clean_up(pairs, tally, rate, crowd)
    return tally


async def _account_or_clean_up(
    pairs: Sequence[Pair], tally: Tally, rate: float, crowd: Sequence[AgentClient]
) -> None:
    try:
        await _account(pairs, tally, rate)
    except BaseException:
        # Interrupted. Whoever did that does not wait for long, but the next run should find no
        # calls; if it does, it ends them itself.
        with suppress(SwitchbellError, TimeoutError):
            async with asyncio.timeout(_CLEAN_UP):
                await end_leftovers(crowd)
        raise


async def _account(pairs: Sequence[Pair], tally: Tally, rate: float) -> None:
    async with asyncio.TaskGroup() as group:
        listening = [group.create_task(pair.listen(side)) for pair in pairs for side in Side]
        await _act(pairs, tally, rate)
        await each(Pair.finish, pairs)
        await asyncio.sleep(_SETTLE)
        for task in listening:
            task.cancel()


async def _act(pairs: Sequence[Pair], tally: Tally, rate: float) -> None:
    start = time.monotonic() + _HEAD_START
    end = start + tally.seconds
    cpu_before = time.process_time()
    watching = asyncio.create_task(_watch_lag(tally))
    try:
        await asyncio.gather(
            *(
                pair.run(schedule(start, tally.seconds, rate, pair=n, pairs=len(pairs)), end)
                for n, pair in enumerate(pairs)
            )
        )
    finally:
        watching.cancel()
    acted = time.monotonic() - start
    # Without operations it ends before it starts.
    tally.cpu = (time.process_time() - cpu_before) / acted if acted > 0 else 0.0


async def _watch_lag(tally: Tally) -> None:
    while True:
        due = time.monotonic() + _LAG_INTERVAL
        await asyncio.sleep(_LAG_INTERVAL)
        tally.lag.record(time.monotonic() - due)
