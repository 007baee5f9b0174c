"""What agents are ready for, how they are set up, and what inspectors do about it."""

import pytest

from tests.server.rest.cc_gateway.stage import Stage

CALL = "/voicecall/AGENT"


async def test_work_follows_calls_of_those_who_are_not_idle_after_them(stage: Stage) -> None:
    [anna] = await stage.with_customer("15000")
    [berta] = await stage.signed_in("15001", autoenteridle=False)
    await stage.ring_in("15001", "+14155550143")
    await berta.do("PUT", f"{CALL}/answer")
    await berta.do("DELETE", f"{CALL}/release")
    assert (await berta.names())[-1] == "AgentState_Work"
    assert (await berta.do("GET", "/onlineagent/AGENT/agentstatus")) == {"agentState": 5}
    await anna.do("DELETE", f"{CALL}/release")
    assert (await anna.names())[-1] == "AgentState_Ready"


async def test_busy_while_talking_takes_effect_when_the_call_ends(stage: Stage) -> None:
    [anna] = await stage.with_customer("15000")
    await anna.do("POST", "/onlineagent/AGENT/saybusy?reason=210")
    assert await anna.events() == []
    assert (await anna.do("GET", "/onlineagent/AGENT/agentstatus")) == {"agentState": 7}
    await anna.do("DELETE", f"{CALL}/release")
    assert (await anna.events())[-1] == ("AgentState_SetNotReady_Success", {"reason": "210"})
    assert (await anna.do("GET", "/onlineagent/AGENT/agentstatus")) == {"agentState": 3}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "0"),
        ("?reason=0", "0"),
        ("?reason=&prolong=", "0"),
        ("?reason=200", "0"),
        ("?reason=250&prolong=true", "0"),
        ("?reason=199", "000-002"),
        ("?reason=251", "000-002"),
        ("?reason=lunch", "000-002"),
        ("?prolong=perhaps", "000-002"),
    ],
)
async def test_the_reason_for_being_busy(stage: Stage, query: str, code: str) -> None:
    [anna] = await stage.signed_in("15000")
    answer = await anna.ask("POST", f"/onlineagent/AGENT/saybusy{query}")
    assert answer["retcode"] == code


async def test_busy_again(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    await anna.do("POST", "/onlineagent/AGENT/saybusy?reason=201")
    again = "/onlineagent/AGENT/saybusy?reason=202"
    assert await anna.refused("POST", again) == "100-009"
    await anna.do("POST", f"{again}&prolong=true")
    await anna.do("POST", f"{again}&prolong=true")
    assert await anna.events() == [
        ("AgentState_SetNotReady_Success", {"reason": "201"}),
        ("AgentState_SetNotReady_Success", {"reason": "202"}),
    ]


@pytest.mark.parametrize(("flag", "disturbed"), [("1", False), ("0", True)])
async def test_the_right_to_talk(stage: Stage, flag: str, disturbed: object) -> None:
    [anna] = await stage.signed_in("15000")
    for _ in range(2):
        await anna.do("POST", f"/onlineagent/AGENT/settalkright?flag={flag}")
    device = await stage.centre.desk().device()
    assert (device["doNotDisturb"] == "On") is disturbed
    assert await anna.refused("POST", "/onlineagent/AGENT/settalkright?flag=2") == "000-002"
    assert await anna.refused("POST", "/onlineagent/AGENT/settalkright") == "000-002"


async def test_skills(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    path = "/onlineagent/AGENT/resetskill"
    await anna.do("POST", f"{path}/false?skillid=16000")
    assert await anna.refused("POST", f"{path}/false?skillid=17000") == "000-002"
    assert await anna.refused("POST", f"{path}/false") == "200-099"
    assert await anna.events() == []


async def test_inspectors(stage: Stage) -> None:
    boss, berta = await stage.signed_in("15100", "15001")
    path = "/qualitycontrol/AGENT"
    await boss.do("POST", f"{path}/forcebusy/15001")
    assert sorted(await berta.events(), key=str) == [
        ("AgentState_Force_SetNotReady", None),
        ("AgentState_SetNotReady_Success", {"reason": "3"}),
    ]
    await boss.do("POST", f"{path}/forceidle/15001")
    assert sorted(await berta.names()) == [
        "AgentState_CancelNotReady_Success",
        "AgentState_Force_Ready",
    ]
    await boss.do("POST", f"{path}/forcelogout/15001")
    assert await berta.poll() == ("AgentOther_ShutdownService", None)
    for action in ("forcebusy", "forceidle", "forcelogout"):
        assert await boss.refused("POST", f"{path}/{action}/15001") == "100-006"
        assert await boss.refused("POST", f"{path}/{action}/15100") == "000-005"
        assert await boss.refused("POST", f"{path}/{action}/99999") == "000-002"


async def test_an_inspector_logs_out_an_agent_of_the_other_front_and_releases_his_calls(
    stage: Stage,
) -> None:
    [boss] = await stage.signed_in("15100")
    desk = stage.centre.desk("agent15001")
    await desk.start()
    await desk.dial("15002")
    await boss.do("POST", "/qualitycontrol/AGENT/forcelogout/15001")
    assert await desk.calls() == []
    assert (await desk.device())["userState"]["state"] == "LoggedOut"
