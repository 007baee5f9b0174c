"""How the state of an agent is told ("Event contents", "Agent status codes")."""

from collections.abc import Iterator, Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from switchbell.notify.cc_gateway.agent_event import EventType
from switchbell.voice.agents import Agent, AgentState, WorkMode

Told = tuple[EventType, dict[str, Any] | None]

FORCED = "Forced"
"""The reason in the core for which an agent is not ready whom an inspector has made so."""


class Status(IntEnum):
    """The codes of agent status."""

    UNKNOWN = 0
    SIGNING_IN = 1
    SIGNED_OUT = 2
    BUSY = 3
    IDLE = 4
    WRAP_UP = 5
    TALKING = 7
    REST = 8


class Reason(StrEnum):
    """``reason`` of AgentState_SetNotReady_Success."""

    NONE = "0"
    OWN_REQUEST = "1"
    NO_ANSWER = "2"
    INSPECTOR = "3"
    REJECTED = "7"


CUSTOM_REASONS = range(200, 251)

# What the core gives as the reason. Any other is the agent's own, in his own words.
REASONS: Mapping[str | None, str] = MappingProxyType(
    {
        None: Reason.OWN_REQUEST,
        "NoAnswer": Reason.NO_ANSWER,
        "Reject": Reason.REJECTED,
        FORCED: Reason.INSPECTOR,
        **{str(number): str(number) for number in CUSTOM_REASONS},
    }
)

_NOT_READY: Mapping[WorkMode, Status] = MappingProxyType(
    {
        WorkMode.UNKNOWN: Status.BUSY,
        WorkMode.AFTER_CALL_WORK: Status.WRAP_UP,
        WorkMode.AUX_WORK: Status.REST,
    }
)

# What leaving a state for being ready is called.
_CANCELLED: Mapping[Status, EventType] = MappingProxyType(
    {
        Status.BUSY: EventType.CANCEL_NOT_READY,
        Status.WRAP_UP: EventType.CANCEL_WORK,
        Status.REST: EventType.CANCEL_REST,
    }
)

_ENTERED: Mapping[Status, EventType] = MappingProxyType(
    {Status.WRAP_UP: EventType.SET_WORK, Status.REST: EventType.SET_REST}
)

# What an agent is told who was asked at sign-in to be in this state.
SIGNED_IN: Mapping[Status, tuple[Told, ...]] = MappingProxyType(
    {
        Status.BUSY: (
            (EventType.IN_SERVICE, None),
            (EventType.READY, None),
            (EventType.SET_NOT_READY, {"reason": Reason.NONE}),
        ),
        Status.IDLE: ((EventType.IN_SERVICE, None), (EventType.READY, None)),
        Status.WRAP_UP: (
            (EventType.IN_SERVICE, None),
            (EventType.READY, None),
            (EventType.WORK, None),
        ),
    }
)


def status_of(agent: Agent) -> Status:
    """The code for an agent without calls."""
    match agent.state:
        case AgentState.LOGGED_OUT:
            return Status.SIGNED_OUT
        case AgentState.READY:
            return Status.IDLE
        case AgentState.LOGGED_IN:
            return Status.BUSY
        case AgentState.NOT_READY:
            return _NOT_READY[agent.work_mode]


def changed(before: Agent, after: Agent) -> Iterator[Told]:
    """What an agent is told of a new state while he has no call."""
    status = status_of(after)
    if status is Status.IDLE:
        yield _CANCELLED.get(status_of(before), EventType.READY), None
    elif status in _ENTERED:
        yield _ENTERED[status], None
    elif after.state is AgentState.NOT_READY:
        yield _set_not_ready(after)


def entered_after_call(agent: Agent) -> Iterator[Told]:
    """What an agent is told when his last call has ended: what he is from now on."""
    match status_of(agent):
        case Status.IDLE:
            yield EventType.READY, None
        case Status.WRAP_UP:
            yield EventType.WORK, None
        case Status.REST:
            yield EventType.SET_REST, None
        case Status.BUSY:
            yield _set_not_ready(agent)


def _set_not_ready(agent: Agent) -> Told:
    return EventType.SET_NOT_READY, {"reason": REASONS.get(agent.reason, Reason.OWN_REQUEST)}
