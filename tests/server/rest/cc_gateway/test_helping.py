"""Conferences, helps and transfers: their kinds, and what becomes of them."""

from typing import Any

import pytest

from tests.server.rest.cc_gateway.stage import Agent, Slow, Stage, settled, staged

CALL = "/voicecall/AGENT"
DATA = "/calldata/AGENT"
CUSTOMER = "+14155550142"


async def features(agent: Agent) -> list[str]:
    """The features of the agent's calls."""
    return [one["callfeature"] for one in await agent.do("GET", f"{DATA}/allcallinfo/AGENT")]


async def test_a_conference_and_who_is_taken_off_it(stage: Stage) -> None:
    anna, berta, carla = await stage.talking("15000", "15001", "15002")
    await anna.do("POST", f"{CALL}/hold")
    [held] = await anna.call_ids()
    await anna.do("PUT", f"{CALL}/callinner", {"called": "15002"})
    await carla.do("PUT", f"{CALL}/answer")
    assert await anna.refused("POST", f"{CALL}/confjoin", {"callid": "1-1"}) == "200-010"
    assert await anna.refused("POST", f"{CALL}/confjoin", {}) == "000-002"
    await anna.do("POST", f"{CALL}/confjoin", {"callid": held})
    assert await anna.do("GET", f"{DATA}/remotenumbers") == ["15001", "15002"]
    await anna.events()
    await berta.events()
    await anna.do("POST", f"{CALL}/disconnect/15002")
    assert await anna.events() == [
        ("AgentEvent_Customer_Release", {"callid": held, "number": "15002"})
    ]
    assert await carla.call_ids() == []
    assert await anna.do("GET", f"{DATA}/remotenumbers") == ["15001"]
    assert await anna.refused("POST", f"{CALL}/disconnect/15002") == "200-023"
    assert await anna.refused("POST", f"{CALL}/disconnect/x") == "000-002"
    await anna.do("POST", f"{CALL}/disconnect/15001")
    assert await anna.call_ids() == []


async def test_who_is_held_in_a_help_is_not_disconnected(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 1})
    await berta.do("PUT", f"{CALL}/answer")
    assert await anna.refused("POST", f"{CALL}/disconnect/{CUSTOMER}") == "200-204"
    await anna.do("POST", f"{CALL}/disconnect/15001")
    await anna.do("POST", f"{CALL}/gethold")
    assert await features(anna) == ["0"]


async def test_a_help_of_three(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 2})
    assert (await berta.events())[-1][1]["feature"] == "52"
    await berta.do("PUT", f"{CALL}/answer")
    assert (await anna.names())[-2:] == ["AgentEvent_Customer_Release", "AgentEvent_Conference"]
    assert (await berta.names())[-1] == "AgentEvent_Conference"
    assert await berta.do("GET", f"{DATA}/remotenumbers") == [CUSTOMER, "15000"]


async def test_a_help_that_is_answered_at_once(stage: Stage) -> None:
    [anna] = await stage.with_customer("15000")
    [berta] = await stage.signed_in("15001", autoanswer=True)
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 2})
    assert (await anna.names())[-1] == "AgentEvent_Conference"
    assert (await berta.names())[-1] == "AgentEvent_Conference"


async def test_a_help_that_is_answered_before_the_one_who_asks_is() -> None:
    async with staged(journal=Slow()) as stage:
        [anna] = await stage.with_customer("15000")
        [berta] = await stage.signed_in("15001", autoanswer=True)
        await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 2})
        assert (await anna.names())[-1] == "AgentEvent_Conference"
        assert (await berta.names())[-1] == "AgentEvent_Conference"


async def test_a_help_by_a_queue(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "16000", "devicetype": 1})
    assert (await berta.names())[-1] == "AgentEvent_Ringing"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "000-002"),
        ({"dstaddress": "99999"}, "000-002"),
        ({"dstaddress": "15001", "mode": 3}, "000-002"),
        ({"dstaddress": "15001", "devicetype": 5}, "000-002"),
        ({"dstaddress": "15001", "devicetype": 1}, "000-002"),
        ({"dstaddress": "15001", "holdflag": False}, "200-099"),
    ],
)
async def test_helps_that_are_not_there(stage: Stage, body: dict[str, Any], code: str) -> None:
    [anna] = await stage.with_customer("15000")
    assert await anna.refused("POST", f"{CALL}/innerhelp", body) == code
    assert await features(anna) == ["0"]


