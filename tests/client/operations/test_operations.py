"""Each operation: what is sent, and where to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from switchbell.rest.gws import requests
from switchbell_client import AgentClient, Call, FailedChannel, OperationRefused
from tests.client.fakes import FakeServer, Raw

DEVICE = "/me/devices/631608b3-ce61-472b-ba05-2ae39555b0d1"
DIAL = f"{DEVICE}/calls"
CALL = "/me/calls/C1"
CHANNEL = "/me/channels/voice"
ME = "/me"

TO_15002 = {"destination": {"phoneNumber": "15002"}}
DATA = {"case": {"no": 7}}

# A call's id, the call itself, its URI.
C2 = Call(id="C2", state="Held", uri="http://x/C2")
NO_URI = Call(id="C2", state="Held")

Use = Callable[[AgentClient], Awaitable[Any]]

OPERATIONS: list[tuple[str, str, Use, dict[str, Any]]] = [
    (DIAL, "Dial", lambda a: a.dial("15002"), TO_15002),
    (DIAL, "Dial", lambda a: a.dial("15002", {"x": "Ł"}), {**TO_15002, "userData": {"x": "Ł"}}),
    (CALL, "Answer", lambda a: a.answer("C1"), {}),
    (CALL, "Hangup", lambda a: a.hangup(Call(id="C1", state="Held")), {}),
    (CALL, "ClearCall", lambda a: a.clear("C1"), {}),
    (CALL, "Hold", lambda a: a.hold("C1"), {}),
    (CALL, "Retrieve", lambda a: a.retrieve("C1"), {}),
    (CALL, "MuteCall", lambda a: a.mute("C1"), {}),
    (CALL, "UnmuteCall", lambda a: a.unmute("C1"), {}),
    (CALL, "SendDtmf", lambda a: a.send_dtmf("C1", "12#"), {"digits": "12#"}),
    (CALL, "InitiateConference", lambda a: a.initiate_conference("C1", "15002"), TO_15002),
    (
        CALL,
        "InitiateTransfer",
        lambda a: a.initiate_transfer("C1", "15002", DATA),
        {**TO_15002, "userData": DATA},
    ),
    (
        CALL,
        "SingleStepConference",
        lambda a: a.single_step_conference("C1", "15002", DATA),
        {**TO_15002, "userData": DATA},
    ),
    (CALL, "SingleStepTransfer", lambda a: a.single_step_transfer("C1", "15002"), TO_15002),
    (CALL, "CompleteConference", lambda a: a.complete_conference("C1"), {}),
    (
        CALL,
        "CompleteConference",
        lambda a: a.complete_conference("C1", C2),
        {"consultCallUri": "http://x/C2"},
    ),
    (CALL, "CompleteTransfer", lambda a: a.complete_transfer("C1"), {}),
    (
        CALL,
        "CompleteTransfer",
        lambda a: a.complete_transfer("C1", "C2"),
        {"consultCallUri": "{server}/api/v2/me/calls/C2"},
    ),
    (CALL, "SwapCalls", lambda a: a.swap("C1", C2), {"otherCallUri": "http://x/C2"}),
    (
        CALL,
        "MergeWithOtherCall",
        lambda a: a.merge("C1", NO_URI),
        {"otherCallUri": "{server}/api/v2/me/calls/C2"},
    ),
    (
        CALL,
        "RemoveParticipantFromConference",
        lambda a: a.remove_participant("C1", "15002"),
        {"participant": "15002"},
    ),
    (CALL, "AttachUserData", lambda a: a.attach_user_data("C1", DATA), {"userData": DATA}),
    (CALL, "UpdateUserData", lambda a: a.update_user_data("C1", {}), {"userData": {}}),
    (CALL, "DeleteUserData", lambda a: a.delete_user_data("C1"), {}),
    (CALL, "DeleteUserDataPair", lambda a: a.delete_user_data_pair("C1", "k"), {"key": "k"}),
    (CALL, "StartCallRecording", lambda a: a.start_recording("C1"), {}),
    (CALL, "PauseCallRecording", lambda a: a.pause_recording("C1"), {}),
    (CALL, "ResumeCallRecording", lambda a: a.resume_recording("C1"), {}),
    (CALL, "StopCallRecording", lambda a: a.stop_recording("C1"), {}),
    (CALL, "SwitchToListenIn", lambda a: a.switch_to_listen_in("C1"), {}),
    (CALL, "SwitchToCoach", lambda a: a.switch_to_coach("C1"), {}),
    (CALL, "SwitchToBargeIn", lambda a: a.switch_to_barge_in("C1"), {}),
    (CALL, "MuteMonitoredUser", lambda a: a.mute_monitored_user("C1"), {}),
    (CALL, "UnmuteMonitoredUser", lambda a: a.unmute_monitored_user("C1"), {}),
    (DEVICE, "DoNotDisturbOn", lambda a: a.do_not_disturb_on(), {}),
    (DEVICE, "DoNotDisturbOff", lambda a: a.do_not_disturb_off(), {}),
    (DEVICE, "ForwardCallsOn", lambda a: a.forward_calls_on("6200"), {"destination": "6200"}),
    (DEVICE, "ForwardCallsOff", lambda a: a.forward_calls_off(), {}),
    (DEVICE, "ListenIn", lambda a: a.listen_in("15001"), {"phoneNumber": "15001"}),
    (
        DEVICE,
        "Coach",
        lambda a: a.coach("15001", scope="Agent", mode="NextCall"),
        {
            "phoneNumber": "15001",
            "supervisorMonitoringScope": "Agent",
            "supervisorMonitoringMode": "NextCall",
        },
    ),
    (DEVICE, "BargeIn", lambda a: a.barge_in("15001"), {"phoneNumber": "15001"}),
    (DEVICE, "CancelSupervisorMonitoring", lambda a: a.cancel_monitoring(), {}),
    (CHANNEL, "Ready", lambda a: a.ready(), {}),
    (CHANNEL, "NotReady", lambda a: a.not_ready("Lunch"), {"reason": "Lunch"}),
    (CHANNEL, "AfterCallWork", lambda a: a.after_call_work(), {}),
    (CHANNEL, "AuxWork", lambda a: a.aux_work(), {}),
    (CHANNEL, "Offline", lambda a: a.offline(), {}),
    (ME, "StartContactCenterSession", lambda a: a.start_session(), {"channels": ["voice"]}),
    (
        ME,
        "StartContactCenterSession",
        lambda a: a.start_session(
            ["voice", "chat"],
            login_code="1001",
            queue="16000",
            place="P1",
            device_path="/devices/D1",
        ),
        {
            "channels": ["voice", "chat"],
            "loginCode": "1001",
            "queue": "16000",
            "place": "P1",
            "devicePath": "/devices/D1",
        },
    ),
    (ME, "EndContactCenterSession", lambda a: a.end_session(), {}),
]


@pytest_asyncio.fixture
async def agent(server: FakeServer) -> AsyncIterator[AgentClient]:
    async with AgentClient(server.url, "agent15000", "switchbell") as logged_in:
        yield logged_in


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=[f"{name}-{i}" for i, (_, name, *_) in enumerate(OPERATIONS)]
)
async def test_what_is_sent(
    server: FakeServer, agent: AgentClient, operation: tuple[str, str, Use, dict[str, Any]]
) -> None:
    path, name, use, parameters = operation
    await use(agent)
    [request] = server.requests[f"POST /api/v2{path}"]
    expected = {
        key: value.replace("{server}", server.url) if isinstance(value, str) else value
        for key, value in parameters.items()
    }
    assert request.body == {"operationName": name, **expected}


@pytest.mark.parametrize(
    ("paths", "table"),
    [
        ({CALL}, requests.CALL_OPERATIONS),
        ({DEVICE}, requests.SETTING_OPERATIONS),
        ({DIAL}, requests.DEVICE_OPERATIONS),
        ({CHANNEL}, requests.CHANNEL_OPERATIONS),
        ({ME}, requests.SESSION_OPERATIONS),
    ],
    ids=["calls", "devices", "dial", "channels", "session"],
)
def test_there_is_a_method_for_all_that_the_server_has(paths: set[str], table: Any) -> None:
    assert {name for path, name, *_ in OPERATIONS if path in paths} == set(table)


async def test_a_session_may_begin_on_some_of_the_channels(
    server: FakeServer, agent: AgentClient
) -> None:
    server.script["POST /api/v2/me"].append(
        Raw(
            200,
            '{"statusCode":7,"failed":[{"statusCode":6,"statusMessage":"There is no such channel.",'
            '"channel":"chat"}],"succeeded":[{"statusCode":0,"channel":"voice"}]}',
        )
    )
    assert await agent.start_session(["voice", "chat"]) == (
        FailedChannel(channel="chat", status_code=6, status_message="There is no such channel."),
    )
    assert await agent.start_session() == ()


async def test_a_session_may_not_begin_at_all(server: FakeServer, agent: AgentClient) -> None:
    server.script["POST /api/v2/me"].append(
        Raw(404, '{"statusCode":6,"statusMessage":"There is no channel but voice."}')
    )
    with pytest.raises(OperationRefused, match="no channel but voice"):
        await agent.start_session(["chat"])


async def test_nothing_else_is_done_in_part(server: FakeServer, agent: AgentClient) -> None:
    server.script["POST /api/v2/me/calls/C1"].append(Raw(200, '{"statusCode":7}'))
    with pytest.raises(OperationRefused):
        await agent.hold("C1")
