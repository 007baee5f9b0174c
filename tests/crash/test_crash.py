"""Nothing is lost, whatever is killed or cut, and every desktop shows what is so in the end."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from switchbell_client import ConnectionType
from tests.crash.desk import Desk
from tests.crash.load import Account, Clerk
from tests.crash.mortal import MortalServer
from tests.crash.verdict import composed, faults_of, missing_operations, read_journal, until
from tests.interop.proxy import Proxy

AGENTS = 6
NUMBERS = [str(15000 + number) for number in range(AGENTS)]
# In turn, to one agent each.
WAYS = (
    (ConnectionType.LONG_POLLING,),
    (ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING),
)
# How often something is cut, how many bytes an answer may come to, how often all connections go at
# once, seconds from one cut to the next at most, and after which the server is killed as well.
CUTS = 150
LONG = 3000
ALL_AT_ONCE = 0.1
PAUSE = 0.1
KILLS_BETWEEN_CUTS = (50, 100)
# Seconds from a start to the next kill, at most: clients are often not even back by then.
LIFE = 1.0
# Kills of a server that has nothing to be lost.
FEW_KILLS = 4
# Kills from one look at the desktops to the next.
ROUND = 20

Trouble = Callable[[], Awaitable[None]]


class Centre:
    """A server in whose path there may be a proxy, and agents at work."""

    def __init__(self, server: MortalServer, chance: Random) -> None:
        self.server = server
        self._chance = chance
        self._desks: list[Desk] = []
        self._account = Account()
        self._rounds = 0
        self._last = ""

    @asynccontextmanager
    async def at_work(self, url: str) -> AsyncIterator[None]:
        """Agents have logged in, and follow what they are told."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            for place, number in enumerate(NUMBERS):
                desk = Desk(url, f"agent{number}", *WAYS[place % len(WAYS)])
                await stack.enter_async_context(desk.agent)
                self._desks.append(desk)
                tasks.create_task(desk.follow())
                await desk.agent.start_session()
            yield
            for desk in self._desks:
                await desk.agent.close()

    async def suffer(self, trouble: Trouble) -> None:
        """Work through one round of trouble; then every desktop has to show what is so."""
        stop = asyncio.Event()
        clerks = [Clerk(desk, NUMBERS, self._account, self._chance) for desk in self._desks]
        async with asyncio.TaskGroup() as tasks:
            for clerk in clerks:
                tasks.create_task(clerk.work(stop))
            await trouble()
            stop.set()
        self._rounds += 1
        self._last = f"end of round {self._rounds}"
        for desk in self._desks:
            await desk.be_told_of(self._last)
        faults = [fault for desk in self._desks for fault in await desk.faults()]
        assert not faults, "\n".join(faults)

    async def judge(self) -> None:
        """Kill the server once more, and look into its journal."""
        await self.server.kill()
        assert self.server.directory is not None
        entries = await read_journal(self.server.directory)
        await self.server.start()
        to_tell = composed(entries, self.server.url, AGENTS)
        account = self._account
        assert min(len(account.done), account.unanswered) > 0, "Nothing was at stake."
        faults = missing_operations(account.done, to_tell)
        for desk in self._desks:
            told, due = (until(self._last, some) for some in (desk.told, to_tell[desk.user]))
            faults += faults_of(desk.user, told, due)
        assert not faults, "\n".join(faults)

    def __str__(self) -> str:
        told = sum(len(desk.told) for desk in self._desks)
        account = self._account
        return (
            f"{len(account.done)} operations done, {account.unanswered} unanswered,"
            f" {account.refused} refused, {told} notifications"
        )


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    seed = request.config.getoption("--crash-seed")
    say(f"--crash-seed {seed}")
    return Random(seed)


@pytest_asyncio.fixture
async def centre(tmp_path: Path, chance: Random) -> AsyncIterator[Centre]:
    server = MortalServer(tmp_path / "data", AGENTS)
    await server.start()
    yield Centre(server, chance)
    await server.end()


@pytest_asyncio.fixture
async def forgetful_centre(chance: Random) -> AsyncIterator[Centre]:
    server = MortalServer(None, AGENTS)
    await server.start()
    yield Centre(server, chance)
    await server.end()


def say(text: object) -> None:
    """To be seen when a test fails, and with ``-s``."""
    sys.stdout.write(f"{text}\n")


async def kill(server: MortalServer, times: int, chance: Random) -> None:
    for _ in range(times):
        await asyncio.sleep(chance.random() * LIFE)
        await server.kill()
        await server.start()


async def test_nothing_is_lost_when_the_server_is_killed(
    centre: Centre, chance: Random, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("--crash-kills")

    async with centre.at_work(centre.server.url):
        for first in range(0, kills, ROUND):
            times = min(ROUND, kills - first)
            await centre.suffer(partial(kill, centre.server, times, chance))
            await centre.judge()
            say(f"{first + times} kills: {centre}")


async def test_nothing_is_lost_when_connections_are_cut(centre: Centre, chance: Random) -> None:
    proxy = Proxy(centre.server.port)
    await proxy.start()

    async def cut_again_and_again() -> None:
        for number in range(CUTS):
            # Of an answer all is swallowed, or its end; now and then all connections go at once.
            proxy.cut_after(chance.choice([0, chance.randrange(LONG)]))
            if chance.random() < ALL_AT_ONCE:
                proxy.cut_all()
            if number in KILLS_BETWEEN_CUTS:
                await centre.server.kill()
                await centre.server.start()
            await asyncio.sleep(chance.random() * PAUSE)
        proxy.forget_cuts()

    async with centre.at_work(f"http://127.0.0.1:{proxy.port}"):
        await centre.suffer(cut_again_and_again)
        await centre.judge()
        say(centre)
    await proxy.stop()


async def test_desktops_are_right_though_the_server_forgets_everything(
    forgetful_centre: Centre, chance: Random
) -> None:
    """What they show is made of what they read again, and of what they are told since."""
    centre = forgetful_centre
    async with centre.at_work(centre.server.url):
        await centre.suffer(partial(kill, centre.server, FEW_KILLS, chance))
