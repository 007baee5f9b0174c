"""Who is told that something he was allowed to do has failed since, and who is not."""

import pytest

from switchbell.notify.gws.late_errors import LATE_ERRORS, late_error
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import CallState
from tests.server.notify.gws.test_notifications import NOTIFICATIONS, event


def unreached(call_state: CallState) -> Event:
    return event(EventName.DESTINATION_BUSY, "15001", call_state)


@pytest.mark.parametrize(
    ("call_state", "code", "text"),
    [
        (CallState.SIT_INVALID_NUMBER, 71, "The destination is not a number."),
        (CallState.ALL_TRUNKS_BUSY, 231, "All trunks are busy."),
    ],
)
def test_a_call_that_cannot_be_made_is_told_of_and_then_the_error(
    call_state: CallState, code: int, text: str
) -> None:
    change = Change(time=1007.0, events=(unreached(call_state),), calls=())
    call, error = NOTIFICATIONS.compose(change)
    assert call.payload["notificationType"] == "StatusChange"
    assert (error.audience, error.channel) == ("berta", "/v2/me/calls")
    assert error.payload == {
        "messageType": "ErrorMessage",
        "errorCode": code,
        "errorMessage": text,
        "deviceUri": "http://127.0.0.1:8080/api/v2/devices/d1",
        "devicePath": "/devices/d1",
        "callUri": "http://127.0.0.1:8080/api/v2/me/calls/01RCC3N118B1V0SL8O7GK2LAES000010",
        "callPath": "/calls/01RCC3N118B1V0SL8O7GK2LAES000010",
        "phoneNumber": "15001",
    }


@pytest.mark.parametrize("call_state", [CallState.BUSY, CallState.NO_ANSWER])
def test_that_somebody_is_busy_is_no_error(call_state: CallState) -> None:
    assert late_error(unreached(call_state)) is None


@pytest.mark.parametrize("name", set(EventName) - {EventName.DESTINATION_BUSY})
def test_no_other_event_tells_of_one(name: EventName) -> None:
    assert not any(late_error(event(name, call_state=state)) for state in CallState)


def test_those_there_are() -> None:
    assert len(LATE_ERRORS) == 2