BLIND = ["AgentEvent_Call_Release", "AgentEvent_Customer_Release"]
AFTER = ["AgentOther_PhoneRelease", "AgentState_Ready"]


@pytest.mark.parametrize(("devicetype", "mode"), [(1, 0), (2, 0), (5, 1)])
async def test_a_blind_transfer(stage: Stage, devicetype: int, mode: int) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    address = "16000" if devicetype == 1 else "15001"
    body = {"devicetype": devicetype, "address": address, "mode": mode, "callappdata": "note"}
    await anna.do("POST", f"{CALL}/transfer", body)
    assert await anna.names() == [*BLIND, *AFTER]
    *_, (kind, content) = await berta.events()
    assert kind == "AgentEvent_Ringing"
    if devicetype != 1:
        assert (content["transfer"], content["transfrom"]) == ("yes", "15000")
    assert (content["caller"], content["feature"]) == (CUSTOMER, "0")
    shown = await berta.do("GET", f"{DATA}/callinfobeforeanswer")
    assert shown["calldata"] == "note"


@pytest.mark.parametrize("devicetype", [1, 2, 5])
async def test_a_transfer_with_success(stage: Stage, devicetype: int) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    address = "16000" if devicetype == 1 else "15001"
    body = {"devicetype": devicetype, "address": address, "mode": 2}
    await anna.do("POST", f"{CALL}/transfer", body)
    assert await anna.call_ids() != []
    await berta.do("PUT", f"{CALL}/answer")
    told = await anna.names()
    expected = ["AgentEvent_Talking", "AgentEvent_Call_Release", "AgentEvent_SuccTransResult"]
    assert told[-6:] == [*expected, "AgentEvent_Call_Release", *AFTER]
    assert await anna.call_ids() == []
    assert await berta.do("GET", f"{DATA}/remotenumbers") == [CUSTOMER]


async def test_a_transfer_that_fails(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    body = {"devicetype": 2, "address": "15001", "mode": 2}
    await anna.do("POST", f"{CALL}/transfer", body)
    await anna.events()
    await berta.do("DELETE", f"{CALL}/release")
    assert await anna.names() == ["AgentEvent_Connect_Fail"]
    await anna.do("POST", f"{CALL}/gethold")


@pytest.mark.parametrize("mode", [3, 4])
async def test_a_transfer_to_a_number_outside_is_taken_back(stage: Stage, mode: int) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    body = {"devicetype": 5, "address": "15001", "mode": mode}
    await anna.do("POST", f"{CALL}/transfer", body)
    await anna.events()
    await berta.do("PUT", f"{CALL}/answer")
    told = await anna.names()
    assert told[:2] == ["AgentEvent_Talking", "AgentEvent_TransOutResult"]
    assert (told[-1] == "AgentEvent_Conference") is (mode == 4)
    await anna.do("POST", f"{CALL}/canceltransfer")
    assert await berta.call_ids() == []
    assert await anna.do("GET", f"{DATA}/remotenumbers") == [CUSTOMER]
    assert await anna.refused("POST", f"{CALL}/canceltransfer") == "200-019"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"devicetype": 3, "address": "1", "mode": 0}, "200-099"),
        ({"devicetype": 4, "address": "1", "mode": 2}, "200-099"),
        ({"devicetype": 2, "address": "15001", "mode": 1}, "200-099"),
        ({"devicetype": 2, "address": "15001", "mode": 0, "holdflag": "false"}, "200-099"),
        ({"devicetype": 2, "address": "99999", "mode": 0}, "000-002"),
        ({"devicetype": 5, "address": "99999", "mode": 1}, "000-002"),
        ({"devicetype": 2, "mode": 0}, "000-002"),
    ],
)
async def test_transfers_that_are_not_there(stage: Stage, body: dict[str, Any], code: str) -> None:
    [anna] = await stage.with_customer("15000")
    assert await anna.refused("POST", f"{CALL}/transfer", body) == code
    assert await features(anna) == ["0"]


