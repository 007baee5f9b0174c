"""Signing in and out, and what an agent is ready for."""

from typing import Any

import pytest

from switchbell.access.options import AccessOptions
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.switchboard import Switchboard
from switchbell.voice.errors import AlreadySeized
from tests.server.rest.cc_gateway.stage import AT_ONCE, Clock, Slow, Stage, staged

SIGN_IN = "/onlineagent/AGENT"
STATUS = "/onlineagent/AGENT/agentstatus"


async def status_of(agent: Any) -> int:
    result = await agent.do("GET", STATUS)
    assert result.keys() == {"agentState"}
    status: int = result["agentState"]
    return status


async def test_signing_in() -> None:
    clock = Clock()
    async with staged(clock=clock) as stage:
        anna = stage.agent("15000")
        assert await anna.sign_in() == {
            "vdnid": 1,
            "workno": "15000",
            "mediatype": "TFF",
            "loginTime": "1700000000000",
            "isForceChange": False,
            "serverName": "AgentGateway0",
            "timeRemaining": None,
        }
        [guid] = anna.guids
        assert guid.endswith(".AgentGateway0")
        assert len(guid) == 36 + len(".AgentGateway0")
        assert (await stage.centre.desk().device())["userState"]["state"] == "Ready"


@pytest.mark.parametrize(
    ("status", "events", "code", "state"),
    [
        (
            "3",
            [
                ("AgentOther_InService", None),
                ("AgentState_Ready", None),
                ("AgentState_SetNotReady_Success", {"reason": "0"}),
            ],
            3,
            "NotReady",
        ),
        (4, [("AgentOther_InService", None), ("AgentState_Ready", None)], 4, "Ready"),
        (
            5,
            [
                ("AgentOther_InService", None),
                ("AgentState_Ready", None),
                ("AgentState_Work", None),
            ],
            5,
            "AfterCallWork",
        ),
    ],
)
async def test_the_status_at_sign_in(
    stage: Stage, status: Any, events: list[Any], code: int, state: str
) -> None:
    anna = stage.agent()
    await anna.sign_in(status=status)
    assert await anna.events() == events
    assert await status_of(anna) == code
    told = (await stage.centre.desk().device())["userState"]
    assert state in (told["state"], told.get("workMode"), told["displayName"])


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no password": ({"password": None}, "100-001"),
    "an empty one": ({"password": ""}, "100-001"),
    "one that is too long": ({"password": "x" * 33}, "100-001"),
    "no phone": ({"phonenum": None}, "100-001"),
    "no truth": ({"autoanswer": "perhaps"}, "100-001"),
    "a wrong password": ({"password": "guess"}, "100-004"),
    "somebody else's phone": ({"phonenum": "15001"}, "100-013"),
    "a type that is none": ({"agenttype": 5}, "100-012"),
    "a status that is none": ({"status": 7}, "100-011"),
    "an address that is none": ({"ip": "here"}, "100-016"),
    "push mode": ({"callBackUri": "http://x", "serviceToken": "t"}, "100-011"),
}


@pytest.mark.parametrize(("said", "code"), REFUSALS.values(), ids=list(REFUSALS))
async def test_signing_in_is_refused(stage: Stage, said: dict[str, Any], code: str) -> None:
    body = {"password": "switchbell", "phonenum": "15000", **said}
    anna = stage.agent()
    assert await anna.refused("PUT", SIGN_IN, body) == code
    assert await anna.refused("GET", "/agentevent/AGENT") == "100-006"
    assert (await stage.centre.desk().device())["userState"]["state"] == "LoggedOut"


async def test_signing_in_is_told_once_however_long_it_takes() -> None:
    async with staged(journal=Slow()) as stage:
        anna = stage.agent()
        await anna.sign_in(status=5)
        await anna.do("POST", "/onlineagent/AGENT/cancelwork")
        assert await anna.names() == [
            "AgentOther_InService",
            "AgentState_Ready",
            "AgentState_Work",
            "AgentState_CancelWork_Success",
        ]


async def test_numbers_and_truth_may_come_as_text(stage: Stage) -> None:
    anna = stage.agent()
    await anna.sign_in(agenttype="4", status="3", autoanswer="true", ip="127.0.0.1")


async def test_what_is_null_is_as_good_as_left_out(stage: Stage) -> None:
    anna = stage.agent()
    await anna.sign_in(autoanswer=None, autoenteridle=None, releasephone=None)
    await anna.events()
    await stage.ring_in("15000")
    assert (await anna.names())[-2:] == ["AgentEvent_Auto_Answer", "AgentEvent_Talking"]
    await anna.do("DELETE", "/voicecall/AGENT/release")
    assert (await anna.names())[-2:] == ["AgentOther_PhoneRelease", "AgentState_Ready"]


