"""Operations that were answered with success and have failed since (Web Services, "Envelope")."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from switchbell.notify.gws.resources import Resources
from switchbell.voice.errors import DestinationBusy, InvalidDestination
from switchbell.voice.events import Event, EventName
from switchbell.voice.model import CallState, Device, Leg


class LateError(Struct, frozen=True):
    """Why an operation has failed: the ErrorCode with which the switch refuses one for that reason,
    and a text for the agent."""

    code: int
    text: str


# Those that fail because of what was asked for. That somebody is busy, rejects a call or does not
# answer is how calls go: the call itself says so.
LATE_ERRORS: Mapping[tuple[EventName, CallState | None], LateError] = MappingProxyType(
    {
        (EventName.DESTINATION_BUSY, CallState.SIT_INVALID_NUMBER): LateError(
            InvalidDestination.code, "The destination is not a number."
        ),
        (EventName.DESTINATION_BUSY, CallState.ALL_TRUNKS_BUSY): LateError(
            DestinationBusy.code, "All trunks are busy."
        ),
    }
)


def late_error(event: Event) -> LateError | None:
    """What an event tells its party of a request that has failed, if it does."""
    return LATE_ERRORS.get((event.name, event.call_state))


def error_message(
    error: LateError, device: Device, leg: Leg, resources: Resources
) -> dict[str, Any]:
    """The ErrorMessage. Of its fields ``messageType``, ``deviceUri`` and ``devicePath`` were seen
    with a real server, and ``errorCode`` and ``errorMessage`` are documented for passwords; the
    others, which say what call it is about, are a choice."""
    return {
        "messageType": "ErrorMessage",
        "errorCode": error.code,
        "errorMessage": error.text,
        "deviceUri": resources.device_uri(device),
        "devicePath": resources.device_path(device),
        "callUri": resources.call_uri(leg.id),
        "callPath": resources.call_path(leg.id),
        "phoneNumber": leg.dn,
    }
