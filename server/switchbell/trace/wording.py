"""Moments in the words of the call models: T-Library's names and values."""

from collections.abc import Callable, Mapping
from json import dumps
from types import MappingProxyType

from switchbell.trace.names import CALL_STATES, CAUSES, WORK_MODES
from switchbell.trace.player import Moment
from switchbell.trace.scenario import Request, Wait
from switchbell.voice.agents import DnState
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Event, EventName, PrivateMessage
from switchbell.voice.extensions import BUSINESS_CALL
from switchbell.voice.model import CallType, Leg


def heading(moment: Moment) -> str:
    """When it was, and which step of the scenario."""
    match moment.step:
        case Wait(wait=seconds):
            return f"{moment.number}. wait {seconds} s"
        case Request():
            return f"{moment.number}. at {_seconds(moment.time)}"
        case None:
            return f"at {_seconds(moment.time)}"


def asked(request: Request) -> str:
    """A request with its parameters."""
    name = request.kind.__name__
    parameters = [f"{name} {_value(value)}" for name, value in request.parameters.items()]
    return f"{name} {', '.join(parameters)}" if parameters else name


def told(event: Event) -> list[str]:
    """An event: its name, its attributes, and the state of the addressee's party, or of his DN,
    afterwards.

    ThisDN, which is the addressee, CallType Internal and the extension BusinessCall are left out.
    """
    is_internal = event.call_type is CallType.INTERNAL
    attributes = {
        "ConnID": event.conn_id,
        "PreviousConnID": event.previous_conn_id,
        "CallType": None if is_internal else event.call_type,
        "ThisDNRole": event.this_dn_role,
        "ThisQueue": event.this_queue,
        "OtherDN": event.other_dn,
        "OtherDNRole": event.other_dn_role,
        "ThirdPartyDN": event.third_party_dn,
        "ThirdPartyDNRole": event.third_party_dn_role,
        "CallState": None if event.call_state is None else CALL_STATES[event.call_state],
        "Cause": None if event.cause is None else CAUSES[event.cause],
        "DTMFDigits": event.dtmf_digits,
        "UserData": event.user_data,
        "Extensions": _extensions(event),
        "PrivateMsgID": event.private_message,
        "AgentID": event.agent_id,
        "AgentWorkMode": None if event.work_mode is None else WORK_MODES[event.work_mode],
        "Reasons": event.reason,
    }
    words = [f"{name} {_value(value)}" for name, value in attributes.items() if value is not None]
    return [event.name, *words, *_afterwards(event)]


def _extensions(event: Event) -> dict[str, int] | None:
    extensions = dict(event.extensions or {})
    extensions.pop(BUSINESS_CALL, None)
    return extensions or None


def _afterwards(event: Event) -> list[str]:
    if event.dn_state is not None:
        return [f"-> {_DN_STATES[event.name](event.dn_state)}"]
    if event.leg is None:
        return []
    if event.private_message is None:
        return [f"-> {event.leg.state}"]
    return [f"-> {event.leg.state}, {_LEG_STATES[event.private_message](event.leg)}"]


# What an event is about, as the leg has it afterwards.
_LEG_STATES: Mapping[PrivateMessage, Callable[[Leg], str]] = MappingProxyType(
    {
        PrivateMessage.RECORDING: lambda leg: leg.recording,
        PrivateMessage.MONITORED_USER_MUTED: lambda leg: _switched(is_on=leg.monitored_user_muted),
        PrivateMessage.MONITORING_TYPE: lambda leg: (
            "" if leg.monitors is None else leg.monitors.type
        ),
    }
)


def _agent(state: DnState) -> str:
    return state.agent.state


def _do_not_disturb(state: DnState) -> str:
    return _switched(is_on=state.do_not_disturb)


def _forwarding(state: DnState) -> str:
    return _switched(is_on=state.forward_to is not None)


def _monitoring(state: DnState) -> str:
    monitoring = state.monitoring
    if monitoring is None:
        return _switched(is_on=False)
    return f"{monitoring.type}, {monitoring.scope}, {monitoring.mode}"


def _switched(*, is_on: bool) -> str:
    return "On" if is_on else "Off"


# What an event is about, as the DN has it afterwards.
_DN_STATES: Mapping[EventName, Callable[[DnState], str]] = MappingProxyType(
    {
        EventName.AGENT_LOGIN: _agent,
        EventName.AGENT_LOGOUT: _agent,
        EventName.AGENT_READY: _agent,
        EventName.AGENT_NOT_READY: _agent,
        EventName.DND_ON: _do_not_disturb,
        EventName.DND_OFF: _do_not_disturb,
        EventName.FORWARD_SET: _forwarding,
        EventName.FORWARD_CANCEL: _forwarding,
        EventName.MONITORING_NEXT_CALL: _monitoring,
        EventName.MONITORING_CANCELLED: _monitoring,
    }
)


def refused(refusal: VoiceError) -> list[str]:
    """The answer to a request that was refused."""
    return ["EventError", f"ErrorCode {refusal.code}", f"ErrorMessage {refusal}"]


def _seconds(time: float) -> str:
    """To the millisecond, without zeros that say nothing."""
    return f"{time:.3f}".rstrip("0").rstrip(".") + " s"


def _value(value: object) -> str:
    """Text as it is and anything else as JSON, in which what cannot be printed is escaped."""
    text = value if isinstance(value, str) else dumps(value, ensure_ascii=False, default=str)
    return text if text.isprintable() else dumps(value, default=str)
