"""Operations on calls ("Call interfaces")."""

from typing import Any

from switchbell.notify.cc_gateway.agent_states import Status, status_of
from switchbell.notify.cc_gateway.call_values import call_id, is_internal
from switchbell.rest.cc_gateway import bodies
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.voice.model import Leg, PartyState, UserData
from switchbell.voice.operations import (
    Answer,
    Dial,
    Hold,
    Operation,
    Redirect,
    RemoveParticipantFromConference,
    Retrieve,
    SendDtmf,
    SetMuteOn,
    SwapCalls,
    UnmuteCall,
)

APP_DATA = "callappdata"
"""The key of user data under which a call has what ``callappdata`` says."""


def app_data(said: str | None) -> UserData:
    return {} if said is None else {APP_DATA: said}


async def call_out(asked: Asked) -> str:
    said = asked.body(bodies.CallOut)
    return await place(asked, Dial, said.called, said.callappdata)


async def call_agent(asked: Asked) -> str:
    said = asked.body(bodies.CallOut)
    return await place(asked, Dial, asked.dn_of_agent(said.called), said.callappdata)


async def call_skill(asked: Asked) -> str:
    said = asked.body(bodies.CallSkill)
    return await place(asked, Dial, asked.dn_of_skill(said.skill_id), said.callappdata)


async def place(
    asked: Asked, kind: type[Operation], number: str, data: str | None, **parameters: object
) -> str:
    """Make a call by an operation that makes one; its ``callid`` is the result."""
    desk = asked.desk
    before = {leg.id for leg in desk.calls()}
    await desk.ask(kind, destination=number, user_data=app_data(data), **parameters)
    for leg in desk.calls():
        if leg.id not in before:
            return call_id(leg)
    raise Refused("The call has ended already.")


async def answer(asked: Asked) -> Any:
    name = asked.query(bodies.NamedCall).callid
    leg = asked.desk.named(name) if name else asked.desk.in_state(PartyState.RINGING)
    await asked.desk.ask(Answer, call=_found(leg, "There is no call to answer.").id)
    return {}


async def release(asked: Asked) -> Any:
    """Only the current call: one on hold goes on."""
    await asked.desk.leave(_found(asked.desk.current(), "There is no call to be released."))
    return {}


async def drop_call(asked: Asked) -> Any:
    leg = asked.desk.named(asked.path["callid"])
    await asked.desk.leave(_found(leg, "There is no such call to be dropped."))
    return {}


async def disconnect(asked: Asked) -> Any:
    """Take somebody off a conference; of a call with him alone, hang up."""
    number = asked.number_in_path()
    leg, dn = _with_participant(asked, number)
    if len(leg.participants) > 1:
        await asked.desk.ask(RemoveParticipantFromConference, call=leg.id, participant=dn)
        return {}
    if leg.state is PartyState.HELD and _is_consulted_about(asked, leg):
        raise Refused("Who is held in a help cannot be disconnected.", RetCode.HELD_IN_HELP)
    await asked.desk.leave(leg)
    return {}


def _with_participant(asked: Asked, number: str) -> tuple[Leg, str]:
    """The call with somebody of that number, and his DN; a call on hold counts last. Raises
    Refused."""
    on_hold_last = sorted(asked.desk.calls(), key=lambda leg: leg.state is PartyState.HELD)
    for leg in on_hold_last:
        for dn in leg.participants:
            if asked.gateway.agents.number(dn) == number:
                return leg, dn
    raise Refused("Nobody of that number is on a call.", RetCode.NOT_ON_CALL)


def _is_consulted_about(asked: Asked, leg: Leg) -> bool:
    return any(other.parent == leg.id for other in asked.desk.calls())


async def hold(asked: Asked) -> Any:
    leg = asked.desk.in_state(PartyState.ESTABLISHED)
    await asked.desk.ask(Hold, call=_found(leg, "There is no call to be held.").id)
    return {}


async def retrieve(asked: Asked) -> Any:
    name = asked.query(bodies.NamedCall).callid
    leg = asked.desk.named(name) if name else asked.desk.in_state(PartyState.HELD)
    await asked.desk.ask(Retrieve, call=_found(leg, "There is no call on hold.").id)
    return {}


async def swap(asked: Asked) -> Any:
    leg = asked.desk.named(asked.path["callid"])
    if leg is None or leg.state is not PartyState.HELD:
        raise Refused("The call is not on hold.", RetCode.NOT_HELD_TO_SWAP)
    active = asked.desk.in_state(PartyState.ESTABLISHED)
    active = _found(active, "There is no call to swap it with.")
    await asked.desk.ask(SwapCalls, call=active.id, other_call=leg.id)
    return {}


async def mute(asked: Asked) -> Any:
    leg = _found(asked.desk.in_state(PartyState.ESTABLISHED), "There is no call to be muted.")
    require_not_internal(asked, leg)
    await asked.desk.ask(SetMuteOn, call=leg.id)
    return {}


async def unmute(asked: Asked) -> Any:
    leg = asked.desk.in_state(PartyState.ESTABLISHED)
    await asked.desk.ask(UnmuteCall, call=_found(leg, "There is no call that is muted.").id)
    return {}


def require_not_internal(asked: Asked, leg: Leg) -> None:
    """Calls among agents cannot be muted or transferred ("Call values"). Raises Refused."""
    if _is_internal(asked, leg):
        raise Refused("This cannot be done with an internal call.")


def _is_internal(asked: Asked, leg: Leg) -> bool:
    call = asked.gateway.switchboard.call(leg.conn_id)
    return call is not None and is_internal(call)


async def send_tones(asked: Asked) -> Any:
    said = asked.query(bodies.Dtmf)
    leg = asked.desk.in_state(PartyState.ESTABLISHED, PartyState.DIALING)
    found = _found(leg, "There is no call to send tones on.")
    await asked.desk.ask(SendDtmf, call=found.id, digits=said.number)
    return {}


async def pick_up_for(asked: Asked) -> Any:
    """Have a call that rings at a colleague ring here."""
    dn = asked.dn_of_agent(asked.query(bodies.PickUp).agent_id)
    switchboard = asked.gateway.switchboard
    if asked.desk.calls() or status_of(asked.desk.state) is not Status.IDLE:
        raise Refused("The agent is not idle himself.")
    for leg in switchboard.legs(dn):
        if leg.state is PartyState.RINGING and not _is_internal(asked, leg):
            await switchboard.execute(Redirect(dn=dn, call=leg.id, destination=asked.desk.dn))
            return {}
    raise Refused("No call from outside rings at that agent.")


def _found(leg: Leg | None, otherwise: str) -> Leg:
    """Raises Refused."""
    if leg is None:
        raise Refused(otherwise)
    return leg
