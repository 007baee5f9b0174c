"""What must hold of a contact centre at any time."""

from msgspec.structs import replace

from switchbell.voice.agents import DnState
from switchbell.voice.capabilities import OPERATIONS
from switchbell.voice.model import Call, Leg, MonitoringScope, Party, PartyKind, PartyState, Role
from switchbell.voice.operations import MuteTransfer, Redirect, Reject
from tests.server.voice.agents_world import DNS, LINES, SIZE, TRUNKS, World, picture, restored
from tests.server.voice.telling import QUEUES

# Each is possible whenever AttachUserData is; the tables have them one by one.
LIKE_ATTACHING = {"UpdateUserData", "DeleteUserData", "DeleteUserDataPair"}
TRIED = {name: kind for name, kind in OPERATIONS.items() if name not in LIKE_ATTACHING}
# Which other call is meant has to be said, where there are several.
OF_TWO_CALLS = {"SwapCalls", "MergeWithOtherCall"}
ACTIVE = {PartyState.DIALING, PartyState.ESTABLISHED, PartyState.OBSERVING}
THERE = {PartyState.ESTABLISHED, PartyState.HELD}


def listed_is_accepted(world: World) -> None:
    """Of those whose calls the last operation has touched; nobody else's have changed."""
    for leg in (*world.seen.all_legs, *world.seen.far_ends):
        if leg.dn in world.concerned:
            _accepts_what_it_lists(world, leg)


def _accepts_what_it_lists(world: World, leg: Leg) -> None:
    taken = world.on_call_with(leg)
    reachable = next(filter(None, [world.end_of(dn, taken) for dn in (*QUEUES, *DNS)]), "")
    for name, kind in TRIED.items():
        if reachable or "destination" not in kind.__struct_fields__:
            _is_accepted_as_listed(world, name, leg, reachable)
    rings = leg.state is PartyState.RINGING
    assert world.accepts(Reject(dn=leg.dn, call=leg.id)) is rings
    if reachable and leg.dn in DNS:
        redirect = Redirect(dn=leg.dn, call=leg.id, destination=reachable)
        assert world.accepts(redirect) is rings
        transfer = MuteTransfer(dn=leg.dn, call=leg.id, destination=reachable)
        possible = {"InitiateTransfer", "SingleStepTransfer"} <= {*leg.capabilities}
        assert world.accepts(transfer) is possible


def _is_accepted_as_listed(world: World, name: str, leg: Leg, destination: str) -> None:
    operation = world.asked(OPERATIONS[name], leg, destination)
    accepted = world.accepts(operation)
    if name not in leg.capabilities:
        assert not accepted, operation
    elif name in OF_TWO_CALLS:
        others = [other.id for other in world.seen.legs[leg.dn] if other.id != leg.id]
        assert any(world.accepts(replace(operation, other_call=one)) for one in others)
    else:
        assert accepted, operation


def desktops_show_what_one_can_read(world: World) -> None:
    for dn, desktop in world.desktops.items():
        assert tuple(desktop.legs.values()) == world.seen.legs[dn]


def parties_are_as_their_events_say(world: World) -> None:
    calls = world.seen.calls
    told = {
        (conn_id, dn): state
        for dn, desktop in world.desktops.items()
        for conn_id, state in desktop.states.items()
    }
    assert told == {
        (call.conn_id, party.dn): party.state
        for call in calls
        for party in (*call.parties, *call.observers)
        if party.kind is PartyKind.DEVICE
    }
    members = {call.conn_id: {one.dn for one in call.parties} for call in calls}
    for dn, desktop in world.desktops.items():
        for conn_id, others in desktop.others.items():
            assert others <= members[conn_id] - {dn}


def receivers_are_up_for_all_but_ringing(world: World) -> None:
    for dn, desktop in world.desktops.items():
        states = [leg.state for leg in world.seen.legs[dn]]
        assert desktop.off_hook is any(state is not PartyState.RINGING for state in states)


def a_device_is_active_on_one_call_at_a_time(world: World) -> None:
    for legs in world.seen.legs.values():
        assert len(legs) <= LINES
        assert len([leg for leg in legs if leg.state in ACTIVE]) <= 1
    assert len(world.seen.far_ends) <= TRUNKS


def calls_are_sound(world: World) -> None:
    for call in world.seen.calls:
        numbers = [party.dn for party in (*call.parties, *call.observers)]
        assert len({*numbers}) == len(numbers)
        assert len(call.parties) <= SIZE
        states = {party.state for party in call.parties}
        if len(call.parties) == 1:
            assert (states, call.observers) == ({PartyState.BUSY}, ())
        else:
            assert PartyState.BUSY not in states
            assert {*THERE, PartyState.DIALING} & states
        if len(call.parties) > 2:
            assert {party.role for party in call.parties} == {Role.CONFERENCE_MEMBER}
        for party in call.parties:
            assert party.state is not PartyState.OBSERVING
            assert (party.kind is PartyKind.QUEUE) is (party.state is PartyState.QUEUED)
            assert party.timer is None or party.timer.at > 0


