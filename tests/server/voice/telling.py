"""Call models as text: scenarios to play, and what each party hears in the words of the tables.

A scenario is a list of steps such as ``A Dial B`` and ``B Answer 1``. DNs are letters; calls are
numbered in the order in which they are made, as the call models do. What an operation needs besides
its call stands behind it: ``A SingleStepTransfer 1 C``, ``A AttachUserData 1 key=value,more=2``.
"""

from typing import Any

import pytest

from switchbell.voice.core import OPERATIONS as HANDLERS
from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change, Event
from switchbell.voice.model import (
    Call,
    CallState,
    CallType,
    Cause,
    Centre,
    Device,
    FarEnd,
    Leg,
    Queue,
    Role,
    Settings,
    UserData,
)
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import CallOperation, Operation, RemoveParticipantFromConference

KINDS: dict[str, type[Operation]] = {
    **{kind.__name__: kind for kind in HANDLERS},
    "Remove": RemoveParticipantFromConference,
}
CALL_KINDS = [name for name, kind in KINDS.items() if issubclass(kind, CallOperation)]
REFERENCE = 7
DNS = "ABCDEF"
SUPERVISORS = "EF"
QUEUES = ("Q", "R")
# Outside: X waits for somebody to drive it, the others are as their names say.
FAR_ENDS = (
    FarEnd(pattern="X*"),
    FarEnd(pattern="answers", answers_after=2.0),
    FarEnd(pattern="rejects", rejects_after=3.0),
    FarEnd(pattern="leaves", answers_after=2.0, hangs_up_after=5.0),
    FarEnd(pattern="busy", unreachable=CallState.BUSY),
    FarEnd(pattern="invalid", unreachable=CallState.SIT_INVALID_NUMBER),
)

TALK = ["A Dial B", "B Answer 1"]
CONSULT_RINGS = [*TALK, "A InitiateConference 1 C"]
CONSULT = [*CONSULT_RINGS, "C Answer 2"]
CONFERENCE = [*CONSULT, "A CompleteConference 1"]
FOUR = [*CONFERENCE, "A InitiateConference 1 D", "D Answer 3", "A CompleteConference 3"]
# A consults about call 1 with C and D in a conference of their own.
CONSULT_TWO = [*CONSULT, "C InitiateConference 2 D", "D Answer 3", "C CompleteConference 3"]
# A consults about his consultation, with D.
NESTED = [*CONSULT, "A InitiateConference 2 D", "D Answer 3"]
# A holds call 1 with B and talks with C on call 2, which has nothing to do with it.
TWO_CALLS = [*TALK, "C Dial A", "A Answer 2"]
THREE_CALLS = [*TWO_CALLS, "D Dial A", "A Answer 3"]
# B talks with nobody yet: C rings in A's place.
BLIND = [*CONSULT_RINGS, "A CompleteTransfer 1"]

# Scenarios by name: the steps, and what is heard of the last one.
Table = dict[str, tuple[list[str], list[str]]]


def rows(*tables: Table) -> pytest.MarkDecorator:
    """Parametrize a test with the rows of tables that share no name."""
    names = [name for table in tables for name in table]
    assert len(set(names)) == len(names)
    values = [row for table in tables for row in table.values()]
    return pytest.mark.parametrize(("steps", "expected"), values, ids=names)


def device(dn: str) -> Device:
    return Device(id=f"device-{dn}", dn=dn, user=f"user-{dn}", supervisor=dn in SUPERVISORS)


def new_core(dns: str = DNS, **settings: Any) -> VoiceCore:
    centre = Centre(
        devices=tuple(map(device, dns)),
        queues=tuple(Queue(dn=dn) for dn in QUEUES),
        far_ends=FAR_ENDS,
    )
    return VoiceCore(centre, numbering=Numbering("test"), settings=Settings(**settings))


def with_everything(**settings: Any) -> VoiceCore:
    """A core whose switch records, and mutes and clears every call that is talked on."""
    return new_core(recording=True, mute_two_parties=True, clear_talking=True, **settings)


def number(conn_id: str) -> int:
    return int(conn_id[6:], 16)


def call_id(core: VoiceCore, dn: str, call: str) -> str:
    """The id by which ``dn`` knows the call of this number."""
    for leg in legs_at(core, dn):
        if number(leg.conn_id) == int(call):
            return leg.id
    return f"no call {call}"


def legs_at(core: VoiceCore, number: str) -> list[Leg]:
    """The calls at a number, inside or outside."""
    far_ends = [leg for leg in core.far_ends() if leg.dn == number]
    return far_ends or list(core.legs(number))


def operation(core: VoiceCore, text: str) -> Operation:
    """What a step asks for. The words are the operation's parameters in their order."""
    dn, name, *words = text.split()
    kind = KINDS[name]
    parameters = [one for one in kind.__struct_fields__ if one not in {"dn", "reference_id"}]
    assert len(words) <= len(parameters)
    values: dict[str, Any] = dict(zip(parameters, words, strict=False))
    for parameter, word in values.items():
        if parameter.endswith("call"):
            values[parameter] = call_id(core, dn, word)
        elif parameter == "user_data":
            values[parameter] = dict(pair.split("=") for pair in word.split(","))
    return kind(dn=dn, reference_id=REFERENCE, **values)


