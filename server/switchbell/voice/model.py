"""What a call is made of: devices, parties, calls, and a party's view of its call (a leg).

Everything here is immutable. The core replaces a call by its successor, so a change can carry the
new state of a call by simply holding it, and a refused operation has nothing to undo. What is kept
of calls and events leaves out what is at its default: so a default stays as it is for ever.
"""

from enum import IntEnum, StrEnum
from typing import Any

from msgspec import Struct

UserData = dict[str, Any]


class PartyState(StrEnum):
    """Where one party of a call stands (T-Library, generic state diagram).

    A queue is a party in state Queued of the calls that wait in it. A supervisor who listens in or
    coaches is in state Observing: T-Library's Connected with the flag NoTalk.
    """

    DIALING = "Dialing"
    BUSY = "Busy"
    QUEUED = "Queued"
    RINGING = "Ringing"
    ESTABLISHED = "Established"
    HELD = "Held"
    OBSERVING = "Observing"
    RELEASED = "Released"


class PartyKind(StrEnum):
    """What stands behind a party's number: a telephone of the centre, one of its queues, or the
    far end of a trunk, somewhere outside."""

    DEVICE = "Device"
    QUEUE = "Queue"
    FAR_END = "FarEnd"


# Python 3.11 looks up a member of an enumeration ten times as slowly as a name, and these are asked
# for dozens of times with each operation.
DEVICE, QUEUE, FAR_END = PartyKind
DIALING, BUSY, QUEUED, RINGING, ESTABLISHED, HELD, OBSERVING, RELEASED = PartyState


class Role(StrEnum):
    """Part that a DN plays in a call or in an event (T-Library DNRole, with the docs' spelling)."""

    ORIGINATION = "Origination"
    DESTINATION = "Destination"
    CONFERENCE_MEMBER = "ConferenceMember"
    NEW_PARTY = "NewParty"
    ADDED_BY = "AddedBy"
    DELETED_BY = "DeletedBy"
    TRANSFERRED_BY = "TransferedBy"
    DELETED_PARTY = "DeletedParty"
    CONFERENCED_BY = "ConferencedBy"
    OBSERVER = "Observer"


class CallType(StrEnum):
    """T-Library CallType."""

    UNKNOWN = "Unknown"
    INTERNAL = "Internal"
    INBOUND = "Inbound"
    OUTBOUND = "Outbound"
    CONSULT = "Consult"


class CallState(IntEnum):
    """T-Library CallState: how an event came about, not where the call stands."""

    OK = 0
    TRANSFERRED = 1
    CONFERENCED = 2
    BUSY = 6
    NO_ANSWER = 7
    ALL_TRUNKS_BUSY = 10
    SIT_INVALID_NUMBER = 11
    REDIRECTED = 22
    FORWARDED = 23


class Cause(IntEnum):
    """T-Library Cause; optional wherever it appears."""

    BUSY = 2
    NO_ANSWER = 3
    REJECT = 4
    FORWARD = 8
    REDIRECT = 9
    TRANSFER = 10
    SINGLE_STEP_TRANSFER = 11
    CONFERENCE = 12


class ConsultType(StrEnum):
    """T-Library ConsultType: what a consultation is made for."""

    TRANSFER = "Transfer"
    MUTE_TRANSFER = "MuteTransfer"
    CONFERENCE = "Conference"


class Recording(StrEnum):
    """Whether a call is being recorded (Web Services, ``recordingState``)."""

    STOPPED = "Stopped"
    RECORDING = "Recording"
    PAUSED = "Paused"


class Device(Struct, frozen=True, kw_only=True):
    """A telephone of the centre: its DN, and the user at whose desk it stands, who may be a
    supervisor."""

    id: str
    dn: str
    user: str
    supervisor: bool = False


class Queue(Struct, frozen=True, kw_only=True):
    """A DN at which calls wait until an agent is ready for them (an ACD queue)."""

    dn: str
    name: str = ""


class FarEnd(Struct, frozen=True, kw_only=True):
    """How those behave who are called at outside numbers of a ``pattern`` (``*`` stands for any
    characters, ``?`` for one).

    They answer or reject after so many seconds; with neither they ring until somebody answers for
    them or the ring timeout ends the call. Once they have answered they hang up after
    ``hangs_up_after`` seconds, if that is set. ``unreachable`` is what a caller is told at once of
    a number that cannot be reached: CallState Busy or SitInvalidNum, for example.
    """

    pattern: str
    answers_after: float | None = None
    rejects_after: float | None = None
    hangs_up_after: float | None = None
    unreachable: CallState | None = None


class Centre(Struct, frozen=True, kw_only=True):
    """The numbers of a contact centre, and of the world outside it.

    A number that is no device's and no queue's is outside, and behaves as the first of ``far_ends``
    says whose pattern it matches; what matches none cannot be called.
    """

    devices: tuple[Device, ...]
    queues: tuple[Queue, ...] = ()
    far_ends: tuple[FarEnd, ...] = ()


