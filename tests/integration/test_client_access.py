"""What the cookie of an HTTP session does to our client: nothing, not even when that has ended."""

import asyncio
from collections.abc import Iterable

import aiohttp
import pytest
from aiohttp.abc import AbstractCookieJar

from switchbell.access.options import AccessOptions
from switchbell.config import Config
from switchbell_client import AgentClient, CallNotification, ConnectionType
from tests.centre import PATIENCE, Centre, running_centre

WAYS = {
    "long-polling": (ConnectionType.LONG_POLLING,),
    "websocket": (ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING),
}
over_each = pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))

GUARDED = Config(access=AccessOptions(csrf_protection=True))


def http_session(jar: AbstractCookieJar) -> str:
    [cookie] = [cookie.value for cookie in jar if cookie.key == "JSESSIONID"]
    return cookie


def bayeux_session(agent: AgentClient) -> str:
    """The HTTP session of an agent's notifications."""
    assert agent._client is not None
    assert agent._client._transport is not None
    assert agent._client._transport._http_session is not None
    return http_session(agent._client._transport._http_session.cookie_jar)


async def log_out(centre: Centre, *cookies: str) -> None:
    """End HTTP sessions as whoever has their cookies can."""
    for cookie in cookies:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            operation = {"operationName": "EndContactCenterSession"}
            async with http.post(
                centre.url + "/api/v2/me",
                json=operation,
                headers={"Cookie": f"JSESSIONID={cookie}"},
            ) as response:
                assert await response.json() == {"statusCode": 0}


async def states(agent: AgentClient, count: int) -> list[str]:
    """The states of calls that an agent is told of next."""
    heard: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(heard) < count:
            notification = await anext(agent.notifications())
            assert isinstance(notification, CallNotification)
            heard.append(notification.call.state)
    return heard


@over_each
async def test_notifications_outlive_their_http_session(way: Iterable[ConnectionType]) -> None:
    async with (
        running_centre() as centre,
        AgentClient(centre.url, "agent15000", "switchbell", connection_types=tuple(way)) as agent,
    ):
        await log_out(centre, bayeux_session(agent))
        await agent.dial("15001")
        # Whose WebSocket it was is not known any more: another session takes its place, unnoticed.
        assert await states(agent, 1) == ["Dialing"]
        [call] = await agent.calls()
        await agent.hangup(call)
        assert await states(agent, 1) == ["Released"]


async def test_operations_outlive_their_http_session_and_its_csrf_token() -> None:
    async with (
        running_centre(GUARDED) as centre,
        AgentClient(centre.url, "agent15000", "switchbell") as agent,
    ):
        await agent.do_not_disturb_on()
        assert agent._open_rest is not None
        before = http_session(agent._open_rest._session.cookie_jar)
        await agent.end_session()
        await agent.do_not_disturb_off()
        assert (await agent.current_device()).do_not_disturb == "Off"
        assert http_session(agent._open_rest._session.cookie_jar) != before
        assert await agent.start_session() == ()


async def test_a_client_may_be_used_again_after_the_end_of_the_session(centre: Centre) -> None:
    agent = AgentClient(centre.url, "agent15000", "switchbell")
    for _ in range(2):
        async with agent:
            await agent.start_session()
            await agent.end_session()
            assert await agent.calls() == ()


async def test_no_cookie_goes_from_one_client_to_another(centre: Centre) -> None:
    async with (
        AgentClient(centre.url, "agent15000", "switchbell") as anna,
        AgentClient(centre.url, "agent15001", "switchbell") as berta,
    ):
        assert (await anna.me()).user_name == "agent15000"
        assert (await berta.me()).user_name == "agent15001"
        assert bayeux_session(anna) != bayeux_session(berta)
