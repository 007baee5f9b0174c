"""What is rendered has the form that is described: no field more, none less."""

from typing import Any

import msgspec
import pytest

from switchbell.notify.gws.shapes import Call, Channel, Device, Shape
from switchbell.voice.model import CallType, PartyState, Recording
from tests.server.notify.gws.test_resources import AT_WORK, DEVICE, LEG, NOBODY_AT_WORK, resources


def fits(resource: dict[str, Any], shape: type[Shape]) -> bool:
    """Converting refuses unknown fields, missing ones, and values of another type."""
    return msgspec.to_builtins(msgspec.convert(resource, shape)) == resource


# Only queues are in the other one, and nobody is shown what a queue sees.
STATES = [state for state in PartyState if state is not PartyState.QUEUED]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("call_type", CallType)
def test_a_call_fits_in_every_state_and_of_every_type(
    state: PartyState, call_type: CallType
) -> None:
    leg = msgspec.structs.replace(LEG, state=state, call_type=call_type)
    assert fits(resources().call(leg, 1000.0), Call)


@pytest.mark.parametrize(
    "changes",
    [
        {"parent": "09", "muted": True, "recording": Recording.PAUSED},
        {"participants": ("+19165550104", "+80012345678", "+15001"), "user_data": {}},
        {"participants": (), "capabilities": ()},
    ],
)
def test_a_call_fits_with_all_that_it_can_have(changes: dict[str, Any]) -> None:
    assert fits(resources().call(msgspec.structs.replace(LEG, **changes), 1000.0), Call)


def test_devices_and_channels_fit() -> None:
    assert fits(resources().device(DEVICE, NOBODY_AT_WORK), Device)
    assert fits(resources().device(DEVICE, AT_WORK), Device)
    assert fits(resources().voice_channel(NOBODY_AT_WORK), Channel)
    assert fits(resources().voice_channel(AT_WORK), Channel)


def test_a_field_that_is_not_described_does_not_fit() -> None:
    with pytest.raises(msgspec.ValidationError):
        fits(resources().voice_channel(NOBODY_AT_WORK) | {"more": 1}, Channel)
