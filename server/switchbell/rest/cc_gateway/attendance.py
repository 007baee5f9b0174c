"""Signing in and out ("Session interfaces")."""

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from types import MappingProxyType
from typing import Any

from switchbell.access.errors import TooBusy
from switchbell.notify.cc_gateway.agent_event import AgentEvent
from switchbell.notify.cc_gateway.agent_states import SIGNED_IN, Status
from switchbell.notify.cc_gateway.agents import Agent
from switchbell.notify.cc_gateway.seat import Line, Seat, SeatOptions
from switchbell.rest.cc_gateway import bodies
from switchbell.rest.cc_gateway.answers import Nothing, success
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.desk import Desk
from switchbell.rest.cc_gateway.gateway import NODE, Gateway, login_code
from switchbell.rest.cc_gateway.guids import Guids
from switchbell.rest.cc_gateway.polling import tell_guid
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.rest.cc_gateway.sessions import AgentSession
from switchbell.switchboard import Unavailable
from switchbell.voice.agents import AgentState
from switchbell.voice.errors import AlreadyInState, AlreadySeized, VoiceError
from switchbell.voice.model import PartyState
from switchbell.voice.operations import AfterCallWork, Login, NotReady, Operation, Ready

PC_AND_PHONE, PC_AND_VIDEO_PHONE = 4, 11

CENTRE = 1
"""``vdnid``: there is one call centre."""

MEDIA = "TFF"
"""Of call centre, web and mail servers agents are signed in at the first alone."""

# ``status`` at sign-in.
ENTERS: Mapping[Status, type[Operation]] = MappingProxyType(
    {Status.BUSY: NotReady, Status.IDLE: Ready, Status.WRAP_UP: AfterCallWork}
)

ANSWERED = (PartyState.ESTABLISHED, PartyState.HELD)

LAST_REASON = 255


async def sign_in(asked: Asked) -> Any:
    return await _sign_in(asked, forced=False)


async def sign_in_by_force(asked: Asked) -> Any:
    return await _sign_in(asked, forced=True)


async def _sign_in(asked: Asked, *, forced: bool) -> Any:
    said = _read(asked)
    status = _status(said)
    agent = await _identified(asked, said.password)
    if said.phonenum != agent.dn:
        raise Refused("The phone is not the agent's.", RetCode.PHONE_INVALID)
    gateway = asked.gateway
    now = gateway.switchboard.now()
    older = _older(gateway, agent, now, forced=forced)
    # A forced sign-in has another default.
    releases = not forced if said.releasephone is None else said.releasephone
    options = SeatOptions(
        autoanswer=said.autoanswer is not False,
        autoenteridle=said.autoenteridle is not False,
        releasephone=releases,
    )
    session = _begin(gateway, Seat(agent, options), status, now, older)
    try:
        await _begin_work(gateway, session, status)
    except VoiceError:
        gateway.sessions.give_up(session, older)
        text = "The agent is logged in at another phone."
        raise Refused(text, RetCode.NOT_AVAILABLE) from None
    except BaseException:
        gateway.sessions.give_up(session, older)
        raise
    finally:
        session.is_signing_in = False
    if older is not None:
        gateway.shut_down(older)
    response = success(_result(session))
    tell_guid(response, session.guids.current)
    return response


def _read(asked: Asked) -> bodies.SignIn:
    """Raises Refused, by the code that sign-in has for what is missing."""
    try:
        return asked.body(bodies.SignIn)
    except Refused as error:
        if error.code is RetCode.PARAMETER_INVALID:
            raise Refused(str(error), RetCode.SIGN_IN_EMPTY) from None
        raise


def _status(said: bodies.SignIn) -> Status:
    """Check what was said, and return the state that was asked for. Raises Refused."""
    if said.agenttype not in (None, PC_AND_PHONE, PC_AND_VIDEO_PHONE):
        raise Refused("There is no such agent type.", RetCode.AGENT_TYPE_INVALID)
    if said.ip and not _is_address(said.ip):
        raise Refused("The ip is not an address.", RetCode.IP_INVALID)
    if said.callBackUri and said.serviceToken:
        raise Refused("Events are not pushed here, but polled.", RetCode.SIGN_IN_INVALID)
    status = Status.IDLE if said.status is None else said.status
    if status not in ENTERS:
        raise Refused("The status is none to sign in with.", RetCode.SIGN_IN_INVALID)
    return Status(status)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def _identified(asked: Asked, password: str) -> Agent:
    """The agent whose password this is. Raises Refused."""
    agent = asked.gateway.agents.get(asked.agent_id)
    # It takes as long to refuse an agent who is not there.
    name = asked.agent_id if agent is None else agent.user
    credentials = {"user": name, "password": password}
    try:
        identity = await asked.gateway.door.authenticate(asked.request, credentials)
    except TooBusy:
        raise Refused("The server is busy.", RetCode.NOT_AVAILABLE) from None
    if identity is not None and identity.retry_after:
        raise Refused("There were too many wrong passwords. Try later.", RetCode.LOCKED)
    if agent is None or identity is None or identity.user != agent.user:
        raise Refused("The agent or the password is wrong.", RetCode.WRONG_PASSWORD)
    return agent


