"""Signing in by force, and the session that it replaces."""

from tests.server.rest.cc_gateway.situations import phone_up
from tests.server.rest.cc_gateway.stage import Stage, settled

SIGN_IN = "/onlineagent/AGENT"
STATUS = "/onlineagent/AGENT/agentstatus"


async def test_signing_in_by_force_ends_the_older_session(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    again = stage.agent()
    await again.sign_in("/forcelogin", status=3)
    # The older one learns of it by its poll, whenever that comes.
    assert await anna.refused("GET", STATUS) == "100-006"
    assert await anna.poll() == ("AgentOther_ShutdownService", None)
    assert await anna.refused("GET", "/agentevent/AGENT") == "000-003"
    assert await again.do("GET", STATUS) == {"agentState": 3}
    assert await again.names() == [
        "AgentOther_InService",
        "AgentState_Ready",
        "AgentState_SetNotReady_Success",
    ]


async def test_signing_in_by_force_in_the_middle_of_a_transfer(stage: Stage) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    said = {"devicetype": 2, "mode": 2, "address": "15001"}
    await anna.do("POST", "/voicecall/AGENT/transfer", said)
    again = stage.agent()
    await again.sign_in("/forcelogin", autoenteridle=False)
    await berta.do("PUT", "/voicecall/AGENT/answer")
    await settled()
    assert await again.call_ids() == []
    assert (await again.names())[-2:] == ["AgentEvent_Call_Release", "AgentState_Work"]


async def test_signing_in_by_force_with_the_telephone_off_hook(stage: Stage) -> None:
    await phone_up(stage)
    again = stage.agent("15000")
    await again.sign_in("/forcelogin")
    await again.events()
    await again.do("PUT", "/voicecall/AGENT/phonehangup")
    assert await again.names() == ["AgentOther_PhoneRelease"]


async def test_older_sessions_are_told_one_by_one(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    again, once_more = stage.agent(), stage.agent()
    await again.sign_in("/forcelogin")
    await once_more.sign_in("/forcelogin")
    assert await again.poll() == ("AgentOther_InService", None)
    assert await again.poll() == ("AgentState_Ready", None)
    for agent in (anna, again):
        assert await agent.poll() == ("AgentOther_ShutdownService", None)
        assert await agent.refused("GET", "/agentevent/AGENT") == "000-003"
    await once_more.do("DELETE", SIGN_IN + "/logout")


async def test_after_signing_in_by_force_the_telephone_stays_off_hook(stage: Stage) -> None:
    """Its page has another default than that of signing in."""
    anna = stage.agent()
    await anna.sign_in("/forcelogin")
    for _ in range(2):
        await anna.events()
        await anna.do("PUT", "/voicecall/AGENT/callinner", {"called": "15001"})
        await anna.do("DELETE", "/voicecall/AGENT/release")
    assert await anna.names() == [
        "AgentState_Busy",
        "AgentEvent_Customer_Alerting",
        "AgentEvent_Call_Release",
        "AgentEvent_Customer_Release",
        "AgentState_Ready",
    ]


async def test_signing_in_by_force_needs_the_password(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    body = {"password": "guess", "phonenum": "15000"}
    assert await stage.agent().refused("PUT", SIGN_IN + "/forcelogin", body) == "100-004"
    assert await anna.do("GET", STATUS) == {"agentState": 4}
