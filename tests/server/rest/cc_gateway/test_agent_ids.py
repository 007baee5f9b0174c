"""A centre in which agent ids are not the numbers of telephones."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from switchbell.directory import Directory, demo
from tests.server.rest.cc_gateway.stage import Stage, staged

IDS = {"agent15000": "201", "agent15001": "202"}
CALL = "/voicecall/AGENT"


def directory() -> Directory:
    centre = demo(3)
    users = tuple([replace(user, agent_id=IDS.get(user.name)) for user in centre.users])
    return replace(centre, users=users)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged(directory=directory()) as stage:
        yield stage


async def test_colleagues_are_known_by_their_ids(stage: Stage) -> None:
    anna, berta = stage.agent("201"), stage.agent("202")
    await anna.sign_in(phonenum="15000")
    await berta.sign_in(phonenum="15001")
    for agent in (anna, berta):
        await agent.events()
    assert await anna.refused("PUT", f"{CALL}/callinner", {"called": "15001"}) == "000-002"
    call = await anna.do("PUT", f"{CALL}/callinner", {"called": "202"})
    assert (await anna.events())[-1] == (
        "AgentEvent_Customer_Alerting",
        {"callid": call, "otherPhoneWorkno": "202", "otherPhone": "15001", "type": "main"},
    )
    _, content = (await berta.events())[-1]
    assert (content["caller"], content["called"]) == ("201", "202")
    assert await anna.do("GET", "/calldata/AGENT/remotenumbers") == ["202"]
    assert await anna.refused("POST", f"{CALL}/disconnect/15001") == "200-023"
    await anna.do("POST", f"{CALL}/disconnect/202")
    assert await berta.call_ids() == []


async def test_telephones_are_called_by_their_numbers(stage: Stage) -> None:
    [anna] = [stage.agent("201")]
    await anna.sign_in(phonenum="15000")
    await anna.do("PUT", f"{CALL}/callout", {"called": "15001"})
    [shown] = await anna.do("GET", "/calldata/AGENT/allcallinfo/AGENT")
    assert (shown["callfeature"], shown["called"]) == ("6", "202")
    await anna.do("DELETE", f"{CALL}/release")
    # One without an agent id has only his number.
    await anna.do("PUT", f"{CALL}/callout", {"called": "15002"})
    assert await anna.do("GET", "/calldata/AGENT/remotenumbers") == ["15002"]


@pytest.mark.parametrize(
    ("agent_id", "phone", "code"),
    [("201", "201", "100-013"), ("15002", "15002", "100-004"), ("15000", "15000", "100-004")],
)
async def test_who_cannot_sign_in(stage: Stage, agent_id: str, phone: str, code: str) -> None:
    body = {"password": "switchbell", "phonenum": phone}
    assert await stage.agent(agent_id).refused("PUT", "/onlineagent/AGENT", body) == code
