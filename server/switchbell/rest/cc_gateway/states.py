"""What agents are ready for, and how their telephones are set ("Session interfaces")."""

from collections.abc import Awaitable, Callable
from math import inf
from typing import Any

from msgspec.structs import replace

from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType, PhoneState
from switchbell.notify.cc_gateway.agent_states import CUSTOM_REASONS, Status, status_of
from switchbell.rest.cc_gateway import bodies
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.switchboard import Unavailable
from switchbell.voice.agents import Agent, AgentState, WorkMode
from switchbell.voice.errors import AlreadyInState, VoiceError
from switchbell.voice.model import PartyState
from switchbell.voice.operations import (
    AfterCallWork,
    Answer,
    AuxWork,
    DoNotDisturbOff,
    DoNotDisturbOn,
    Login,
    Logout,
    NotReady,
    Operation,
    Ready,
)

# What an agent who is not ready has asked for, by what he does.
NOT_READY = {
    WorkMode.UNKNOWN: NotReady,
    WorkMode.AFTER_CALL_WORK: AfterCallWork,
    WorkMode.AUX_WORK: AuxWork,
}

TRUTH = {"true": True, "false": False}


async def show_status(asked: Asked) -> Any:
    """An agent with a call is talking, whatever he is to be when it has ended."""
    status = Status.TALKING if asked.desk.calls() else status_of(asked.desk.state)
    return {"agentState": status}


async def say_busy(asked: Asked) -> Any:
    said = asked.query(bodies.Busy)
    if said.reason and said.reason not in CUSTOM_REASONS:
        raise Refused("The reason must be 0 or from 200 to 250.", RetCode.PARAMETER_INVALID)
    is_busy = asked.desk.state.state is AgentState.NOT_READY
    if is_busy and status_of(asked.desk.state) is Status.BUSY and not said.prolong:
        raise Refused("The agent is busy already.")
    reason = str(said.reason) if said.reason else None
    await _tolerantly(asked, NotReady, reason=reason)
    return {}


def cancel(*left: Status) -> Callable[[Asked], Awaitable[Any]]:
    """The operation that has agents leave one of these states, and be ready."""

    async def be_ready(asked: Asked) -> Any:
        if status_of(asked.desk.state) not in left:
            raise Refused("The agent is not in the state that is to be left.")
        await asked.desk.ask(Ready)
        return {}

    return be_ready


cancel_busy = cancel(Status.BUSY)
cancel_work = cancel(Status.WRAP_UP)
cancel_rest = cancel(Status.REST)
say_free = cancel(Status.BUSY, Status.WRAP_UP, Status.REST)


async def work(asked: Asked) -> Any:
    await asked.desk.ask(AfterCallWork)
    return {}


async def set_autoanswer(asked: Asked) -> Any:
    flag = TRUTH.get(asked.path["flag"])
    if flag is None:
        raise Refused("It must be true or false.", RetCode.PARAMETER_INVALID)
    seat = asked.session.seat
    seat.options = replace(seat.options, autoanswer=flag)
    return {}


async def set_talk_right(asked: Asked) -> Any:
    """Who has none is not to be disturbed by calls."""
    may_talk = asked.query(bodies.TalkRight).flag
    await _tolerantly(asked, DoNotDisturbOff if may_talk else DoNotDisturbOn)
    return {}


async def _tolerantly(asked: Asked, kind: type[Operation], **parameters: object) -> None:
    """Ask for what may be so already."""
    try:
        await asked.desk.ask(kind, **parameters)
    except AlreadyInState:
        return


async def reset_skills(asked: Asked) -> Any:
    """Have the agent serve other queues: the core knows that from his login."""
    queue = _queue_to_serve(asked)
    before = asked.desk.state
    if before.queue == queue:
        return {}
    seat = asked.session.seat
    done, seat.told_until = seat.told_until, inf
    try:
        done = await asked.desk.ask(Logout)
        done = await _log_in_again(asked, before, queue)
    finally:
        seat.told_until = done
    return {}


async def _log_in_again(asked: Asked, before: Agent, queue: str | None) -> int:
    """Have the agent be as he was before he was logged out. If that fails he is signed out; it
    raises VoiceError and Unavailable."""
    try:
        done = await asked.desk.ask(Login, agent_id=before.id, queue=queue)
        if before.state is not AgentState.LOGGED_IN:
            kind, reason = _wish(before)
            done = await asked.desk.ask(kind, **reason)
    except (VoiceError, Unavailable):
        asked.gateway.shut_down(asked.session)
        asked.gateway.log_out_soon(asked.session)
        raise
    return done


def _wish(agent: Agent) -> tuple[type[Operation], dict[str, object]]:
    """What brings an agent back into his state who has just logged in."""
    if agent.state is AgentState.READY:
        return Ready, {}
    return NOT_READY[agent.work_mode], {"reason": agent.reason}


def _queue_to_serve(asked: Asked) -> str | None:
    """The queue that is meant; None for all. Raises Refused where it is some of them."""
    said = asked.query(bodies.Skills).skillid
    if TRUTH.get(asked.path["autoflag"]):
        return None
    skills = {asked.dn_of_skill(skill) for skill in said.split(";") if skill}
    if skills == set(asked.gateway.queues):
        return None
    if len(skills) != 1:
        raise Refused("An agent serves one skill queue, or all.", RetCode.NOT_OFFERED)
    return skills.pop()


async def pick_up_phone(asked: Asked) -> Any:
    leg = asked.desk.in_state(PartyState.RINGING)
    if leg is None:
        raise Refused("No call rings.")
    await asked.desk.ask(Answer, call=leg.id)
    return {}


async def hang_up_phone(asked: Asked) -> Any:
    """Without a call it is the telephone that was left off hook after the last one."""
    leg = asked.desk.current()
    seat = asked.session.seat
    if leg is not None:
        await asked.desk.leave(leg)
    elif seat.is_phone_up and not seat.lines:
        seat.is_phone_up = False
        content = {"phoneState": PhoneState.BY_AGENT}
        asked.gateway.tell(AgentEvent(asked.agent_id, EventType.PHONE_RELEASE, content))
    else:
        raise Refused("The phone is on hook.")
    return {}
