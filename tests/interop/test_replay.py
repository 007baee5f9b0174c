"""CometD's own client is told what it missed, by a server that was killed and started again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.centre import Centre
from tests.crash.mortal import MortalServer
from tests.interop.conftest import Start
from tests.visitors import NOTIFICATIONS

ANNA = {"ext": {"authentication": {"user": "agent15000", "password": "switchbell"}}}


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[MortalServer]:
    server = MortalServer(tmp_path / "data", agents=2)
    await server.start()
    yield server
    await server.end()


@pytest_asyncio.fixture
async def centre(server: MortalServer) -> AsyncIterator[Centre]:
    centre = Centre(server.url)
    yield centre
    await centre.close()


def brief(heard: list[dict[str, Any]]) -> list[str]:
    """The states of calls, and whether devices take any."""
    return [
        data["call"]["state"] if "call" in data else data["devices"][0]["doNotDisturb"]
        for data in heard
    ]


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_after_kill_9_it_hears_what_it_missed(
    server: MortalServer, centre: Centre, start: Start, transport: str
) -> None:
    url = server.url + NOTIFICATIONS
    client = await start("cometd", url, transport, extensions=["ack", "replay"], handshake=ANNA)
    await client.open("/v2/me/calls", "/v2/me/devices")
    anna, bert = centre.desk("agent15000"), centre.desk("agent15001")

    await server.kill()
    await server.start()
    await anna.dial("15001")  # before the client has heard anything
    await client.hears(1)
    await anna.set_up("DoNotDisturbOn")

    await server.kill()
    await server.start()
    [call] = await bert.calls()
    await bert.operate(call["id"], "Answer")
    await anna.operate(call["id"], "Hold")
    await client.hears(4)
    await anna.set_up("DoNotDisturbOff")
    await client.hears(5)
    await client.leave()

    assert brief(client.heard) == ["Dialing", "On", "Established", "Held", "Off"]
    ids = [data["event"]["replayId"] for data in client.heard]
    assert ids == sorted(set(ids))