async def alone_with_customer(stage: Stage) -> Agent:
    """An agent who was asked for help, and was left alone with the customer."""
    anna, berta = await stage.with_customer("15000", "15001")
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 2})
    await berta.do("PUT", f"{CALL}/answer")
    await settled()
    await anna.do("DELETE", f"{CALL}/release")
    await berta.events()
    return berta


async def test_who_is_left_alone_with_a_customer_has_no_internal_call(stage: Stage) -> None:
    berta = await alone_with_customer(stage)
    shown = await berta.do("GET", f"{DATA}/callinfo")
    assert (shown["callfeature"], shown["caller"]) == ("0", CUSTOMER)
    await berta.do("POST", f"{CALL}/beginmute")
    await berta.do("POST", f"{CALL}/endmute")
    said = {"devicetype": 2, "address": "15002", "mode": 0}
    await berta.do("POST", f"{CALL}/transfer", said)
    assert await berta.call_ids() == []


async def test_who_was_joined_with_a_customer_has_no_internal_call(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    await anna.do("POST", f"{CALL}/hold")
    [held] = await anna.call_ids()
    await anna.do("PUT", f"{CALL}/callinner", {"called": "15001"})
    await berta.do("PUT", f"{CALL}/answer")
    assert await berta.refused("POST", f"{CALL}/beginmute") == "200-007"
    assert await features(berta) == ["6"]
    await anna.do("POST", f"{CALL}/confjoin", {"callid": held})
    await anna.do("DELETE", f"{CALL}/release")
    assert await features(berta) == ["0"]
    await berta.do("POST", f"{CALL}/beginmute")


async def test_colleagues_whom_the_customer_has_left_have_an_internal_call(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 2})
    await berta.do("PUT", f"{CALL}/answer")
    await settled()
    await stage.customer("Hangup")
    for agent in (anna, berta):
        assert await agent.refused("POST", f"{CALL}/beginmute") == "200-007"


async def test_a_help_is_not_picked_up(stage: Stage) -> None:
    anna, _, carla = await stage.with_customer("15000", "15001", "15002")
    await anna.do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001"})
    path = f"{CALL}/snatchpickup?destWorkNo=15001"
    assert await carla.refused("PUT", path) == "200-021"


async def test_one_learns_with_whom_one_talks_after_a_transfer(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    said = {"devicetype": 2, "address": "15001", "mode": 2}
    await anna.do("POST", f"{CALL}/transfer", said)
    await berta.do("PUT", f"{CALL}/answer")
    told = [content for name, content in await berta.events() if name == "AgentEvent_Talking"]
    assert [(one["caller"], one["called"], one["feature"]) for one in told] == [
        ("15000", "15001", "51"),
        (CUSTOMER, "15001", "0"),
    ]


async def test_who_has_called_learns_with_whom_he_talks_after_a_transfer(stage: Stage) -> None:
    anna, berta, carla = await stage.talking("15000", "15001", "15002")
    desk = stage.centre.desk("agent15001")
    [call] = await desk.calls()
    await desk.operate(call["id"], "SingleStepTransfer", destination={"phoneNumber": "15002"})
    await carla.do("PUT", f"{CALL}/answer")
    *_, (name, content) = await anna.events()
    assert name == "AgentEvent_Talking"
    assert (content["caller"], content["called"]) == ("15000", "15002")
    assert await berta.call_ids() == []


async def test_a_queue_that_was_called_stays_the_one(stage: Stage) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    await anna.do("PUT", f"{CALL}/callinnerskill", {"skillId": "16000"})
    await berta.do("PUT", f"{CALL}/answer")
    shown = await anna.do("GET", f"{DATA}/callinfo")
    assert (shown["caller"], shown["called"]) == ("15000", "16000")


async def test_a_consultation_outside_goes_on_as_any_call(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    caller = await stage.ring_in("15000")
    await anna.do("PUT", f"{CALL}/answer")
    said = {"devicetype": 5, "address": "+14155550199", "mode": 3}
    await anna.do("POST", f"{CALL}/transfer", said)
    assert await features(anna) == ["0", "51"]
    path = f"/trunk/calls/{caller['id']}"
    await stage.centre.desk().post(path, {"operationName": "Hangup"})
    assert await features(anna) == ["7"]