class Settings(Struct, frozen=True, kw_only=True):
    """How the switch of a centre is set up.

    A device has ``lines`` calls at most, ringing and held ones included; a conference has
    ``conference_size`` parties at most. ``recording`` says whether calls can be recorded. Of the
    samples of Web Services some offer MuteCall in conferences alone and ClearCall on ringing calls
    alone, others on every call that is talked on: ``mute_two_parties`` and ``clear_talking``. A
    call rings for ``ring_timeout`` seconds. An agent who was ready has ``wrap_up`` seconds of
    after-call work when a call from a queue has ended, none if that is 0. ``trunks`` is how many
    parties outside there can be at once. Those outside whom a transfer has connected with each
    other have ``trunk_to_trunk`` seconds when they have answered.
    """

    lines: int = 4
    trunks: int = 10_000
    conference_size: int = 32
    recording: bool = False
    mute_two_parties: bool = False
    clear_talking: bool = False
    ring_timeout: float = 30.0
    wrap_up: float = 0.0
    trunk_to_trunk: float = 3600.0


class Due(StrEnum):
    """What a party does by itself when its time comes."""

    STOP_RINGING = "StopRinging"
    ANSWER = "Answer"
    REJECT = "Reject"
    HANG_UP = "HangUp"


class Timer(Struct, frozen=True, gc=False):
    """What happens by itself, and when: ``at`` is in seconds since 1970."""

    at: float
    due: Due


class Queued(Struct, frozen=True, gc=False):
    """The wait of a call: at which queue, and since when, in seconds since 1970."""

    dn: str
    since: float


class MonitoringType(StrEnum):
    """What a supervisor does on the call of another: hear it, speak to the monitored user alone,
    or take part. The names are those of Web Services."""

    LISTEN_IN = "ListenIn"
    COACH = "Coach"
    BARGE_IN = "BargeIn"


class MonitoringScope(StrEnum):
    """How long a supervisor observes a monitored call: to its end, or while the agent is on it. One
    who takes part in it is a party like any other and stays, so that nobody is cut off."""

    CALL = "Call"
    AGENT = "Agent"


class Monitors(Struct, frozen=True, gc=False):
    """Because of whom a supervisor hears a call, how, and for how long."""

    dn: str
    type: MonitoringType
    scope: MonitoringScope


class Party(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One DN's part in one call.

    ``id`` names the call as this party knows it: the UUID of the call that it first joined. It
    stays when the party moves to another call by a conference or transfer, so that the URI which a
    desktop has of its call stays good; so do ``call_type`` and ``dnis``. ``parent`` is the id of
    the call that this party consults about, for the party that began the consultation. A party that
    is ``muted`` hears and is not heard; so is one who is ``muted_by_supervisor``, the one at the DN
    ``supervisor``, who hears the call because of this party.
    ``queued`` says where and since when the call waits, or from where it came to this party.
    ``monitors`` is there for a supervisor who hears the call because of somebody else on it.
    """

    id: str
    dn: str
    state: PartyState
    role: Role
    call_type: CallType
    dnis: str
    since: float
    kind: PartyKind = PartyKind.DEVICE
    parent: str | None = None
    muted: bool = False
    supervisor: str | None = None
    muted_by_supervisor: bool = False
    queued: Queued | None = None
    monitors: Monitors | None = None
    timer: Timer | None = None


class Call(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Parties that talk, or are about to. ``parties`` is in the order of joining.

    ``main`` is the ConnID of the call that this one was made to consult about, ``consult_type``
    what for. ``observers`` are supervisors who hear the call and are no party of it for the others.
    A call without parties has ended.
    """

    conn_id: str
    uuid: str
    call_type: CallType
    dnis: str
    ani: str
    parties: tuple[Party, ...]
    user_data: UserData
    observers: tuple[Party, ...] = ()
    main: str | None = None
    consult_type: ConsultType | None = None
    recording: Recording = Recording.STOPPED


class Leg(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What one party sees of its call: all that a desktop shows.

    ``participants`` are the DNs of the others, the latest to join first; ``since`` is when the call
    began at this DN, in seconds since 1970. A ``supervised`` party has a supervisor who hears the
    call because of it.
    """

    id: str
    dn: str
    conn_id: str
    state: PartyState
    call_type: CallType
    dnis: str
    ani: str
    participants: tuple[str, ...]
    capabilities: tuple[str, ...]
    user_data: UserData
    since: float
    parent: str | None = None
    muted: bool = False
    recording: Recording = Recording.STOPPED
    supervised: bool = False
    monitors: Monitors | None = None
    monitored_user_muted: bool = False