async def test_an_agent_who_does_not_exist_is_not_told_from_a_wrong_password(stage: Stage) -> None:
    nobody = stage.agent("4711")
    body = {"password": "switchbell", "phonenum": "4711"}
    assert await nobody.refused("PUT", SIGN_IN, body) == "100-004"


async def test_too_many_wrong_passwords(stage: Stage) -> None:
    anna = stage.agent()
    body = {"password": "guess", "phonenum": "15000"}
    codes = [await anna.refused("PUT", SIGN_IN, body) for _ in range(7)]
    free = AccessOptions().max_wrong_passwords
    assert codes[:free] == ["100-004"] * free
    assert codes[free:] == ["110-016"] * (7 - free)


async def test_signing_in_twice(stage: Stage) -> None:
    anna, again = stage.agent(), stage.agent()
    await anna.sign_in()
    body = {"password": "switchbell", "phonenum": "15000"}
    assert await again.refused("PUT", SIGN_IN, body) == "100-002"
    assert await again.refused("PUT", SIGN_IN + "/loginex", body) == "100-002"
    assert await status_of(anna) == 4


async def test_an_agent_who_is_logged_in_at_another_telephone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> int:
        raise AlreadySeized("The agent is logged in at another device.")

    monkeypatch.setattr(Switchboard, "execute", refuse)
    body = {"password": "switchbell", "phonenum": "15000"}
    anna = stage.agent()
    assert await anna.refused("PUT", SIGN_IN, body) == "100-003"
    assert await anna.refused("GET", STATUS) == "100-006"


async def test_the_extended_form(stage: Stage) -> None:
    anna = stage.agent()
    assert (await anna.sign_in("/loginex"))["workno"] == "15000"


async def test_an_agent_who_works_on_the_other_front_already(stage: Stage) -> None:
    desk = stage.centre.desk()
    await desk.start()
    await desk.be("NotReady")
    anna = stage.agent()
    await anna.sign_in()
    assert await anna.names() == ["AgentOther_InService", "AgentState_Ready"]
    assert (await desk.device())["userState"]["state"] == "Ready"


async def test_calls_that_began_before(stage: Stage) -> None:
    anna, berta = stage.centre.desk("agent15000"), stage.agent("15001")
    await anna.dial("15001")
    await berta.sign_in()
    assert await berta.names() == ["AgentOther_InService", "AgentState_Ready"]
    await berta.do("PUT", "/voicecall/AGENT/answer")
    await berta.do("DELETE", "/voicecall/AGENT/release")
    assert await berta.names() == [
        "AgentEvent_Talking",
        "AgentEvent_Call_Release",
        "AgentEvent_Customer_Release",
        "AgentOther_PhoneRelease",
        "AgentState_Ready",
    ]


