"""What operations on calls do beyond a row of the table: parameters, choices, and what follows."""

from typing import Any

import pytest

from tests.server.rest.cc_gateway.stage import Agent, Clock, Stage, settled, staged

CALL = "/voicecall/AGENT"
DATA = "/calldata/AGENT"
CUSTOMER = "+14155550142"


async def features(agent: Agent) -> list[str]:
    """The features of the agent's calls."""
    return [one["callfeature"] for one in await agent.do("GET", f"{DATA}/allcallinfo/AGENT")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("callout", {}),
        ("callout", {"called": ""}),
        ("callout", {"called": "1" * 25}),
        ("callout", {"called": "15001\n"}),
        ("callout", {"called": "anna"}),
        ("callout", {"called": "1+5001"}),
        ("callout", {"called": 15001}),
        ("callout", {"called": "15001", "callappdata": "x" * 16_385}),
        ("callinner", {"called": "16000"}),
        ("callinner", {"called": "99999"}),
        ("callinnerskill", {"skillId": "15001"}),
        ("callinnerskill", {}),
    ],
)
async def test_numbers_that_cannot_be_called(stage: Stage, path: str, body: dict[str, Any]) -> None:
    [anna] = await stage.signed_in("15000")
    assert await anna.refused("PUT", f"{CALL}/{path}", body) == "000-002"
    assert await anna.call_ids() == []


async def test_calling_out_answers_with_the_id_of_the_call(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    body = {"called": CUSTOMER, "caller": "15000", "mediaability": "0", "callappdata": "note"}
    call = await anna.do("PUT", f"{CALL}/callout", body)
    assert await anna.call_ids() == [call]
    shown = await anna.do("GET", f"{DATA}/callinfobycallid/{call}")
    assert shown == {
        "callfeature": "7",
        "callid": call,
        "caller": "15000",
        "called": CUSTOMER,
        "callskill": "",
        "callskillid": "",
        "orgicallednum": CUSTOMER,
        "calldata": "note",
        "begintime": shown["begintime"],
        "endtime": None,
    }
    assert str(shown["begintime"])[:10] == call.split("-")[0]


async def test_a_second_call_needs_the_first_on_hold(stage: Stage) -> None:
    [anna, *_] = await stage.talking("15000", "15001")
    assert await anna.refused("PUT", f"{CALL}/callout", {"called": CUSTOMER}) == "200-003"
    await anna.do("POST", f"{CALL}/hold")
    await anna.do("PUT", f"{CALL}/callout", {"called": CUSTOMER})
    assert await features(anna) == ["6", "7"]


async def test_a_call_by_way_of_a_queue(stage: Stage) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    await anna.do("PUT", f"{CALL}/callinnerskill", {"skillId": "16000"})
    # Nobody calls himself: the agent who calls is busy.
    assert "AgentEvent_Ringing" in await berta.names()
    shown = await berta.do("GET", f"{DATA}/callinfobeforeanswer")
    assert (shown["callskill"], shown["callskillid"]) == ("Service", "16000")


async def test_a_call_is_answered_by_its_id(stage: Stage) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    first = await anna.do("PUT", f"{CALL}/callinner", {"called": "15001"})
    await stage.ring_in("15001")
    [_, second] = await berta.call_ids()
    assert await berta.refused("PUT", f"{CALL}/answer?callid=1-1") == "200-002"
    await berta.do("PUT", f"{CALL}/answer?callid={second}")
    assert await berta.refused("PUT", f"{CALL}/answer?callid={second}") == "200-002"
    await berta.do("PUT", f"{CALL}/answer?callid={first}")
    held = await berta.do("GET", f"{DATA}/holdlist")
    assert [one["callid"] for one in held] == [second]
    # While another call is talked on none is taken back.
    assert await berta.refused("POST", f"{CALL}/gethold?callid={second}") == "200-006"
    await berta.do("DELETE", f"{CALL}/release")
    await berta.do("POST", f"{CALL}/gethold?callid={second}")


async def test_calls_are_answered_by_themselves(stage: Stage) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    await berta.do("POST", "/onlineagent/AGENT/autoanswer/true")
    await anna.do("PUT", f"{CALL}/callinner", {"called": "15001"})
    assert await berta.names() == [
        "AgentState_Busy",
        "AgentOther_PhoneAlerting",
        "AgentOther_PhoneOffhook",
        "AgentEvent_Auto_Answer",
        "AgentEvent_Talking",
    ]
    await anna.do("DELETE", f"{CALL}/release")
    await berta.events()
    await berta.do("POST", "/onlineagent/AGENT/autoanswer/false")
    await anna.do("PUT", f"{CALL}/callinner", {"called": "15001"})
    assert (await berta.names())[-1] == "AgentEvent_Ringing"
    assert await berta.refused("POST", "/onlineagent/AGENT/autoanswer/yes") == "000-002"


async def test_tones(stage: Stage) -> None:
    [anna] = await stage.with_customer("15000")
    for digits in ("", "x", "1" * 25, "12+"):
        assert await anna.refused("POST", f"{CALL}/seconddialex?number={digits}") == "000-002"
    assert await anna.refused("POST", f"{CALL}/seconddialex") == "000-002"


async def test_the_last_call_is_remembered(stage: Stage) -> None:
    [anna] = await stage.with_customer("15000")
    shown = await anna.do("GET", f"{DATA}/callinfo")
    await stage.customer("Hangup")
    await anna.events()
    last = await anna.do("GET", f"{DATA}/callinfo")
    assert last["endtime"] >= last["begintime"]
    assert {**last, "endtime": None} == shown
    without = f"{DATA}/callinfo?isNoContainLastCall=true"
    assert await anna.refused("GET", without) == "300-001"


async def test_calls_of_others_cannot_be_read(stage: Stage) -> None:
    anna, _ = await stage.talking("15000", "15001")
    assert await anna.refused("GET", f"{DATA}/allcallinfo/15001") == "000-003"


async def test_picking_up_for_a_colleague(stage: Stage) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    await stage.ring_in("15001")
    await anna.do("PUT", f"{CALL}/snatchpickup?destWorkNo=15001")
    await anna.do("PUT", f"{CALL}/answer")
    assert await anna.do("GET", f"{DATA}/remotenumbers") == [CUSTOMER]
    assert await berta.call_ids() == []
    for query in ("", "?destWorkNo=99999"):
        assert await anna.refused("PUT", f"{CALL}/snatchpickup{query}") == "000-002"


async def test_a_call_that_comes_again_within_the_second_has_another_id() -> None:
    clock = Clock()
    async with staged(clock=clock) as stage:
        [anna] = await stage.signed_in("15000")
        await stage.ring_in("16000")
        [first] = await anna.call_ids()
        assert first.startswith("1700000000-")
        await anna.do("DELETE", f"{CALL}/release")
        clock.now += 0.25
        await anna.do("POST", "/onlineagent/AGENT/sayfree")
        await settled()
        [second] = await anna.call_ids()
        assert second.startswith("1700000000-")
        assert second != first
