"""What each party hears: the T-Library events, and the change that carries them."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from switchbell.voice.agents import DnState, WorkMode
from switchbell.voice.model import Call, CallState, CallType, Cause, Leg, Role, UserData


class EventName(StrEnum):
    """T-Library event names."""

    DIALING = "EventDialing"
    NETWORK_REACHED = "EventNetworkReached"
    QUEUED = "EventQueued"
    DIVERTED = "EventDiverted"
    RINGING = "EventRinging"
    ESTABLISHED = "EventEstablished"
    DESTINATION_BUSY = "EventDestinationBusy"
    ABANDONED = "EventAbandoned"
    HELD = "EventHeld"
    RETRIEVED = "EventRetrieved"
    RELEASED = "EventReleased"
    PARTY_ADDED = "EventPartyAdded"
    PARTY_CHANGED = "EventPartyChanged"
    PARTY_DELETED = "EventPartyDeleted"
    ATTACHED_DATA_CHANGED = "EventAttachedDataChanged"
    DTMF_SENT = "EventDtmfSent"
    MUTE_ON = "EventMuteOn"
    MUTE_OFF = "EventMuteOff"
    PRIVATE_INFO = "EventPrivateInfo"
    OFF_HOOK = "EventOffHook"
    ON_HOOK = "EventOnHook"
    AGENT_LOGIN = "EventAgentLogin"
    AGENT_LOGOUT = "EventAgentLogout"
    AGENT_READY = "EventAgentReady"
    AGENT_NOT_READY = "EventAgentNotReady"
    DND_ON = "EventDNDOn"
    DND_OFF = "EventDNDOff"
    FORWARD_SET = "EventForwardSet"
    FORWARD_CANCEL = "EventForwardCancel"
    MONITORING_NEXT_CALL = "EventMonitoringNextCall"
    MONITORING_CANCELLED = "EventMonitoringCancelled"


class PrivateMessage(StrEnum):
    """What an EventPrivateInfo is about."""

    RECORDING = "Recording"
    MONITORED_USER_MUTED = "MonitoredUserMuted"
    MONITORING_TYPE = "MonitoringType"


class Event(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One event for one party: the DN ``this_dn`` hears it, nobody else.

    Attributes carry the T-Library names; those that do not apply are None. ``time`` is in seconds
    since 1970. ``reference_id`` is that of the request, in the events that answer the requester.
    ``leg`` is the addressee's view of the call after the change; for a party that left, the last
    view it had, in state Released. Queues hear events too, and have no legs. ``private_message`` is
    what an EventPrivateInfo is about. Events of a DN have no call and no leg; those of its agent
    and its settings carry its new state, ``dn_state``, and the number that they name, ``other_dn``.
    """

    name: EventName
    this_dn: str
    time: float
    conn_id: str | None = None
    previous_conn_id: str | None = None
    call_uuid: str | None = None
    call_type: CallType | None = None
    call_state: CallState | None = None
    cause: Cause | None = None
    this_dn_role: Role | None = None
    other_dn: str | None = None
    other_dn_role: Role | None = None
    third_party_dn: str | None = None
    third_party_dn_role: Role | None = None
    dnis: str | None = None
    ani: str | None = None
    user_data: UserData | None = None
    dtmf_digits: str | None = None
    this_queue: str | None = None
    extensions: Mapping[str, int] | None = None
    private_message: PrivateMessage | None = None
    agent_id: str | None = None
    work_mode: WorkMode | None = None
    reason: str | None = None
    reference_id: int | None = None
    leg: Leg | None = None
    dn_state: DnState | None = None


class Change(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """All that one operation did: the events in order, and the new state of each call and DN that
    it touched.

    ``refreshed`` holds the legs that look different now although no event went to them: giving up a
    consultation, for example, takes CompleteConference from the main call's capabilities. With
    ``events`` they make every desktop's picture equal to what it would read.
    """

    time: float
    events: tuple[Event, ...]
    calls: tuple[Call, ...]
    refreshed: tuple[Leg, ...] = ()
    dn_states: tuple[DnState, ...] = ()