def _older(gateway: Gateway, agent: Agent, now: float, *, forced: bool) -> AgentSession | None:
    """The session of the agent that is to be replaced, if there is one. Raises Refused if that may
    not be."""
    other = gateway.sessions.get(agent.id)
    if other is None:
        return None
    if other.is_signing_in:
        raise Refused("The agent is being signed in.", RetCode.SIGN_IN_IN_PROGRESS)
    if not forced and not gateway.sessions.is_silent(other, now):
        raise Refused("The agent is signed in already.", RetCode.ALREADY_SIGNED_IN)
    return other


def _begin(
    gateway: Gateway, seat: Seat, status: Status, now: float, older: AgentSession | None
) -> AgentSession:
    """The session of an agent whose calls may have begun before. What he is told of signing in is
    known; what it does in the core is not told besides."""
    agent = seat.agent
    seat.told_until = inf
    if older is not None:
        seat.go_on_from(older.seat)
    else:
        seat.state = gateway.switchboard.dn_state(agent.dn).agent
        for leg in gateway.switchboard.legs(agent.dn):
            seat.lines[leg.id] = Line(leg, gateway.switchboard.call(leg.conn_id))
    guids = Guids(gateway.options, gateway.new_guid, now)
    session = AgentSession(seat, guids, most_events=gateway.options.max_events, now=now)
    gateway.sessions.begin(session)
    for kind, content in SIGNED_IN[status]:
        gateway.tell(AgentEvent(agent.id, kind, content))
    return session


async def _begin_work(gateway: Gateway, session: AgentSession, status: Status) -> None:
    """Have the agent be logged in and in a state, whatever he was. Raises VoiceError and
    Unavailable, and then he is not logged in because of this."""
    desk, done = gateway.desk(session), 0
    was_logged_out = desk.state.state is AgentState.LOGGED_OUT
    if was_logged_out:
        done = await _log_in(desk)
    try:
        with suppress(AlreadyInState):
            done = await desk.ask(_state_to_enter(desk, status))
    except (VoiceError, Unavailable):
        if was_logged_out:
            gateway.log_out_soon(session)
        raise
    session.seat.told_until = done


async def _log_in(desk: Desk) -> int:
    try:
        return await desk.ask(Login, agent_id=login_code(desk.agent))
    except AlreadySeized:
        # On the other front a login code can be any that is nobody's name.
        return await desk.ask(Login, agent_id=desk.agent.user)


def _state_to_enter(desk: Desk, status: Status) -> type[Operation]:
    """Who does not want to be idle after a call need not be idle during one."""
    is_idle_later = desk.session.seat.options.autoenteridle
    if status is Status.IDLE and not is_idle_later and desk.in_state(*ANSWERED):
        return AfterCallWork
    return ENTERS[status]


def _result(session: AgentSession) -> dict[str, Any]:
    return {
        "vdnid": CENTRE,
        "workno": session.agent_id,
        "mediatype": MEDIA,
        "loginTime": str(int(session.since * 1000)),
        "isForceChange": False,
        "serverName": NODE,
        "timeRemaining": None,
    }


async def sign_out(asked: Asked) -> Any:
    if asked.desk.calls():
        raise Refused("The agent has a call.", RetCode.SIGN_OUT_IN_CALL)
    await asked.gateway.sign_out(asked.session)
    return {}


async def sign_out_by_force(asked: Asked) -> Any:
    await release_calls(asked.desk)
    await asked.gateway.sign_out(asked.session)
    return {}


async def sign_out_with_reason(asked: Asked) -> Any:
    reason = asked.path["reason"]
    is_number = reason.isascii() and reason.isdecimal() and len(reason) <= len(str(LAST_REASON))
    if not is_number or not 0 < int(reason) <= LAST_REASON:
        raise Refused("The reason must be from 1 to 255.", RetCode.SIGN_OUT_INVALID)
    await sign_out_by_force(asked)
    return Nothing()


async def release_calls(desk: Desk) -> None:
    """Release all calls of an agent, as far as that can be done."""
    for leg in desk.calls():
        try:
            await desk.leave(leg)
        except VoiceError:
            # It ended meanwhile, or with another one.
            continue
