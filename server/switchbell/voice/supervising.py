"""Supervisors: whom they monitor, and what they do on the calls of those.

T-Library, "Call monitoring and coaching"; Web Services, "Supervisor operations". One who listens in
or coaches observes a call: he is no party of it for anybody but the monitored one.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.agents import DnState, Monitoring, MonitoringMode
from switchbell.voice.calls import (
    is_conference,
    party_at,
    with_parties,
    without_observer,
)
from switchbell.voice.draft import Detail, Draft
from switchbell.voice.errors import (
    AlreadyInState,
    AlreadySeized,
    InvalidDestination,
    NotSupported,
    WrongState,
)
from switchbell.voice.events import EventName, PrivateMessage
from switchbell.voice.model import (
    Call,
    CallState,
    MonitoringType,
    Monitors,
    Party,
    PartyState,
    Role,
)
from switchbell.voice.operations import (
    BargeIn,
    CallOperation,
    CancelSupervisorMonitoring,
    Coach,
    ListenIn,
    Monitor,
    MuteMonitoredUser,
    SwitchToBargeIn,
    SwitchToCoach,
    SwitchToListenIn,
)
from switchbell.voice.switch import Switch

TYPES: Mapping[type, MonitoringType] = MappingProxyType(
    {
        ListenIn: MonitoringType.LISTEN_IN,
        Coach: MonitoringType.COACH,
        BargeIn: MonitoringType.BARGE_IN,
        SwitchToListenIn: MonitoringType.LISTEN_IN,
        SwitchToCoach: MonitoringType.COACH,
        SwitchToBargeIn: MonitoringType.BARGE_IN,
    }
)


def monitor(switch: Switch, request: Monitor, now: float) -> Draft:
    device = switch.numbers.device(request.dn)
    if device is None or not device.supervisor:
        raise NotSupported("The device is not a supervisor's.")
    if switch.numbers.device(request.target) is None or request.target == request.dn:
        raise InvalidDestination("There is nobody at that number who could be monitored.")
    if switch.states.supervisor_of(request.target) not in {None, request.dn}:
        raise AlreadySeized("Another supervisor monitors the agent.")
    if any(party.monitors is not None for _, party in switch.calls.of(request.dn)):
        raise WrongState("A call is monitored now.")
    state = switch.states.of(request.dn)
    monitoring = Monitoring(
        target=request.target,
        type=TYPES[type(request)],
        scope=request.scope,
        mode=request.mode,
    )
    if monitoring == state.monitoring:
        raise AlreadyInState("The agent is monitored like that already.")
    draft = switch.draft(now)
    draft.tell_state(
        EventName.MONITORING_NEXT_CALL,
        replace(state, monitoring=monitoring),
        other=request.target,
        reference_id=request.reference_id,
    )
    return draft


def cancel_monitoring(switch: Switch, request: CancelSupervisorMonitoring, now: float) -> Draft:
    """An observed call is left; one in which the supervisor takes part goes on with him."""
    state = switch.states.of(request.dn)
    if state.monitoring is None:
        raise AlreadyInState("Nobody is monitored.")
    monitored = [one for one in switch.calls.of(request.dn) if one[1].monitors is not None]
    changed = [_unmonitored(call, party) for call, party in monitored]
    draft = switch.draft(now, *changed)
    for (call, party), after in zip(monitored, changed, strict=True):
        if party.state is PartyState.OBSERVING:
            _tell_departure(draft, call, after, party, None)
    draft.tell_state(
        EventName.MONITORING_CANCELLED,
        replace(state, monitoring=None),
        other=state.monitoring.target,
        reference_id=request.reference_id,
    )
    return draft


def _unmonitored(call: Call, supervisor: Party) -> Call:
    if supervisor.state is PartyState.OBSERVING:
        return without_observer(call, supervisor)
    return with_parties(call, replace(supervisor, monitors=None))


def observed_no_longer(
    switch: Switch, call: Call, observer: Party, reference_id: int | None, now: float
) -> Draft:
    """Have an observer leave the call."""
    after = without_observer(call, observer)
    draft = switch.draft(now, after)
    _tell_departure(draft, call, after, observer, reference_id)
    return draft


def _tell_departure(
    draft: Draft, call: Call, after: Call, observer: Party, reference_id: int | None
) -> None:
    draft.tell(EventName.RELEASED, call, observer, Detail(other=None), reference_id=reference_id)
    deleted = Detail(other=(observer.dn, Role.DELETED_PARTY), third=(observer.dn, Role.DELETED_BY))
    for target in _monitored(after, observer):
        draft.tell(EventName.PARTY_DELETED, after, target, deleted)


def _monitored(call: Call, supervisor: Party) -> Iterator[Party]:
    """Give the party that a supervisor monitors, if it is on the call."""
    monitors = supervisor.monitors
    for party in call.parties:
        if monitors is not None and party.dn == monitors.dn:
            yield party


class Supervisors:
    """The supervisors who might be brought into a call, because something has changed."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()

    def watch(self, dn: str) -> None:
        """Note that a supervisor is to be looked at."""
        self._waiting.add(dn)

    def next(self, switch: Switch) -> tuple[str, Call] | None:
        """Return who is to be brought into which call."""
        if not self._waiting:
            return None
        for dn in sorted(self._waiting):
            call = _call_to_join(switch, dn)
            if call is not None:
                return dn, call
            self._waiting.remove(dn)
        return None


