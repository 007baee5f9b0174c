"""CometD's own client says who it is, in the ways that it has, to a whole centre."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from switchbell.access.options import AccessOptions
from switchbell.config import Config
from tests.centre import Centre, running_centre
from tests.interop.conftest import Start
from tests.interop.javascript import JavaScriptClient
from tests.interop.proxy import Proxy
from tests.visitors import NOTIFICATIONS, basic

CALLS = "/v2/me/calls"
BOTH = ("websocket", "long-polling")


def said(user: str, password: str = "switchbell") -> dict[str, Any]:
    """What goes into the handshake of a user."""
    return {"ext": {"authentication": {"user": user, "password": password}}}


async def assert_hears_of_anna(centre: Centre, client: JavaScriptClient) -> None:
    await client.subscribe(CALLS)
    await centre.desk("agent15001").dial("15002")
    await centre.desk("agent15000").dial("15003")
    [data] = await client.hears(1)
    assert data["phoneNumber"] == "15000"


@pytest.mark.parametrize("transport", BOTH)
async def test_in_the_handshake(centre: Centre, start: Start, transport: str) -> None:
    url = centre.url + NOTIFICATIONS
    client = await start("cometd", url, transport, handshake=said("agent15000"))
    assert await client.open() == transport
    await assert_hears_of_anna(centre, client)
    await client.leave()


@pytest_asyncio.fixture
async def proxy(centre: Centre) -> AsyncIterator[Proxy]:
    proxy = Proxy(int(centre.url.rpartition(":")[2]))
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.mark.parametrize("transport", BOTH)
async def test_in_the_handshake_and_after_the_connection_was_lost(
    centre: Centre, proxy: Proxy, start: Start, transport: str
) -> None:
    """Over HTTP it shows its cookie. It keeps none of sockets, and so begins a new session."""
    url = f"http://127.0.0.1:{proxy.port}{NOTIFICATIONS}"
    client = await start("cometd", url, transport, handshake=said("agent15000"))
    assert await client.open(CALLS) == transport
    proxy.cut_after(0)
    anna = centre.desk("agent15000")
    await anna.dial("15003")
    await proxy.all_cut()
    await client.says("broken")
    await client.says("connected")
    if transport == "websocket":
        await client.succeeds("subscribed")
    [call] = await anna.calls()
    await anna.operate(call["id"], "Hangup")
    heard = await client.hears(1)
    assert heard[-1]["phoneNumber"] == "15000"
    assert len(client.said("handshaken")) == (1 if transport == "long-polling" else 2)
    await client.leave()


@pytest.mark.parametrize("transport", BOTH)
async def test_wrongly_in_the_handshake(centre: Centre, start: Start, transport: str) -> None:
    url = centre.url + NOTIFICATIONS
    client = await start("cometd", url, transport, handshake=said("agent15000", "wrong"))
    client.do("handshake")
    news = await client.says("handshaken")
    assert (news["successful"], news["error"]) == (False, "403::handshake_denied")


async def test_by_a_header_where_sockets_are_not_open_to_strangers(start: Start) -> None:
    """It sends the header by long-polling only, and so has to be sent there."""
    config = Config(access=AccessOptions(sockets_of_strangers="none"))
    async with running_centre(config) as centre:
        configuration = {"requestHeaders": basic()}
        url = centre.url + NOTIFICATIONS
        client = await start("cometd", url, *BOTH, configuration=configuration)
        client.do("handshake")
        assert (await client.says("connected"))["transport"] == "long-polling"
        await assert_hears_of_anna(centre, client)
        await client.leave()
