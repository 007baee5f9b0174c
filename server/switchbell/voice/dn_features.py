"""How a DN is set: do not disturb, and forwarding. T-Library, "DN events"."""

from msgspec.structs import replace

from switchbell.voice.agents import DnState
from switchbell.voice.draft import Draft
from switchbell.voice.errors import AlreadyInState, InvalidDestination
from switchbell.voice.events import EventName
from switchbell.voice.operations import (
    DoNotDisturbOff,
    DoNotDisturbOn,
    ForwardCallsOff,
    ForwardCallsOn,
    Operation,
)
from switchbell.voice.switch import Switch


def do_not_disturb_on(switch: Switch, request: DoNotDisturbOn, now: float) -> Draft:
    changed = replace(switch.states.of(request.dn), do_not_disturb=True)
    return _changed(switch, request, changed, EventName.DND_ON, now)


def do_not_disturb_off(switch: Switch, request: DoNotDisturbOff, now: float) -> Draft:
    changed = replace(switch.states.of(request.dn), do_not_disturb=False)
    return _changed(switch, request, changed, EventName.DND_OFF, now)


def forward_calls_on(switch: Switch, request: ForwardCallsOn, now: float) -> Draft:
    """Whether calls can go there is seen when there is one: the number may be busy then, or no
    longer."""
    if request.destination == request.dn or switch.numbers.kind(request.destination) is None:
        raise InvalidDestination("The destination is not a number that can be called here.")
    changed = replace(switch.states.of(request.dn), forward_to=request.destination)
    return _changed(switch, request, changed, EventName.FORWARD_SET, now, other=request.destination)


def forward_calls_off(switch: Switch, request: ForwardCallsOff, now: float) -> Draft:
    before = switch.states.of(request.dn)
    changed = replace(before, forward_to=None)
    return _changed(
        switch, request, changed, EventName.FORWARD_CANCEL, now, other=before.forward_to
    )


def _changed(
    switch: Switch,
    request: Operation,
    state: DnState,
    event: EventName,
    now: float,
    *,
    other: str | None = None,
) -> Draft:
    if state == switch.states.of(request.dn):
        raise AlreadyInState("The device is set like that already.")
    draft = switch.draft(now)
    draft.tell_state(event, state, other=other, reference_id=request.reference_id)
    return draft
