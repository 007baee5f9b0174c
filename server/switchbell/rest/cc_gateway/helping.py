"""Operations that bring a third party in: help, transfer, conference."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from switchbell.notify.cc_gateway.seat import Plan
from switchbell.rest.cc_gateway import bodies
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.calls import app_data, place, require_not_internal
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.voice.model import Leg, PartyState
from switchbell.voice.operations import (
    CompleteConference,
    CompleteTransfer,
    InitiateConference,
    InitiateTransfer,
    MergeWithOtherCall,
    Operation,
    Reconnect,
    RemoveParticipantFromConference,
    SingleStepTransfer,
)

QUEUE, AGENT, OUTSIDE = 1, 2, 5


class Step(Struct, frozen=True):
    """What begins a transfer or a help, and what is to follow when the third party answers."""

    begin: type[Operation]
    plan: Plan | None = None


RELEASE = Step(SingleStepTransfer)
SUCCESS = Step(InitiateTransfer, Plan(CompleteTransfer, is_transfer=True))
TALK = Step(InitiateTransfer, Plan(is_transfer=True))
THREE_PARTIES = Step(InitiateConference, Plan(CompleteConference, is_transfer=True))

# By ``devicetype`` and ``mode`` ("Transfer body"). IVRs and access codes are not there.
TRANSFERS: Mapping[tuple[int, int], Step] = MappingProxyType(
    {
        (QUEUE, 0): RELEASE,
        (QUEUE, 2): SUCCESS,
        (AGENT, 0): RELEASE,
        (AGENT, 2): SUCCESS,
        (OUTSIDE, 1): RELEASE,
        (OUTSIDE, 2): SUCCESS,
        (OUTSIDE, 3): TALK,
        (OUTSIDE, 4): THREE_PARTIES,
    }
)

# By ``mode``.
HELPS: Mapping[int, Step] = MappingProxyType(
    {1: Step(InitiateTransfer), 2: Step(InitiateConference, Plan(CompleteConference))}
)

TARGETS: Mapping[int, Callable[[Asked, str], str]] = MappingProxyType(
    {QUEUE: Asked.dn_of_skill, AGENT: Asked.dn_of_agent, OUTSIDE: lambda _, number: number}
)


async def ask_for_help(asked: Asked) -> Any:
    said = asked.body(bodies.Help)
    step = HELPS.get(said.mode)
    if step is None or said.devicetype not in (QUEUE, AGENT):
        raise Refused("There is no such mode or devicetype.", RetCode.PARAMETER_INVALID)
    target = TARGETS[said.devicetype](asked, said.dstaddress)
    _require_hold(held=said.holdflag)
    await _take(asked, step, _talk(asked), target, said.callappdata)
    return {}


async def transfer(asked: Asked) -> Any:
    said = asked.body(bodies.Transfer)
    step = TRANSFERS.get((said.devicetype, said.mode))
    if step is None:
        raise Refused("Transfers of this devicetype and mode are not offered.", RetCode.NOT_OFFERED)
    target = TARGETS[said.devicetype](asked, said.address)
    _require_hold(held=said.holdflag)
    leg = _talk(asked)
    require_not_internal(asked, leg)
    await _take(asked, step, leg, target, said.callappdata)
    return {}


def _require_hold(*, held: bool) -> None:
    if not held:
        raise Refused("A call is always held meanwhile.", RetCode.NOT_OFFERED)


def _talk(asked: Asked) -> Leg:
    leg = asked.desk.in_state(PartyState.ESTABLISHED)
    if leg is None:
        raise Refused("There is no call that is talked on.")
    return leg


async def _take(asked: Asked, step: Step, leg: Leg, target: str, data: str | None) -> None:
    if step.begin is SingleStepTransfer:
        user_data = app_data(data)
        await asked.desk.ask(step.begin, call=leg.id, destination=target, user_data=user_data)
        return
    await place(asked, step.begin, target, data, call=leg.id)
    consultation = _consultation(asked, leg)
    if step.plan is not None and consultation is not None:
        if step is THREE_PARTIES:
            asked.session.seat.brought_in = (leg.id, target)
        asked.session.seat.plans[consultation.id] = step.plan
        await asked.gateway.pursue_plan(asked.session, consultation)


def _consultation(asked: Asked, about: Leg | None = None) -> Leg | None:
    """The call by which the agent consults: about this one, or about any."""
    for leg in asked.desk.calls():
        if leg.parent is not None and (about is None or leg.parent == about.id):
            return leg
    return None


async def take_back(asked: Asked) -> Any:
    """Have the call be as it was before somebody outside was brought in to have it."""
    leg = _consultation(asked)
    if leg is not None:
        await asked.desk.ask(Reconnect, call=leg.id)
        return {}
    for leg in asked.desk.calls():
        for dn in leg.participants:
            if (leg.id, dn) == asked.session.seat.brought_in:
                kind = RemoveParticipantFromConference
                await asked.desk.ask(kind, call=leg.id, participant=dn)
                return {}
    raise Refused("There is no transfer to be taken back.")


async def join(asked: Asked) -> Any:
    name = asked.body(bodies.Join).callid
    held = asked.desk.named(name)
    if held is None or held.state is not PartyState.HELD:
        raise Refused("The call is not on hold.", RetCode.NOT_HELD_TO_JOIN)
    active = asked.desk.in_state(PartyState.ESTABLISHED)
    if active is None:
        raise Refused("There is no call to join it with.")
    await asked.desk.ask(MergeWithOtherCall, call=active.id, other_call=held.id)
    return {}
