"""Call models as text: scenarios to play, and what each party hears in the words of the tables.

A scenario is a list of steps such as ``A Dial B`` and ``B Answer 1``. DNs are letters; calls are
numbered in the order in which they are made, as the call models do.
"""

from typing import Any

from switchbell.voice.core import VoiceCore
from switchbell.voice.events import Change, Event
from switchbell.voice.model import Call, CallState, CallType, Cause, Device, Role, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import (
    Answer,
    CompleteConference,
    Dial,
    Hangup,
    Hold,
    InitiateConference,
    Operation,
    Reject,
    RemoveParticipantFromConference,
    Retrieve,
)

ON_A_CALL = {kind.__name__: kind for kind in (Answer, Hangup, Reject, Hold, Retrieve)}
REFERENCE = 7
DNS = "ABCDEF"

TALK = ["A Dial B", "B Answer 1"]
CONSULT_RINGS = [*TALK, "A InitiateConference 1 C"]
CONSULT = [*CONSULT_RINGS, "C Answer 2"]
CONFERENCE = [*CONSULT, "A CompleteConference 1"]
FOUR = [*CONFERENCE, "A InitiateConference 1 D", "D Answer 3", "A CompleteConference 3"]


def new_core(dns: str = DNS, **settings: Any) -> VoiceCore:
    devices = [Device(id=f"device-{dn}", dn=dn, user=f"user-{dn}") for dn in dns]
    return VoiceCore(devices, numbering=Numbering("test"), settings=Settings(**settings))


def number(conn_id: str) -> int:
    return int(conn_id[6:], 16)


def call_id(core: VoiceCore, dn: str, call: str) -> str:
    """The id by which ``dn`` knows the call of this number."""
    for leg in core.legs(dn):
        if number(leg.conn_id) == int(call):
            return leg.id
    return f"no call {call}"


def operation(core: VoiceCore, step: str) -> Operation:
    dn, name, *rest = step.split()
    if name == "Dial":
        return Dial(dn=dn, destination=rest[0], reference_id=REFERENCE)
    own = call_id(core, dn, rest[0])
    if name == "InitiateConference":
        return InitiateConference(dn=dn, call=own, destination=rest[1], reference_id=REFERENCE)
    if name == "CompleteConference":
        consult = call_id(core, dn, rest[1]) if len(rest) > 1 else None
        return CompleteConference(dn=dn, call=own, consult_call=consult, reference_id=REFERENCE)
    if name == "Remove":
        return RemoveParticipantFromConference(
            dn=dn, call=own, participant=rest[1], reference_id=REFERENCE
        )
    return ON_A_CALL[name](dn=dn, call=own, reference_id=REFERENCE)


def step(core: VoiceCore, text: str, now: float = 1000.0) -> Change:
    return core.execute(operation(core, text), now)


def play(*steps: str, core: VoiceCore | None = None) -> VoiceCore:
    core = core or new_core()
    for text in steps:
        step(core, text)
    return core


def picture(core: VoiceCore, dns: str = DNS) -> tuple[object, ...]:
    """Everything about a core that anybody could see."""
    return dict(core.calls), {dn: core.legs(dn) for dn in dns}


def heard(change: Change) -> list[str]:
    return [told(event) for event in change.events]


def told(event: Event) -> str:
    """One event as a line: whatever is set, except the DNIS, the ANI, the time and the leg."""
    words = [f"{event.this_dn}: {event.name}"]
    if event.conn_id is not None:
        words.append(f"ConnID {number(event.conn_id)}")
    if event.previous_conn_id is not None:
        words.append(f"PreviousConnID {number(event.previous_conn_id)}")
    if event.call_type is not CallType.INTERNAL and event.call_type is not None:
        words.append(f"CallType {event.call_type}")
    if event.this_dn_role is not None:
        words.append(event.this_dn_role)
    words += _dn("OtherDN", event.other_dn, event.other_dn_role)
    words += _dn("ThirdPartyDN", event.third_party_dn, event.third_party_dn_role)
    if event.call_state is not None:
        words.append(STATE_NAMES[event.call_state])
    if event.cause is not None:
        words.append(f"Cause {CAUSE_NAMES[event.cause]}")
    if event.reference_id is not None:
        assert event.reference_id == REFERENCE
        words.append("ReferenceID")
    return " ".join(words)


STATE_NAMES = {CallState.OK: "OK", CallState.CONFERENCED: "Conferenced", CallState.BUSY: "Busy"}
CAUSE_NAMES = {Cause.REJECT: "Reject", Cause.CONFERENCE: "Conference"}


def _dn(name: str, dn: str | None, role: Role | None) -> list[str]:
    if dn is None:
        assert role is None
        return []
    assert role is not None
    return [name, dn, role]


def the_call(core: VoiceCore, call: int) -> Call:
    [found] = [value for value in core.calls.values() if number(value.conn_id) == call]
    return found
