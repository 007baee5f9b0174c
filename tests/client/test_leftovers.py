"""Calls of an interrupted program: ended, or named when that cannot be."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from switchbell_client import AgentClient
from switchbell_client.leftovers import CallLeftOver, end_leftovers
from tests.client.fakes import FakeServer, Raw

CALLS = "GET /api/v2/me/calls?fields=*"
RINGING = {
    "id": "C1",
    "state": "Ringing",
    "capabilities": ["Answer"],
    "participants": [{"phoneNumber": "15007"}],
}
DIALING = {"id": "C1", "state": "Dialing", "capabilities": ["Hangup"]}
HELD = {"id": "C2", "state": "Held", "capabilities": ["Retrieve", "Hangup"]}


def calls(*found: dict[str, object]) -> Raw:
    return Raw(200, json.dumps({"statusCode": 0, "calls": found}))


@pytest_asyncio.fixture
async def agents(server: FakeServer) -> AsyncIterator[list[AgentClient]]:
    async with (
        AgentClient(server.url, "agent15000", "x") as one,
        AgentClient(server.url, "agent15001", "x") as other,
    ):
        yield [one, other]


async def test_there_are_none(server: FakeServer, agents: list[AgentClient]) -> None:
    server.script[CALLS] += [calls(), calls()]
    assert await end_leftovers(agents) == set()
    assert len(server.requests[CALLS]) == 2


async def test_they_are_hung_up_where_that_is_possible(
    server: FakeServer, agents: list[AgentClient]
) -> None:
    server.script[CALLS] += [calls(DIALING, HELD), calls(RINGING), calls(), calls()]
    assert await end_leftovers(agents) == {"C1", "C2"}
    [hangup] = server.requests["POST /api/v2/me/calls/C1"]  # by the caller, not by the one called
    assert hangup.body == {"operationName": "Hangup"}
    assert len(server.requests["POST /api/v2/me/calls/C2"]) == 1


async def test_one_that_ends_meanwhile_is_as_good(
    server: FakeServer, agents: list[AgentClient]
) -> None:
    server.script[CALLS] += [calls(HELD), calls(HELD), calls(), calls()]
    over = Raw(404, '{"statusCode":6,"statusMessage":"No such call"}')
    server.script["POST /api/v2/me/calls/C2"] += [over]
    assert await end_leftovers(agents) == {"C2"}


async def test_one_that_cannot_be_ended_is_named(
    server: FakeServer, agents: list[AgentClient]
) -> None:
    server.script[CALLS] += [calls(RINGING), calls(), calls(RINGING), calls()]
    with pytest.raises(CallLeftOver) as caught:
        await end_leftovers(agents)
    assert str(caught.value) == (
        "15000 has a call that it cannot end (Ringing): the other party is 15007,"
        " hang it up there or restart the server"
    )