def step(core: VoiceCore, text: str, now: float = 1000.0) -> Change:
    return core.execute(operation(core, text), now)


def play(*steps: str, core: VoiceCore | None = None) -> VoiceCore:
    core = core or new_core()
    for text in steps:
        step(core, text)
    return core


def refuse(core: VoiceCore, asked: Operation, error: type[VoiceError]) -> None:
    """Check that ``asked`` is refused with exactly ``error`` and leaves nothing behind."""
    before, issued = picture(core), core._switch.numbering.issued
    with pytest.raises(VoiceError) as refusal:
        core.execute(asked, 2000.0)
    assert refusal.type is error
    assert picture(core) == before
    assert core._switch.numbering.issued == issued


def picture(core: VoiceCore, dns: str = DNS) -> tuple[object, ...]:
    """Everything about a core that anybody could see."""
    return core.snapshot(), {dn: core.legs(dn) for dn in dns}, core.next_deadline()


def advance(core: VoiceCore, now: float) -> list[str]:
    """What is heard of all that happens by itself until ``now``."""
    lines = []
    while change := core.advance(now):
        lines += heard(change)
    return lines


def heard_last(core: VoiceCore, steps: list[str]) -> list[str]:
    """What is heard of the last step when a scenario is played."""
    *before, last = steps
    return heard(step(play(*before, core=core), last))


def heard(change: Change) -> list[str]:
    return [told(event) for event in change.events]


def told(event: Event) -> str:
    """One event as a line: whatever is set, except the DNIS, the ANI, the time and the leg."""
    words = [f"{event.this_dn}: {event.name}", *_of_call(event)]
    words += _dn("OtherDN", event.other_dn, event.other_dn_role)
    words += _dn("ThirdPartyDN", event.third_party_dn, event.third_party_dn_role)
    words += [
        f"{name} {value}"
        for name, value in {
            "ThisQueue": event.this_queue,
            "AgentID": event.agent_id,
            "WorkMode": event.work_mode and event.work_mode.name,
            "Reason": event.reason,
            "PrivateMessage": event.private_message,
            "DTMFDigits": event.dtmf_digits,
        }.items()
        if value
    ]
    if event.user_data is not None:
        words.append(f"UserData {_user_data(event.user_data, event.call_uuid)}")
    if event.call_state is not None:
        words.append(STATE_NAMES[event.call_state])
    if event.cause is not None:
        words.append(f"Cause {CAUSE_NAMES[event.cause]}")
    if event.reference_id is not None:
        assert event.reference_id == REFERENCE
        words.append("ReferenceID")
    return " ".join(words)


def _of_call(event: Event) -> list[str]:
    words = []
    if event.conn_id is not None:
        words.append(f"ConnID {number(event.conn_id)}")
    if event.previous_conn_id is not None:
        words.append(f"PreviousConnID {number(event.previous_conn_id)}")
    if event.call_type is not CallType.INTERNAL and event.call_type is not None:
        words.append(f"CallType {event.call_type}")
    if event.this_dn_role is not None:
        words.append(event.this_dn_role)
    return words


STATE_NAMES = {
    CallState.OK: "OK",
    CallState.TRANSFERRED: "Transferred",
    CallState.CONFERENCED: "Conferenced",
    CallState.BUSY: "Busy",
    CallState.NO_ANSWER: "NoAnswer",
    CallState.REDIRECTED: "Redirected",
    CallState.FORWARDED: "Forwarded",
    CallState.ALL_TRUNKS_BUSY: "AllTrunksBusy",
    CallState.SIT_INVALID_NUMBER: "SitInvalidNum",
}
CAUSE_NAMES = {
    Cause.NO_ANSWER: "NoAnswer",
    Cause.REJECT: "Reject",
    Cause.REDIRECT: "Redirect",
    Cause.TRANSFER: "Transfer",
    Cause.SINGLE_STEP_TRANSFER: "SingleStepTransfer",
    Cause.CONFERENCE: "Conference",
    Cause.FORWARD: "Forward",
}


def _dn(name: str, dn: str | None, role: Role | None) -> list[str]:
    """A DN with its role; who changed the user data has none, nor has one that is only named."""
    if dn is None:
        assert role is None
        return []
    return [name, dn] if role is None else [name, dn, role]


def _user_data(pairs: UserData, uuid: str | None) -> str:
    """User data as in a step, with the word UUID for that of the call."""
    assert uuid is not None
    return ",".join(f"{key}={value}" for key, value in pairs.items()).replace(uuid, "UUID")


def the_call(core: VoiceCore, call: int) -> Call:
    [found] = [value for value in core.calls.values() if number(value.conn_id) == call]
    return found