async def test_signing_out(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    assert await anna.do("DELETE", SIGN_IN + "/logout") == {}
    assert await anna.refused("DELETE", SIGN_IN + "/logout") == "100-006"
    assert await anna.refused("GET", "/agentevent/AGENT") == "100-006"
    assert (await stage.centre.desk().device())["userState"]["state"] == "LoggedOut"
    await anna.sign_in()


async def test_nobody_signs_out_while_he_has_a_call(stage: Stage) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    await anna.do("PUT", "/voicecall/AGENT/callinner", {"called": "15001"})
    for agent in (anna, berta):
        assert await agent.refused("DELETE", SIGN_IN + "/logout") == "100-010"
    await berta.do("PUT", "/voicecall/AGENT/answer")
    await berta.do("POST", "/voicecall/AGENT/hold")
    for agent in (anna, berta):
        assert await agent.refused("DELETE", SIGN_IN + "/logout") == "100-010"
        assert await status_of(agent) == 7


async def test_signing_out_by_force_releases_the_calls(stage: Stage) -> None:
    anna, berta = await stage.talking("15000", "15001")
    await stage.ring_in("15000")
    assert await anna.do("DELETE", SIGN_IN + "/forcelogout") == {}
    assert await stage.centre.desk().calls() == []
    assert await berta.names() == [
        "AgentEvent_Customer_Release",
        "AgentEvent_Call_Release",
        "AgentOther_PhoneRelease",
        "AgentState_Ready",
    ]
    assert await anna.refused("GET", STATUS) == "100-006"


@pytest.mark.parametrize(
    ("reason", "code"),
    [("1", "0"), ("255", "0"), ("0", "100-005"), ("256", "100-005"), ("x", "100-005")],
)
async def test_signing_out_by_force_with_a_reason(stage: Stage, reason: str, code: str) -> None:
    [anna] = await stage.signed_in("15000")
    answer = await anna.ask("DELETE", f"{SIGN_IN}/forcelogoutwithreason/{reason}")
    assert answer["retcode"] == code
    assert ("result" in answer) is (code != "0")
    signed_in = await anna.ask("GET", STATUS)
    assert signed_in["retcode"] == ("100-006" if code == "0" else "0")


async def test_logging_out_on_the_other_front_signs_out_here(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    body = {"operationName": "EndContactCenterSession"}
    await stage.centre.desk().post("/api/v2/me", body)
    # No other interface serves him, while the poll tells him why.
    assert await anna.poll() == ("AgentOther_ShutdownService", None)
    assert await anna.refused("GET", "/agentevent/AGENT") == "100-006"
    await anna.sign_in()


async def test_who_is_shut_down_is_not_served(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    await stage.centre.desk().post("/api/v2/me", {"operationName": "EndContactCenterSession"})
    assert await anna.refused("GET", STATUS) == "100-006"
    await anna.sign_in()


@pytest.mark.parametrize("agent_id", ["100", "1000000", "abc", "%C2%B2", "15000x", "-15000"])
async def test_what_is_no_agent_id(stage: Stage, agent_id: str) -> None:
    assert await stage.agent(agent_id).refused("GET", STATUS) == "000-002"


async def test_the_largest_agent_id_is_a_setting() -> None:
    async with staged(CcGatewayOptions(poll_wait=0, max_agent_id=15001)) as stage:
        await stage.agent("15001").sign_in()
        assert await stage.agent("15002").refused("GET", STATUS) == "000-002"


async def test_the_supervisor_has_an_agent_id(stage: Stage) -> None:
    await stage.agent("15100").sign_in()


async def test_who_does_not_poll_is_signed_out() -> None:
    clock = Clock()
    async with staged(clock=clock) as stage:
        anna, berta = await stage.signed_in("15000", "15001")
        clock.now += 119
        assert await anna.poll() is None
        clock.now += 1
        # That it is used otherwise makes no difference.
        assert await berta.refused("GET", STATUS) == "100-006"
        assert await status_of(anna) == 4
        await berta.sign_in()


async def test_who_does_not_poll_is_logged_out() -> None:
    options = CcGatewayOptions(poll_wait=0, heartbeat=200)
    async with staged(options) as stage:
        anna, desk = stage.agent(), stage.centre.desk()
        await desk.listen("/v2/me/devices")
        await anna.sign_in()
        states = [(await desk.hear_device())["userState"]["state"] for _ in range(3)]
        assert states == ["LoggedIn", "Ready", "LoggedOut"]
        assert await anna.refused("GET", "/agentevent/AGENT") == "100-006"


async def test_too_many_events_sign_out_and_say_so() -> None:
    async with staged(CcGatewayOptions(poll_wait=0, max_events=10)) as stage:
        [anna] = await stage.signed_in("15000")
        for _ in range(5):
            await anna.do("POST", "/onlineagent/AGENT/work")
            await anna.do("POST", "/onlineagent/AGENT/cancelwork")
        await anna.do("POST", "/onlineagent/AGENT/work")
        assert await anna.poll() == ("AgentOther_ShutdownService", None)
        assert await anna.refused("GET", "/agentevent/AGENT") == "100-006"
        assert (await stage.centre.desk().device())["userState"]["state"] == "LoggedOut"


async def test_guids_of_mode_1_stay() -> None:
    clock = Clock()
    async with staged(CcGatewayOptions(auth_mode=1, poll_wait=0), clock=clock) as stage:
        [anna] = await stage.signed_in("15000")
        for _ in range(5):
            clock.now += 100
            assert await anna.poll() is None
        assert len(anna.guids) == 1


async def test_guids_of_mode_2_are_renewed_by_polls() -> None:
    clock = Clock()
    async with staged(AT_ONCE, clock=clock) as stage:
        [anna] = await stage.signed_in("15000")
        first = anna.guid
        clock.now += 60
        assert await status_of(anna) == 4
        assert anna.guid == first
        assert await anna.poll() is None
        second = anna.guid
        assert anna.guids == [first, second]
        # The former one is good for a while; a poll with it is told again what to send.
        anna.guid = first
        assert await status_of(anna) == 4
        clock.now += 119
        assert await anna.poll() is None
        assert anna.guid == second
        anna.guid = first
        clock.now += 1
        assert await anna.refused("GET", STATUS) == "000-003"
        assert await anna.refused("GET", "/agentevent/AGENT") == "000-003"
        anna.guid = second
        assert await status_of(anna) == 4
