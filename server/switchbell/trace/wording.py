"""Moments in the words of the call models: T-Library's names and values."""

from collections.abc import Mapping
from json import dumps
from types import MappingProxyType

from switchbell.trace.player import Moment
from switchbell.trace.scenario import Request, Wait
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Event
from switchbell.voice.model import CallState, CallType, Cause

CALL_STATES: Mapping[CallState, str] = MappingProxyType(
    {
        CallState.OK: "OK",
        CallState.TRANSFERRED: "Transferred",
        CallState.CONFERENCED: "Conferenced",
        CallState.BUSY: "Busy",
        CallState.NO_ANSWER: "NoAnswer",
        CallState.ALL_TRUNKS_BUSY: "AllTrunksBusy",
        CallState.SIT_INVALID_NUMBER: "SitInvalidNum",
        CallState.REDIRECTED: "Redirected",
        CallState.FORWARDED: "Forwarded",
    }
)
CAUSES: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.BUSY: "Busy",
        Cause.NO_ANSWER: "NoAnswer",
        Cause.REJECT: "Reject",
        Cause.FORWARD: "Forward",
        Cause.REDIRECT: "Redirect",
        Cause.TRANSFER: "Transfer",
        Cause.SINGLE_STEP_TRANSFER: "SingleStepTransfer",
        Cause.CONFERENCE: "Conference",
    }
)


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
    parameters = [f"{name} {_value(value)}" for name, value in request.parameters.items()]
    return " ".join([request.kind.__name__, ", ".join(parameters)])


def told(event: Event) -> list[str]:
    """An event: its name, its attributes, and the state of the addressee's party afterwards.

    ThisDN, which is the addressee, and CallType Internal are left out.
    """
    is_internal = event.call_type is CallType.INTERNAL
    attributes = {
        "ConnID": event.conn_id,
        "PreviousConnID": event.previous_conn_id,
        "CallType": None if is_internal else event.call_type,
        "ThisDNRole": event.this_dn_role,
        "OtherDN": event.other_dn,
        "OtherDNRole": event.other_dn_role,
        "ThirdPartyDN": event.third_party_dn,
        "ThirdPartyDNRole": event.third_party_dn_role,
        "CallState": None if event.call_state is None else CALL_STATES[event.call_state],
        "Cause": None if event.cause is None else CAUSES[event.cause],
        "DTMFDigits": event.dtmf_digits,
        "UserData": event.user_data,
    }
    words = [f"{name} {_value(value)}" for name, value in attributes.items() if value is not None]
    state = [] if event.leg is None else [f"-> {event.leg.state}"]
    return [event.name, *words, *state]


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
