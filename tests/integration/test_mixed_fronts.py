"""One call, and agents of both fronts on it: each hears of it in the words of his own."""

import asyncio

from switchbell_client import AgentClient, CallNotification
from tests.centre import PATIENCE
from tests.server.rest.cc_gateway.stage import Agent, Stage, settled, staged


async def heard(agent: AgentClient, count: int) -> list[str]:
    """The next notifications of calls, each with the state of the call and the others on it."""
    lines: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(lines) < count:
            notification = await anext(agent.notifications())
            assert isinstance(notification, CallNotification)
            call = notification.call
            others = ",".join(one.phone_number for one in call.participants)
            lines.append(f"{notification.notification_type} {call.state} {others}")
    return lines


def client(stage: Stage, number: str) -> AgentClient:
    return AgentClient(stage.centre.url, f"agent{number}", "switchbell")


def named(told: list[tuple[str, object]], call: str) -> list[tuple[str, object]]:
    """Events with the name CALL for the id of the agent's call."""
    return [(kind, _named(content, call)) for kind, content in told]


def _named(content: object, call: str) -> object:
    if isinstance(content, dict):
        return {key: _named(value, call) for key, value in content.items()}
    return "CALL" if content == call else content


TALK = {
    "caller": "15001",
    "callid": "CALL",
    "called": "15000",
    "feature": "6",
    "type": "main",
    "mediaAbility": "1",
}


async def the_call(agent: Agent) -> str:
    [only] = await agent.call_ids()
    return only


async def test_called_held_taken_into_a_conference_and_dropping() -> None:
    async with staged() as stage, client(stage, "15001") as berta, client(stage, "15002") as carla:
        [anna] = await stage.signed_in("15000")

        await berta.dial("15000")
        call = await the_call(anna)
        await anna.do("PUT", "/voicecall/AGENT/answer")
        [main] = await berta.calls()
        await berta.hold(main)
        await berta.initiate_conference(main, "15002")
        [consult] = await carla.calls()
        await carla.answer(consult)
        await berta.complete_conference(main)
        await settled()
        [before] = await berta.calls()
        assert [one.phone_number for one in before.participants] == ["15002", "15000"]
        await anna.do("DELETE", "/voicecall/AGENT/release")

        assert named(await anna.events(), call) == [
            ("AgentState_Busy", None),
            ("AgentOther_PhoneAlerting", None),
            ("AgentOther_PhoneOffhook", {"type": "main"}),
            ("AgentEvent_Ringing", {**TALK, "transfer": "no", "transfrom": ""}),
            ("AgentEvent_Talking", TALK),
            ("AgentEvent_Conference", {"callid": "CALL", "partner": "15001,15002"}),
            ("AgentEvent_Call_Release", "CALL"),
            ("AgentOther_PhoneRelease", {"phoneState": 3}),
            ("AgentState_Ready", None),
        ]
        assert await heard(berta, 10) == [
            "StatusChange Dialing 15000",
            "StatusChange Established 15000",
            "StatusChange Held 15000",
            "StatusChange Dialing 15002",
            # Twice the main call looks different: it can be completed in another way.
            "StatusChange Held 15000",
            "StatusChange Established 15002",
            "StatusChange Held 15000",
            "StatusChange Released 15002",
            "ParticipantsUpdated Established 15002,15000",
            "ParticipantsUpdated Established 15002",
        ]
        assert await heard(carla, 4) == [
            "StatusChange Ringing 15001",
            "StatusChange Established 15001",
            "ParticipantsUpdated Established 15000,15001",
            "ParticipantsUpdated Established 15001",
        ]


async def test_the_other_way_round() -> None:
    """The agent of this front calls, holds, consults, and makes the conference."""
    async with staged() as stage, client(stage, "15001") as berta, client(stage, "15002") as carla:
        [anna] = await stage.signed_in("15000")
        call = await anna.do("PUT", "/voicecall/AGENT/callinner", {"called": "15001"})
        [main] = await berta.calls()
        await berta.answer(main)
        help_ = {"dstaddress": "15002", "devicetype": 2, "mode": 2}
        await anna.do("POST", "/voicecall/AGENT/innerhelp", help_)
        [consult] = await carla.calls()
        await carla.answer(consult)
        await settled()
        await berta.hangup(main)

        talk = {**TALK, "caller": "15000", "called": "15001"}
        told = named(await anna.events(), call)
        second = told[7][1]
        assert isinstance(second, dict)
        other = second["callid"]
        alerting = {"otherPhoneWorkno": "15002", "otherPhone": "15002"}
        assert told == [
            ("AgentOther_PhoneAlerting", None),
            ("AgentOther_PhoneOffhook", {"type": "main"}),
            ("AgentState_Busy", None),
            (
                "AgentEvent_Customer_Alerting",
                {
                    "callid": "CALL",
                    "otherPhoneWorkno": "15001",
                    "otherPhone": "15001",
                    "type": "main",
                },
            ),
            ("AgentEvent_Talking", talk),
            ("AgentEvent_Hold", "CALL"),
            (
                "AgentEvent_Customer_Alerting",
                {"callid": other, **alerting, "type": "assistant"},
            ),
            (
                "AgentEvent_Talking",
                {
                    "caller": "15000",
                    "callid": other,
                    "called": "15002",
                    "feature": "52",
                    "type": "assistant",
                    "mediaAbility": "1",
                },
            ),
            ("AgentEvent_Customer_Release", {"callid": other, "number": "15002"}),
            ("AgentEvent_Conference", {"callid": "CALL", "partner": "15001,15002"}),
            ("AgentEvent_Customer_Release", {"callid": "CALL", "number": "15001"}),
        ]
        assert await heard(berta, 4) == [
            "StatusChange Ringing 15000",
            "StatusChange Established 15000",
            "ParticipantsUpdated Established 15002,15000",
            "StatusChange Released 15002,15000",
        ]
        assert await heard(carla, 4) == [
            "StatusChange Ringing 15000",
            "StatusChange Established 15000",
            "ParticipantsUpdated Established 15001,15000",
            "ParticipantsUpdated Established 15000",
        ]


async def test_one_agent_on_both_fronts() -> None:
    """Each of his desktops is told of what the other does."""
    async with staged() as stage, client(stage, "15000") as desktop:
        [anna] = await stage.signed_in("15000")
        await desktop.not_ready("Lunch")
        assert await anna.events() == [("AgentState_SetNotReady_Success", {"reason": "1"})]
        await anna.do("POST", "/onlineagent/AGENT/cancelbusy")
        await desktop.dial("15001")
        call = await the_call(anna)
        await anna.do("DELETE", "/voicecall/AGENT/release")
        assert not await desktop.calls()
        assert named(await anna.events(), call)[-4:] == [
            ("AgentEvent_Call_Release", "CALL"),
            ("AgentEvent_Customer_Release", {"callid": "CALL", "number": "15001"}),
            ("AgentOther_PhoneRelease", {"phoneState": 3}),
            ("AgentState_Ready", None),
        ]
