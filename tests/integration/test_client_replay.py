"""Our client misses nothing of a server that keeps what it tells, over each transport."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiocometd.constants import ConnectionType

from switchbell.bayeux.retention import MemoryRetention
from switchbell_client import AgentClient, CallNotification, DeviceNotification, Resynchronised
from switchbell_client.acknowledge import Acknowledgement
from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client, EventsMissed
from switchbell_client.replay import Replay
from tests.centre import Centre
from tests.interop.proxy import Proxy
from tests.interop.serving import Server

WAYS = {
    ConnectionType.LONG_POLLING: [ConnectionType.LONG_POLLING],
    ConnectionType.WEBSOCKET: [ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING],
}
over_each = pytest.mark.parametrize("way", WAYS, ids=[way.value for way in WAYS])

CHANNELS = ("/odd", "/even")
KEPT = 200
PATIENCE = 30.0


class Numbers:
    """A server that publishes ever greater numbers, the odd ones on another channel than the even
    ones, and keeps the last KEPT of them from one start to the next."""

    def __init__(self, **options: Any) -> None:
        self.server = Server(retention=MemoryRetention(max_events=KEPT), **options)
        self.next = 0

    def publish(self, count: int = 1) -> None:
        for _ in range(count):
            data = {"number": self.next}
            self.server.publish(CHANNELS[(self.next + 1) % 2], data)
            self.next += 1

    async def restart(self, meanwhile: int = 0) -> None:
        """Stop and start, and publish so many before any client is back."""
        await self.server.stop()
        await self.server.start()
        self.publish(meanwhile)


@pytest_asyncio.fixture
async def cleanup() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest_asyncio.fixture
async def numbers(request: pytest.FixtureRequest, cleanup: AsyncExitStack) -> Numbers:
    numbers = Numbers(**getattr(request, "param", {}))
    await numbers.server.start()
    cleanup.push_async_callback(numbers.server.stop)
    return numbers


@asynccontextmanager
async def listening(
    url: str, way: ConnectionType, last_ids: Mapping[str, int | None] | None = None
) -> AsyncIterator[Client]:
    client = Client(
        url,
        connection_types=WAYS[way],
        extensions=[Acknowledgement()],
        backoff=Backoff(first=0.01, longest=0.1),
        max_pending_count=10 * KEPT,
        replay=Replay(last_ids),
    )
    async with asyncio.timeout(PATIENCE):
        await client.open(CHANNELS)
        try:
            yield client
        finally:
            await client.close()


async def hear(client: Client, count: int) -> list[int]:
    return [(await client.receive())["data"]["number"] for _ in range(count)]


@over_each
async def test_what_was_published_while_the_server_was_unknown(
    numbers: Numbers, way: ConnectionType
) -> None:
    async with listening(numbers.server.url, way) as client:
        await numbers.restart(meanwhile=5)  # before the first event of all
        assert await hear(client, 5) == [0, 1, 2, 3, 4]
        await numbers.restart(meanwhile=1)  # on one channel only
        assert await hear(client, 1) == [5]
        await numbers.restart(meanwhile=100)
        assert await hear(client, 100) == list(range(6, 106))


@over_each
async def test_what_is_no_longer_kept_is_missed_and_said_so(
    numbers: Numbers, way: ConnectionType
) -> None:
    async with listening(numbers.server.url, way) as client:
        numbers.publish(4)
        assert await hear(client, 4) == [0, 1, 2, 3]
        await numbers.restart(meanwhile=KEPT + 10)
        with pytest.raises(EventsMissed):
            await client.receive()
        first = numbers.next
        await numbers.restart(meanwhile=10)
        assert await hear(client, 10) == list(range(first, first + 10))


@over_each
async def test_a_client_goes_on_where_another_one_ended(
    numbers: Numbers, way: ConnectionType
) -> None:
    numbers.publish(3)
    async with listening(numbers.server.url, way) as client:
        numbers.publish(3)
        events = [await client.receive() for _ in range(3)]
    assert [event["data"]["number"] for event in events] == [3, 4, 5]
    numbers.publish(3)
    last_ids = {event["channel"]: event["data"]["event"]["replayId"] for event in events}
    async with listening(numbers.server.url, way, last_ids) as client:
        assert await hear(client, 3) == [6, 7, 8]


@over_each
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "numbers",
    [{"acknowledges": True}, {"acknowledges": False}],
    ids=["acknowledged", "numbered only"],
    indirect=True,
)
async def test_cuts_and_restarts_at_random_lose_nothing(
    numbers: Numbers, cleanup: AsyncExitStack, way: ConnectionType, seed: int
) -> None:
    chance = random.Random(seed)
    proxy = Proxy(numbers.server.port)
    await proxy.start()
    cleanup.push_async_callback(proxy.stop)

    async def make_trouble() -> None:
        for _ in range(40):
            match chance.choice(["cut", "cut all", "restart", "publish"]):
                case "cut":
                    proxy.cut_after(chance.randrange(1500))
                case "cut all":
                    proxy.cut_all()
                case "restart":
                    await numbers.restart(meanwhile=chance.randrange(3))
            numbers.publish(chance.randrange(4))
            await asyncio.sleep(chance.random() * 0.05)
        proxy.forget_cuts()

    async with listening(proxy.url, way) as client:
        trouble = asyncio.create_task(make_trouble())
        heard = await hear(client, 1)
        await trouble
        heard += await hear(client, numbers.next - 1)
        assert heard == list(range(numbers.next))
        assert not client.has_pending_messages


# The same for agents of a whole centre.


async def told(agent: AgentClient) -> object:
    """The state of the call that an agent is told of next, or of all that there are."""
    match await anext(agent.notifications()):
        case CallNotification(call=call):
            return call.state
        case Resynchronised(calls=calls):
            return [call.state for call in calls]
        case other:
            return other


@over_each
async def test_an_agent_goes_on_where_an_earlier_program_ended(
    centre: Centre, way: ConnectionType
) -> None:
    anna = AgentClient(centre.url, "agent15000", "switchbell", connection_types=WAYS[way])
    bert = centre.desk("agent15001")
    async with asyncio.timeout(PATIENCE), anna:
        await anna.do_not_disturb_on()
        await anna.dial("15001")
        assert isinstance(await told(anna), DeviceNotification)
        assert await told(anna) == "Dialing"
    [call] = await bert.calls()
    await bert.operate(call["id"], "Answer")
    anna = AgentClient(
        centre.url, "agent15000", "switchbell", connection_types=WAYS[way], last_ids=anna.last_ids
    )
    async with asyncio.timeout(PATIENCE), anna:
        await anna.hold(call["id"])
        assert [await told(anna), await told(anna)] == ["Established", "Held"]


@over_each
async def test_an_agent_who_comes_with_what_is_no_longer_known_reads_all_again(
    centre: Centre, way: ConnectionType
) -> None:
    await centre.desk("agent15000").dial("15001")
    anna = AgentClient(
        centre.url,
        "agent15000",
        "switchbell",
        connection_types=WAYS[way],
        last_ids={"/v2/me/calls": 7, "/v2/me/devices": 7},
    )
    async with asyncio.timeout(PATIENCE), anna:
        assert await told(anna) == ["Dialing"]
        assert anna.last_ids == {}
        [call] = await anna.calls()
        await anna.hangup(call)
        assert await told(anna) == "Released"
        assert [*anna.last_ids] == ["/v2/me/calls"]
