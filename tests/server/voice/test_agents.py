"""Agents at random, and what must hold after each thing they do."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from switchbell.voice.capabilities import OPERATIONS
from switchbell.voice.core import OPERATIONS as HANDLERS
from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import Leg, PartyState
from switchbell.voice.operations import Dial, Operation, Reconnect, Redirect, Reject
from tests.server.voice.telling import new_core, picture

DNS = "ABCDE"
LINES = 3
KINDS: dict[str, type[Operation]] = {
    **OPERATIONS,
    **{kind.__name__: kind for kind in (Reject, Reconnect, Redirect)},
}
# Which other call is meant has to be said, where there are several.
OF_TWO_CALLS = {"SwapCalls", "MergeWithOtherCall"}
ACTIVE = {PartyState.DIALING, PartyState.ESTABLISHED}

# T-Library, generic state diagram: what an event makes of its addressee's party.
SAYS = {
    EventName.DIALING: PartyState.DIALING,
    EventName.RINGING: PartyState.RINGING,
    EventName.ESTABLISHED: PartyState.ESTABLISHED,
    EventName.DESTINATION_BUSY: PartyState.BUSY,
    EventName.HELD: PartyState.HELD,
    EventName.RETRIEVED: PartyState.ESTABLISHED,
}
GONE = {EventName.RELEASED, EventName.ABANDONED}


class Desktop:
    """What an agent knows who is only told: states from the events, pictures from the legs."""

    def __init__(self) -> None:
        self.states: dict[str | None, PartyState] = {}
        self.legs: dict[str, Leg] = {}
        self.off_hook = False

    def hear(self, event: Event) -> None:
        if event.name in {EventName.OFF_HOOK, EventName.ON_HOOK}:
            assert self.off_hook is (event.name is EventName.ON_HOOK)
            self.off_hook = event.name is EventName.OFF_HOOK
            return
        if event.name in SAYS:
            self.states[event.conn_id] = SAYS[event.name]
        elif event.name in GONE:
            del self.states[event.conn_id]
        elif event.name is EventName.PARTY_CHANGED:
            self.states[event.conn_id] = self.states.pop(event.previous_conn_id)
        else:
            assert event.conn_id in self.states
        assert event.leg is not None
        self.show(event.leg)

    def show(self, leg: Leg) -> None:
        if leg.state is PartyState.RELEASED:
            assert leg.capabilities == ()
            del self.legs[leg.id]
        else:
            self.legs[leg.id] = leg


def asked(kind: type[Operation], core: VoiceCore, leg: Leg, destination: str) -> Operation:
    """An operation with parameters that can be used, if any can, but for the destination."""
    possible = {
        "destination": destination,
        "participant": [*leg.participants, leg.dn][0],
        "other_call": other_call(core, leg),
        "digits": "12#",
        "user_data": {"key": "value"},
        "key": "key",
    }
    wanted = {name: possible[name] for name in kind.__struct_fields__ if name in possible}
    if "destination" in wanted:
        wanted.pop("user_data", None)
    return kind(dn=leg.dn, call=leg.id, reference_id=1, **wanted)  # type: ignore[call-arg]


def other_call(core: VoiceCore, leg: Leg) -> str | None:
    """A call of the same DN that this one can be swapped with."""
    wanted = {PartyState.ESTABLISHED: PartyState.HELD, PartyState.HELD: PartyState.ESTABLISHED}
    for other in core.legs(leg.dn):
        members = {*leg.participants} & {*other.participants}
        if other.id != leg.id and other.state is wanted.get(leg.state) and not members:
            return other.id
    return None


def accepts(core: VoiceCore, operation: Operation) -> bool:
    """Tell whether a core would carry out an operation, and leave it undone.

    The draft of a change is all of ``execute`` but its last step.
    """
    try:
        HANDLERS[type(operation)](core._switch, operation, 0.0)
    except VoiceError:
        return False
    return True


class Agents(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.core = new_core(DNS, lines=LINES, conference_size=4, recording=True)
        self.desktops = {dn: Desktop() for dn in DNS}
        self.now = 0.0
        self.ids: set[str] = set()

    def legs(self) -> list[Leg]:
        return [leg for dn in DNS for leg in self.core.legs(dn)]

    def attempt(self, operation: Operation) -> bool:
        self.now += 1.0
        before = picture(self.core, DNS)
        try:
            change = self.core.execute(operation, self.now)
        except VoiceError:
            assert picture(self.core, DNS) == before
            return False
        self.deliver(change, operation)
        return True

    def deliver(self, change: Change, operation: Operation) -> None:
        told = {(event.this_dn, event.leg.id) for event in change.events if event.leg}
        answers = [event.this_dn for event in change.events if event.reference_id]
        assert answers == [operation.dn]
        for event in change.events:
            assert event.time == change.time == self.now
            self.desktops[event.this_dn].hear(event)
        for leg in change.refreshed:
            assert (leg.dn, leg.id) not in told
            assert self.desktops[leg.dn].legs[leg.id] != leg
            self.desktops[leg.dn].show(leg)
        for call in change.calls:
            assert self.core.calls.get(call.conn_id) == (call if call.parties else None)

    @rule(dn=st.sampled_from(DNS), destination=st.sampled_from(DNS + "?"))
    def dial(self, dn: str, destination: str) -> None:
        legs = self.core.legs(dn)
        free = len(legs) < LINES and not any(leg.state in ACTIVE for leg in legs)
        accepted = self.attempt(Dial(dn=dn, destination=destination, reference_id=1))
        assert accepted is (free and destination not in {dn, "?"})

    @precondition(lambda self: self.legs())
    @rule(data=st.data(), destination=st.sampled_from(DNS))
    def press_what_is_listed(self, data: st.DataObject, destination: str) -> None:
        leg = data.draw(st.sampled_from(self.legs()))
        names = [name for name in OPERATIONS if name in leg.capabilities]
        if names:
            kind = OPERATIONS[data.draw(st.sampled_from(names))]
            accepted = self.attempt(asked(kind, self.core, leg, destination))
            if "destination" not in kind.__struct_fields__:
                assert accepted or kind.__name__ in OF_TWO_CALLS
            elif destination in {leg.dn, *leg.participants}:
                assert not accepted

    @precondition(lambda self: self.legs())
    @rule(data=st.data(), destination=st.sampled_from(DNS))
    def ask_for_anything(self, data: st.DataObject, destination: str) -> None:
        leg = data.draw(st.sampled_from(self.legs()))
        kind = KINDS[data.draw(st.sampled_from(sorted(KINDS)))]
        self.attempt(asked(kind, self.core, leg, destination))

    @invariant()
    def listed_is_accepted(self) -> None:
        for leg in self.legs():
            free = [dn for dn in DNS if len(self.core.legs(dn)) < LINES]
            others = [dn for dn in free if dn not in {leg.dn, *leg.participants}]
            for name, kind in OPERATIONS.items():
                if others or "destination" not in kind.__struct_fields__:
                    self.is_accepted_as_listed(name, leg, (others or [""])[0])
            rejected = accepts(self.core, Reject(dn=leg.dn, call=leg.id))
            assert rejected is (leg.state is PartyState.RINGING)

    def is_accepted_as_listed(self, name: str, leg: Leg, destination: str) -> None:
        operation = asked(OPERATIONS[name], self.core, leg, destination)
        accepted = accepts(self.core, operation)
        if name not in leg.capabilities:
            assert not accepted, operation
        elif name in OF_TWO_CALLS:
            others = [other.id for other in self.core.legs(leg.dn) if other.id != leg.id]
            assert any(accepts(self.core, replace(operation, other_call=one)) for one in others)
        else:
            assert accepted, operation

    @invariant()
    def desktops_show_what_one_can_read(self) -> None:
        for dn, desktop in self.desktops.items():
            assert tuple(desktop.legs.values()) == self.core.legs(dn)

    @invariant()
    def parties_are_as_their_events_say(self) -> None:
        told = {
            (conn_id, dn): state
            for dn, desktop in self.desktops.items()
            for conn_id, state in desktop.states.items()
        }
        assert told == {
            (conn_id, party.dn): party.state
            for conn_id, call in self.core.calls.items()
            for party in call.parties
        }

    @invariant()
    def receivers_are_up_for_all_but_ringing(self) -> None:
        for dn, desktop in self.desktops.items():
            states = [leg.state for leg in self.core.legs(dn)]
            assert desktop.off_hook is any(state is not PartyState.RINGING for state in states)

    @invariant()
    def nobody_is_alone_but_a_caller_of_a_busy_dn(self) -> None:
        for call in self.core.calls.values():
            if len(call.parties) < 2:
                assert [party.state for party in call.parties] == [PartyState.BUSY]
            else:
                assert PartyState.BUSY not in {party.state for party in call.parties}
            assert len({party.dn for party in call.parties}) == len(call.parties)

    @invariant()
    def participants_are_the_others(self) -> None:
        for leg in self.legs():
            members = [party.dn for party in self.core.calls[leg.conn_id].parties]
            assert leg.dn in members
            members.remove(leg.dn)
            assert list(reversed(leg.participants)) == members

    @invariant()
    def a_device_is_active_on_one_call_at_a_time(self) -> None:
        for dn in DNS:
            legs = self.core.legs(dn)
            assert len(legs) <= LINES
            assert len([leg for leg in legs if leg.state in ACTIVE]) <= 1


Agents.TestCase.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
TestAgents = Agents.TestCase
