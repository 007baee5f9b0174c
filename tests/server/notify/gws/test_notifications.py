import msgspec
import pytest

from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import Resources
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import CallState, Device, Leg
from tests.server.notify.gws.test_resources import LEG, URL

DEVICES = [
    Device(id="d0", dn="15000", user="anna"),
    Device(id="d1", dn="15001", user="berta"),
]
NOTIFICATIONS = GwsNotifications(Resources(URL, DEVICES, recording=False), DEVICES)


def event(name: EventName, dn: str = "15000", call_state: CallState = CallState.OK) -> Event:
    leg = msgspec.structs.replace(LEG, dn=dn)
    return Event(name=name, this_dn=dn, time=1007.0, call_state=call_state, leg=leg)


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
    ],
)
def test_each_event_of_a_call_has_its_notification_type(
    name: EventName, notification_type: str
) -> None:
    assert types(event(name)) == [("anna", notification_type)]


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
