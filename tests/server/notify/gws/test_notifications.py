import msgspec
import pytest

from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import Resources
from switchbell.voice.events import Change, Event, EventName, PrivateMessage
from switchbell.voice.model import CallState, Device, Leg
from tests.server.notify.gws.test_resources import LEG, NOBODY_AT_WORK, URL

DEVICES = [
    Device(id="d0", dn="15000", user="anna"),
    Device(id="d1", dn="15001", user="berta"),
]
RESOURCES = Resources(URL, DEVICES, recording=False)
NOTIFICATIONS = GwsNotifications(RESOURCES, DEVICES)


def event(name: EventName, dn: str = "15000", call_state: CallState = CallState.OK) -> Event:
    leg = msgspec.structs.replace(LEG, dn=dn)
    return Event(
        name=name,
        this_dn=dn,
        time=1007.0,
        call_state=call_state,
        extensions={"BusinessCall": 0},
        leg=leg,
    )


def types(*events: Event, refreshed: tuple[Leg, ...] = ()) -> list[tuple[str, str]]:
    change = Change(time=1007.0, events=events, calls=(), refreshed=refreshed)
    return [
        (one.audience, one.payload["notificationType"]) for one in NOTIFICATIONS.compose(change)
    ]


@pytest.mark.parametrize(
    ("name", "notification_type"),
    [
        (EventName.DIALING, "StatusChange"),
        (EventName.RINGING, "StatusChange"),
        (EventName.ESTABLISHED, "StatusChange"),
        (EventName.DESTINATION_BUSY, "StatusChange"),
        (EventName.ABANDONED, "StatusChange"),
        (EventName.HELD, "StatusChange"),
        (EventName.RETRIEVED, "StatusChange"),
        (EventName.RELEASED, "StatusChange"),
        (EventName.PARTY_ADDED, "ParticipantsUpdated"),
        (EventName.PARTY_CHANGED, "ParticipantsUpdated"),
        (EventName.PARTY_DELETED, "ParticipantsUpdated"),
        (EventName.ATTACHED_DATA_CHANGED, "AttachedDataChanged"),
        (EventName.DTMF_SENT, "DtmfSent"),
        (EventName.MUTE_ON, "StatusChange"),
        (EventName.MUTE_OFF, "StatusChange"),
    ],
)
def test_each_event_of_a_call_has_its_notification_type(
    name: EventName, notification_type: str
) -> None:
    assert types(event(name)) == [("anna", notification_type)]


@pytest.mark.parametrize(
    ("message", "notification_type"),
    [
        (PrivateMessage.RECORDING, "CallRecordingStateChange"),
        (PrivateMessage.MONITORED_USER_MUTED, "MonitoredUserMutedStateChange"),
        (PrivateMessage.MONITORING_TYPE, "StatusChange"),
    ],
)
def test_what_a_private_event_is_about_decides(
    message: PrivateMessage, notification_type: str
) -> None:
    private = msgspec.structs.replace(event(EventName.PRIVATE_INFO), private_message=message)
    assert types(private) == [("anna", notification_type)]


@pytest.mark.parametrize("name", [EventName.OFF_HOOK, EventName.ON_HOOK])
def test_the_hook_is_not_told_of(name: EventName) -> None:
    assert types(Event(name=name, this_dn="15000", time=0.0)) == []


def test_each_party_is_told_in_the_order_of_the_events() -> None:
    assert types(event(EventName.RELEASED, "15001"), event(EventName.RELEASED, "15000")) == [
        ("berta", "StatusChange"),
        ("anna", "StatusChange"),
    ]


def test_completing_a_conference_does_not_tell_of_the_retrieval() -> None:
    conferenced = CallState.CONFERENCED
    assert types(
        event(EventName.RETRIEVED, call_state=conferenced),
        event(EventName.PARTY_ADDED, call_state=conferenced),
    ) == [("anna", "ParticipantsUpdated")]


def test_what_only_looks_different_now_is_told_last() -> None:
    assert types(event(EventName.RELEASED), refreshed=(LEG,)) == [
        ("anna", "StatusChange"),
        ("anna", "StatusChange"),
    ]


def test_the_message_has_the_fields_of_the_sample() -> None:
    change = Change(time=1007.0, events=(event(EventName.HELD, "15001"),), calls=())
    [notification] = NOTIFICATIONS.compose(change)
    assert notification.channel == "/v2/me/calls"
    call = notification.payload.pop("call")
    assert call["duration"] == "7"
    assert notification.payload == {
        "notificationType": "StatusChange",
        "phoneNumber": "15001",
        "extensions": {"BusinessCall": 0},
        "messageType": "CallStateChangeMessage",
    }


@pytest.mark.parametrize(
    ("name", "has_extensions"),
    [
        (EventName.RINGING, True),
        (EventName.ESTABLISHED, True),
        (EventName.RELEASED, True),
        (EventName.PARTY_ADDED, True),
        (EventName.ATTACHED_DATA_CHANGED, False),
    ],
)
def test_extensions_are_those_of_the_event(name: EventName, has_extensions: bool) -> None:
    change = Change(time=1007.0, events=(event(name),), calls=(), refreshed=(LEG,))
    told, refreshed = NOTIFICATIONS.compose(change)
    extensions = {"BusinessCall": 0} if has_extensions else None
    assert told.payload.get("extensions") == extensions
    assert "extensions" not in refreshed.payload


def test_a_device_is_told_of_as_it_is_read() -> None:
    state = msgspec.structs.replace(NOBODY_AT_WORK, dn="15001", do_not_disturb=True)
    changed = Event(name=EventName.DND_ON, this_dn="15001", time=1007.0, dn_state=state)
    [notification] = NOTIFICATIONS.compose(Change(time=1007.0, events=(changed,), calls=()))
    assert (notification.audience, notification.channel) == ("berta", "/v2/me/devices")
    assert notification.payload == {
        "messageType": "DeviceStateChangeMessage",
        "devices": [RESOURCES.device(DEVICES[1], state)],
    }


def test_devices_and_calls_are_told_of_in_the_order_of_the_events() -> None:
    agent = Event(name=EventName.AGENT_READY, this_dn="15000", time=0.0, dn_state=NOBODY_AT_WORK)
    events = (event(EventName.RELEASED), agent, event(EventName.RINGING))
    told = NOTIFICATIONS.compose(Change(time=1007.0, events=events, calls=()))
    assert [one.channel for one in told] == ["/v2/me/calls", "/v2/me/devices", "/v2/me/calls"]


def test_queues_and_those_outside_are_told_nothing() -> None:
    queued = Event(name=EventName.QUEUED, this_dn="16000", time=0.0, call_state=CallState.OK)
    assert types(queued) == []
