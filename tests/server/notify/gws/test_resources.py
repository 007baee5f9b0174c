"""Resources, against the samples of their documentation."""

from typing import Any

import msgspec
import pytest

from switchbell.notify.gws.resources import Resources
from switchbell.voice.agents import Agent, AgentState, DnState, Monitoring, WorkMode
from switchbell.voice.model import CallType, Device, Leg, MonitoringType, PartyState

DEVICE = Device(id="631608b3-ceb1-472b-ba05-2ae39555b0d1", dn="15000", user="agent15000")
URL = "http://127.0.0.1:8080"

LEG = Leg(
    id="01RCC3N118B1V0SL8O7GK2LAES000010",
    dn="15000",
    conn_id="0071027198180020",
    state=PartyState.ESTABLISHED,
    call_type=CallType.INTERNAL,
    dnis="15001",
    ani="15000",
    participants=("15001",),
    capabilities=("Hangup", "Hold"),
    user_data={"AccountNumber": "12345678"},
    since=1000.0,
)

NOBODY_AT_WORK = DnState(dn="15000")
AT_WORK = DnState(
    dn="15000",
    agent=Agent(id="1500", state=AgentState.NOT_READY, work_mode=WorkMode.AUX_WORK, reason="Lunch"),
    do_not_disturb=True,
    forward_to="6200",
    monitoring=Monitoring(target="15000", type=MonitoringType.COACH),
)

SAMPLE: dict[str, Any] = {
    "id": "01RCC3N118B1V0SL8O7GK2LAES000010",
    "state": "Established",
    "callUuid": "01RCC3N118B1V0SL8O7GK2LAES000010",
    "connId": "0071027198180020",
    "deviceUri": "http://127.0.0.1:8080/api/v2/devices/631608b3-ceb1-472b-ba05-2ae39555b0d1",
    "participants": [
        {
            "e164Number": "",
            "formattedPhoneNumber": "15001",
            "phoneNumber": "15001",
            "digits": "15001",
        }
    ],
    "dnis": "15001",
    "callType": "Internal",
    "capabilities": ["Hangup", "Hold"],
    "userData": {"AccountNumber": "12345678"},
    "duration": "7",
    "mute": "Off",
    "recordingState": "Stopped",
    "supervisorListeningIn": False,
    "monitoredUserMuted": False,
    "monitoring": False,
    "uri": "http://127.0.0.1:8080/api/v2/me/calls/01RCC3N118B1V0SL8O7GK2LAES000010",
    "path": "/calls/01RCC3N118B1V0SL8O7GK2LAES000010",
}


def resources(*, recording: bool = True) -> Resources:
    return Resources(URL, [DEVICE], recording=recording)


def test_an_established_call_has_the_fields_of_the_sample() -> None:
    assert resources().call(LEG, 1007.9) == SAMPLE


def test_without_recording_a_call_does_not_mention_it() -> None:
    call = resources(recording=False).call(LEG, 1007.0)
    assert SAMPLE.keys() - call.keys() == {"recordingState"}


def test_a_call_without_user_data_does_not_mention_them() -> None:
    call = resources().call(msgspec.structs.replace(LEG, user_data={}), 1007.0)
    assert "userData" not in call


def test_only_an_inbound_call_says_who_rang() -> None:
    changed = msgspec.structs.replace(LEG, call_type=CallType.INBOUND, ani="+14155550100")
    assert resources().call(changed, 1007.0) == SAMPLE | {
        "callType": "Inbound",
        "ani": "+14155550100",
    }


def test_a_consultation_points_to_its_call() -> None:
    call = resources().call(msgspec.structs.replace(LEG, parent="09"), 1007.0)
    assert call["parentCallUri"] == "http://127.0.0.1:8080/api/v2/me/calls/09"
    assert call["parentCallPath"] == "/calls/09"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (PartyState.DIALING, "Dialing"),
        (PartyState.BUSY, "Dialing"),
        (PartyState.RINGING, "Ringing"),
        (PartyState.ESTABLISHED, "Established"),
        (PartyState.HELD, "Held"),
        (PartyState.RELEASED, "Released"),
    ],
)
def test_states_have_the_names_of_web_services(state: PartyState, name: str) -> None:
    assert resources().call(msgspec.structs.replace(LEG, state=state), 0)["state"] == name


def test_a_clock_that_was_set_back_makes_no_negative_duration() -> None:
    assert resources().call(LEG, 900.0)["duration"] == "0"


def test_a_slash_after_the_public_url_does_not_double() -> None:
    call = Resources("https://centre.example/", [DEVICE], recording=False).call(LEG, 0)
    assert call["uri"] == f"https://centre.example/api/v2/me/calls/{LEG.id}"


DEVICE_SAMPLE: dict[str, Any] = {
    "id": "631608b3-ceb1-472b-ba05-2ae39555b0d1",
    "deviceState": "Active",
    "userState": {
        "id": "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB",
        "displayName": "Offline",
        "state": "LoggedOut",
    },
    "phoneNumber": "15000",
    "description": "",
    "e164Number": "",
    "telephonyNetwork": "Private",
    "doNotDisturb": "Off",
    "voiceEnvironmentUri": "http://127.0.0.1:8080/api/v2/voice-environments/voice",
    "capabilities": ["DoNotDisturbOn", "ForwardCallsOn"],
    "channels": ["voice"],
    "dynamicPhoneNumber": "",
    "uri": "http://127.0.0.1:8080/api/v2/devices/631608b3-ceb1-472b-ba05-2ae39555b0d1",
    "path": "/devices/631608b3-ceb1-472b-ba05-2ae39555b0d1",
}


def test_a_device_at_which_nobody_is_logged_in() -> None:
    assert resources().device(DEVICE, NOBODY_AT_WORK) == DEVICE_SAMPLE


def test_a_device_shows_its_status() -> None:
    assert resources().device(DEVICE, AT_WORK) == DEVICE_SAMPLE | {
        "userState": {
            "id": "2B36138D-C564-4562-A8CB-3C32D564F296",
            "displayName": "AuxWork",
            "state": "NotReady",
            "workMode": "AuxWork",
            "reason": "Lunch",
        },
        "doNotDisturb": "On",
        "capabilities": [
            "DoNotDisturbOff",
            "ForwardCallsOn",
            "ForwardCallsOff",
            "CancelSupervisorMonitoring",
        ],
        "forwardTo": "6200",
        "supervisorMonitoringState": {
            "state": "Coach",
            "mode": "AllCalls",
            "scope": "Call",
            "targetDeviceUri": DEVICE_SAMPLE["uri"],
        },
    }


def test_the_voice_channel_has_the_state_of_the_agent() -> None:
    assert resources().voice_channel(NOBODY_AT_WORK) == {
        "channel": "voice",
        "userState": DEVICE_SAMPLE["userState"],
        "uri": "http://127.0.0.1:8080/api/v2/me/channels/voice",
        "path": "/channels/voice",
    }
    assert resources().voice_channel(AT_WORK)["userState"]["reason"] == "Lunch"


def test_a_party_outside_brings_its_country() -> None:
    call = resources().call(msgspec.structs.replace(LEG, participants=("+19165550104",)), 0)
    [participant] = call["participants"]
    assert participant["country"] == {"name": "United States", "code": "US", "callingCode": "1"}