def _call_to_join(switch: Switch, dn: str) -> Call | None:
    """Return the call that a monitored agent talks on, if the supervisor is free for it."""
    monitoring = switch.states.of(dn).monitoring
    if monitoring is None or switch.calls.at(dn):
        return None
    for call, party in switch.calls.of(monitoring.target):
        full = len(call.parties) >= switch.settings.conference_size
        if party.state is not PartyState.ESTABLISHED or call.conn_id == monitoring.left:
            continue
        if monitoring.type is not MonitoringType.BARGE_IN or not full:
            return call
    return None


def join(switch: Switch, dn: str, call: Call, now: float) -> Draft:
    """Bring a supervisor into a call of the agent that he monitors. His telephone answers by
    itself."""
    monitoring = switch.states.of(dn).monitoring
    assert monitoring is not None
    supervisor = Party(
        id=call.uuid,
        dn=dn,
        state=PartyState.OBSERVING,
        role=Role.OBSERVER,
        call_type=call.call_type,
        dnis=call.dnis,
        since=now,
        monitors=Monitors(monitoring.target, monitoring.type, monitoring.scope),
    )
    if monitoring.type is MonitoringType.BARGE_IN:
        supervisor = _as_member(supervisor)
        after = _with_member(call, supervisor)
    else:
        after = replace(call, observers=(*call.observers, supervisor))
    draft = switch.draft(now, after)
    heard = Detail(state=CallState.CONFERENCED, other=None)
    if supervisor.state is PartyState.OBSERVING:
        heard = Detail(other=(monitoring.target, party_at(after, monitoring.target).role))
    draft.tell(EventName.ESTABLISHED, after, supervisor, heard)
    _tell_arrival(draft, after, supervisor)
    return draft


def _as_member(supervisor: Party) -> Party:
    return replace(supervisor, state=PartyState.ESTABLISHED, role=Role.CONFERENCE_MEMBER)


def _with_member(call: Call, supervisor: Party) -> Call:
    members = [replace(party, role=Role.CONFERENCE_MEMBER) for party in call.parties]
    return replace(call, parties=(*members, supervisor))


def _tell_arrival(draft: Draft, call: Call, supervisor: Party) -> None:
    """Tell everybody of one who takes part, and the monitored of one who does not."""
    third = (supervisor.dn, Role.ADDED_BY)
    if supervisor.state is PartyState.OBSERVING:
        added = Detail(other=(supervisor.dn, Role.OBSERVER), third=third)
        for target in _monitored(call, supervisor):
            draft.tell(EventName.PARTY_ADDED, call, target, added)
        return
    added = Detail(state=CallState.CONFERENCED, other=(supervisor.dn, Role.NEW_PARTY), third=third)
    for party in call.parties:
        if party.dn != supervisor.dn:
            draft.tell(EventName.PARTY_ADDED, call, party, added)


