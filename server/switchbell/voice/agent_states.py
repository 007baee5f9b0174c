"""Logging in and out, and being ready for calls or not.

T-Library, "Agent state events". An agent's state is no matter of the calls that he has.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.agents import NOBODY, Agent, AgentState, DnState, WorkMode
from switchbell.voice.draft import Draft
from switchbell.voice.errors import AlreadyInState, AlreadySeized, InvalidValue, WrongState
from switchbell.voice.events import EventName
from switchbell.voice.operations import (
    AfterCallWork,
    AuxWork,
    Login,
    Logout,
    NotReady,
    Operation,
    Ready,
)
from switchbell.voice.switch import Switch

LONGEST_ID = 255

# The agent's state, the operation, the state afterwards. An absent entry is a refusal.
AGENT_TRANSITIONS: Mapping[AgentState, Mapping[type[Operation], AgentState]] = MappingProxyType(
    {
        AgentState.LOGGED_OUT: {Login: AgentState.LOGGED_IN},
        **{
            state: {
                Logout: AgentState.LOGGED_OUT,
                Ready: AgentState.READY,
                NotReady: AgentState.NOT_READY,
                AfterCallWork: AgentState.NOT_READY,
                AuxWork: AgentState.NOT_READY,
            }
            for state in (AgentState.LOGGED_IN, AgentState.READY, AgentState.NOT_READY)
        },
    }
)

WORK_MODES: Mapping[type[Operation], WorkMode] = MappingProxyType(
    {AfterCallWork: WorkMode.AFTER_CALL_WORK, AuxWork: WorkMode.AUX_WORK}
)


def login(switch: Switch, request: Login, now: float) -> Draft:
    _next_state(switch.states.of(request.dn).agent, request)
    if not 0 < len(request.agent_id) <= LONGEST_ID:
        raise InvalidValue("The agent's id is missing or too long.")
    if request.queue is not None and request.queue not in switch.numbers.queues:
        raise InvalidValue("There is no such queue.")
    if switch.states.dn_of_agent(request.agent_id) is not None:
        raise AlreadySeized("The agent is logged in at another device.")
    agent = Agent(id=request.agent_id, state=AgentState.LOGGED_IN, queue=request.queue, since=now)
    return _changed(switch, request, agent, EventName.AGENT_LOGIN, now)


def logout(switch: Switch, request: Logout, now: float) -> Draft:
    _next_state(switch.states.of(request.dn).agent, request)
    return _changed(switch, request, NOBODY, EventName.AGENT_LOGOUT, now)


def ready(switch: Switch, request: Ready, now: float) -> Draft:
    agent = _in_state(switch.states.of(request.dn).agent, request, now)
    return _changed(switch, request, agent, EventName.AGENT_READY, now)


def not_ready(switch: Switch, request: NotReady, now: float) -> Draft:
    """Another reason, or another kind of work, is a change as well."""
    agent = replace(
        _in_state(switch.states.of(request.dn).agent, request, now),
        work_mode=WORK_MODES.get(type(request), WorkMode.UNKNOWN),
        reason=request.reason,
    )
    return _changed(switch, request, agent, EventName.AGENT_NOT_READY, now)


def _next_state(agent: Agent, request: Operation) -> AgentState:
    successor = AGENT_TRANSITIONS[agent.state].get(type(request))
    if successor is None:
        refusal = AlreadyInState if isinstance(request, Login | Logout) else WrongState
        raise refusal(f"{type(request).__name__} is not possible: the agent is {agent.state}.")
    return successor


def _in_state(agent: Agent, request: Operation, now: float) -> Agent:
    return replace(
        agent,
        state=_next_state(agent, request),
        work_mode=WorkMode.UNKNOWN,
        reason=None,
        since=now,
        wrap_up_until=None,
    )


def _changed(
    switch: Switch, request: Operation, agent: Agent, event: EventName, now: float
) -> Draft:
    state = switch.states.of(request.dn)
    if _in_essence(agent) == _in_essence(state.agent):
        raise AlreadyInState(f"The agent is {agent.state} already.")
    draft = switch.draft(now)
    changed = replace(state, agent=agent)
    draft.tell_state(event, changed, reference_id=request.reference_id)
    return draft


def _in_essence(agent: Agent) -> Agent:
    """After-call work that is to end by itself is not the same as that which is not."""
    return replace(agent, since=0.0, free_since=0.0)


def after_call_work(draft: Draft, state: DnState) -> None:
    """Have an agent who was ready do what the call has left, for the time that is set for it."""
    agent = replace(
        state.agent,
        state=AgentState.NOT_READY,
        work_mode=WorkMode.AFTER_CALL_WORK,
        reason=None,
        since=draft.now,
        wrap_up_until=draft.now + draft.settings.wrap_up,
    )
    draft.tell_state(EventName.AGENT_NOT_READY, replace(state, agent=agent))


def end_after_call_work(switch: Switch, dn: str, now: float) -> Draft:
    """Have an agent be ready again whose after-call work is over."""
    state = switch.states.of(dn)
    agent = _in_state(state.agent, Ready(dn=dn), now)
    draft = switch.draft(now)
    draft.tell_state(EventName.AGENT_READY, replace(state, agent=agent))
    return draft
