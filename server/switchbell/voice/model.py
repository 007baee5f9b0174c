"""What a call is made of: devices, parties, calls, and a party's view of its call (a leg).

Everything here is immutable. The core replaces a call by its successor, so a change can carry the
new state of a call by simply holding it, and a refused operation has nothing to undo.
"""

from enum import IntEnum, StrEnum
from typing import Any

from msgspec import Struct

UserData = dict[str, Any]


class PartyState(StrEnum):
    """Where one party of a call stands (T-Library, generic state diagram)."""

    DIALING = "Dialing"
    BUSY = "Busy"
    RINGING = "Ringing"
    ESTABLISHED = "Established"
    HELD = "Held"
    RELEASED = "Released"


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
    SIT_INVALID_NUMBER = 11
    REDIRECTED = 22


class Cause(IntEnum):
    """T-Library Cause; optional wherever it appears."""

    BUSY = 2
    NO_ANSWER = 3
    REJECT = 4
    REDIRECT = 9
    TRANSFER = 10
    SINGLE_STEP_TRANSFER = 11
    CONFERENCE = 12


class Recording(StrEnum):
    """Whether a call is being recorded (Web Services, ``recordingState``)."""

    STOPPED = "Stopped"
    RECORDING = "Recording"
    PAUSED = "Paused"


class Device(Struct, frozen=True, kw_only=True):
    """A telephone of the centre: its DN, and the user at whose desk it stands."""

    id: str
    dn: str
    user: str


class Settings(Struct, frozen=True, kw_only=True):
    """How the switch of a centre is set up.

    A device has ``lines`` calls at most, ringing and held ones included; a conference has
    ``conference_size`` parties at most. ``recording`` says whether calls can be recorded. Of the
    samples of Web Services some offer MuteCall in conferences alone and ClearCall on ringing calls
    alone, others on every call that is talked on: ``mute_two_parties`` and ``clear_talking``. A
    call rings for ``ring_timeout`` seconds.
    """

    lines: int = 4
    conference_size: int = 32
    recording: bool = False
    mute_two_parties: bool = False
    clear_talking: bool = False
    ring_timeout: float = 30.0


class Party(Struct, frozen=True, kw_only=True):
    """One DN's part in one call.

    ``id`` names the call as this party knows it: the UUID of the call that it first joined. It
    stays when the party moves to another call by a conference or transfer, so that the URI which a
    desktop has of its call stays good; so do ``call_type`` and ``dnis``. ``parent`` is the id of
    the call that this party consults about, for the party that began the consultation. A party that
    is ``muted`` hears and is not heard.
    """

    id: str
    dn: str
    state: PartyState
    role: Role
    call_type: CallType
    dnis: str
    since: float
    parent: str | None = None
    muted: bool = False
    rings_until: float | None = None


class Call(Struct, frozen=True, kw_only=True):
    """Parties that talk, or are about to. ``parties`` is in the order of joining.

    ``main`` is the ConnID of the call that this one was made to consult about. A call without
    parties has ended.
    """

    conn_id: str
    uuid: str
    call_type: CallType
    dnis: str
    ani: str
    parties: tuple[Party, ...]
    user_data: UserData
    main: str | None = None
    recording: Recording = Recording.STOPPED


class Leg(Struct, frozen=True, kw_only=True):
    """What one party sees of its call: all that a desktop shows.

    ``participants`` are the DNs of the others, the latest to join first; ``since`` is when the call
    began at this DN, in seconds since 1970.
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