def switch_to(switch: Switch, request: CallOperation, now: float) -> Draft:
    """Hear, coach or take part from now on, on this call and on those to come."""
    call, party = switch.find(request)
    state = switch.next_state(request, call, party)
    assert party.monitors is not None
    monitors = replace(party.monitors, type=TYPES[type(request)])
    changed = replace(party, state=state, monitors=monitors)
    if state is party.state:
        after = _with_observer(call, party, changed)
        draft = switch.draft(now, after)
        told = Detail(other=None, private_message=PrivateMessage.MONITORING_TYPE)
        draft.tell(EventName.PRIVATE_INFO, after, changed, told, reference_id=request.reference_id)
    elif state is PartyState.ESTABLISHED:
        member = _as_member(changed)
        draft = switch.draft(now, _with_member(_without(call, party), member))
        _tell_barging_in(draft, member, request.reference_id)
    else:
        observer = replace(changed, role=Role.OBSERVER, supervisor=None, muted_by_supervisor=False)
        draft = switch.draft(now, _with_observer(_without(call, party), None, observer))
        _tell_withdrawal(draft, observer, request.reference_id)
    _tell_type(draft, request.dn, monitors.type)
    return draft


def _tell_type(draft: Draft, dn: str, type_: MonitoringType) -> None:
    state = draft.state_of(dn)
    assert state is not None
    assert state.monitoring is not None
    monitoring = replace(state.monitoring, type=type_)
    draft.tell_state(
        EventName.MONITORING_NEXT_CALL,
        replace(state, monitoring=monitoring),
        other=monitoring.target,
    )


def _without(call: Call, party: Party) -> Call:
    return replace(
        call,
        parties=tuple([one for one in call.parties if one is not party]),
        observers=tuple([one for one in call.observers if one is not party]),
    )


def _with_observer(call: Call, before: Party | None, observer: Party) -> Call:
    others = [one for one in call.observers if one is not before]
    return replace(call, observers=(*others, observer))


def _tell_barging_in(draft: Draft, party: Party, reference_id: int | None) -> None:
    call, member = draft.after.find(party.dn, party.id)
    moved = Detail(
        state=CallState.CONFERENCED,
        other=None,
        third=(member.dn, Role.ADDED_BY),
        previous=call.conn_id,
    )
    draft.tell(EventName.PARTY_CHANGED, call, member, moved, reference_id=reference_id)
    _tell_arrival(draft, call, member)


def _tell_withdrawal(draft: Draft, party: Party, reference_id: int | None) -> None:
    """The others hear that the supervisor has left, the monitored one what he is now."""
    call, observer = draft.after.find(party.dn, party.id)
    third = (observer.dn, Role.DELETED_BY)
    state = CallState.CONFERENCED if is_conference(call) else CallState.OK
    moved = Detail(state=state, other=None, third=third, previous=call.conn_id)
    draft.tell(EventName.PARTY_CHANGED, call, observer, moved, reference_id=reference_id)
    deleted = Detail(state=state, other=(observer.dn, Role.DELETED_PARTY), third=third)
    monitors = observer.monitors
    for one in call.parties:
        if monitors is None or one.dn != monitors.dn:
            draft.tell(EventName.PARTY_DELETED, call, one, deleted)
    _tell_arrival(draft, call, observer)


def mute_monitored_user(switch: Switch, request: CallOperation, now: float) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    muted = isinstance(request, MuteMonitoredUser)
    after = with_parties(
        call,
        *[replace(target, muted_by_supervisor=muted) for target in _monitored(call, party)],
    )
    draft = switch.draft(now, after)
    told = Detail(private_message=PrivateMessage.MONITORED_USER_MUTED)
    if party.state is PartyState.OBSERVING:
        told = replace(told, other=None)
    draft.tell(EventName.PRIVATE_INFO, after, party, told, reference_id=request.reference_id)
    return draft


def leave_monitored_call(draft: Draft, state: DnState, supervisor: Party, conn_id: str) -> None:
    """Settle what becomes of monitoring when a supervisor is on a monitored call no longer."""
    monitoring = state.monitoring
    if monitoring is None or supervisor.monitors is None:
        return
    if monitoring.mode is MonitoringMode.NEXT_CALL:
        ended = replace(state, monitoring=None)
        draft.tell_state(EventName.MONITORING_CANCELLED, ended, other=monitoring.target)
    else:
        draft.set_state(replace(state, monitoring=replace(monitoring, left=conn_id)))