def queues_have_what_they_were_told(world: World) -> None:
    for dn, room in world.rooms.items():
        assert room.calls == {*world.waiting(dn)}


def legs_show_their_calls(world: World) -> None:
    for leg in (*world.seen.all_legs, *world.seen.far_ends):
        call = world.call_of(leg)
        [own] = [one for one in (*call.parties, *call.observers) if one.dn == leg.dn]
        others = [party.dn for party in call.parties if party is not own]
        assert list(reversed(leg.participants)) == others
        assert (leg.state, leg.user_data) == (own.state, call.user_data)
        if len(leg.participants) < 2:
            assert "RemoveParticipantFromConference" not in leg.capabilities


def supervision_is_mutual(world: World) -> None:
    """Who is talked to by a supervisor's telephone has answered, and nobody else is muted."""
    for call in world.seen.calls:
        everybody = (*call.parties, *call.observers)
        supervisors = {one.monitors.dn: one for one in everybody if one.monitors}
        for party in call.parties:
            supervisor = supervisors.get(party.dn) if party.state in THERE else None
            assert party.supervisor == (supervisor and supervisor.dn)
            assert supervisor or not party.muted_by_supervisor
            if party.kind is PartyKind.DEVICE:
                _sees_supervision(world, party, supervisor)


def _sees_supervision(world: World, target: Party, supervisor: Party | None) -> None:
    leg = world.core.leg(target.dn, target.id)
    assert leg.supervised is bool(supervisor)
    # One who is monitored himself is shown whether he has muted, not whether he was.
    if leg.monitors is None:
        assert leg.monitored_user_muted is target.muted_by_supervisor
    if supervisor:
        seen = world.core.leg(supervisor.dn, supervisor.id)
        assert seen.monitored_user_muted is target.muted_by_supervisor


def observers_have_a_reason(world: World) -> None:
    for call in world.seen.calls:
        for observer in call.observers:
            assert observer.state is PartyState.OBSERVING
            assert observer.role is Role.OBSERVER
            assert (observer.supervisor, observer.muted_by_supervisor) == (None, False)
            _has_a_reason(call, observer, world.seen.states[observer.dn])


def _has_a_reason(call: Call, observer: Party, state: DnState) -> None:
    assert observer.monitors
    assert state.monitoring
    assert state.monitoring.target == observer.monitors.dn
    assert state.monitoring.type is observer.monitors.type
    present = observer.monitors.dn in {party.dn for party in call.parties}
    assert present or observer.monitors.scope is MonitoringScope.CALL


def seats_are_as_told(world: World) -> None:
    for dn, seat in world.seats.items():
        assert seat.is_like(world.seen.states[dn])
    agents = [seat.agent for seat in world.seats.values() if seat.agent]
    targets = [seat.monitors for seat in world.seats.values() if seat.monitors]
    assert len({*agents}) == len(agents)
    assert len({*targets}) == len(targets)


def nothing_is_left_to_do(world: World) -> None:
    """Once all has happened that was due."""
    if not world.settled:
        return
    assert world.seen.deadline is None or world.seen.deadline > world.now
    for queue in QUEUES:
        assert not world.waiting(queue) or not world.free_for(queue)
    for dn, seat in world.seats.items():
        if seat.monitors and not world.seen.legs[dn]:
            _is_not_missed(world, dn, seat.monitors)


def _is_not_missed(world: World, dn: str, target: str) -> None:
    """A supervisor without calls has left the call that the target talks on, or has no room."""
    monitoring = world.seen.states[dn].monitoring
    assert monitoring
    for leg in world.seen.legs[target]:
        if leg.state is PartyState.ESTABLISHED and leg.conn_id != monitoring.left:
            assert monitoring.type == "BargeIn"
            assert len(world.call_of(leg).parties) == SIZE


def a_restored_core_is_the_same(world: World) -> None:
    assert picture(restored(world.seen.snapshot)) == world.seen


INVARIANTS = (
    desktops_show_what_one_can_read,
    parties_are_as_their_events_say,
    receivers_are_up_for_all_but_ringing,
    a_device_is_active_on_one_call_at_a_time,
    calls_are_sound,
    queues_have_what_they_were_told,
    legs_show_their_calls,
    supervision_is_mutual,
    observers_have_a_reason,
    seats_are_as_told,
    nothing_is_left_to_do,
    a_restored_core_is_the_same,
    listed_is_accepted,
)
