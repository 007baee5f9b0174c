"""Agents at random, and what must hold after each thing they do."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from switchbell.voice.capabilities import OPERATIONS
from switchbell.voice.core import OPERATIONS as HANDLERS
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change
from switchbell.voice.model import Call, Leg, PartyState
from switchbell.voice.operations import (
    CallOperation,
    Dial,
    Operation,
    Reconnect,
    Redirect,
    Reject,
)
from tests.server.voice.desktop import Desktop
from tests.server.voice.telling import new_core

DNS = "ABCDE"
LINES = 3
# The first steps, and the second: random agents come to the second too rarely.
MOVES = {
    "Answer",
    "Hold",
    "Retrieve",
    "SingleStepTransfer",
    "SingleStepConference",
    "InitiateTransfer",
    "InitiateConference",
}
COUPLINGS = {"SwapCalls", "MergeWithOtherCall", "CompleteConference", "CompleteTransfer"}
# These decide nothing about what is possible afterwards.
REMARKS = {
    "SendDtmf",
    "AttachUserData",
    "UpdateUserData",
    "DeleteUserData",
    "DeleteUserDataPair",
}
# Each is possible whenever AttachUserData is; the tables have them one by one.
LIKE_ATTACHING = {"UpdateUserData", "DeleteUserData", "DeleteUserDataPair"}
TRIED = {name: kind for name, kind in OPERATIONS.items() if name not in LIKE_ATTACHING}
# The rest is left to be asked for with anything else: most calls would end too early.
OTHERS = {
    "RemoveParticipantFromConference",
    "MuteCall",
    "UnmuteCall",
    "StartCallRecording",
    "StopCallRecording",
    "PauseCallRecording",
    "ResumeCallRecording",
}
UNNAMED = (Reject, Reconnect, Redirect)
KINDS: dict[str, type[CallOperation]] = {
    **OPERATIONS,
    **{kind.__name__: kind for kind in UNNAMED},
}
# Which other call is meant has to be said, where there are several.
OF_TWO_CALLS = {"SwapCalls", "MergeWithOtherCall"}
ACTIVE = {PartyState.DIALING, PartyState.ESTABLISHED}
COUNTERPART = {PartyState.ESTABLISHED: PartyState.HELD, PartyState.HELD: PartyState.ESTABLISHED}


class Agents(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.core = new_core(DNS, lines=LINES, conference_size=4, recording=True)
        self.desktops = {dn: Desktop() for dn in DNS}
        self.now = 0.0
        self.concerned: set[str] = set()
        self.calls, self.legs = self.read()

    def read(self) -> tuple[dict[str, Call], dict[str, tuple[Leg, ...]]]:
        """All that one can read from the core."""
        return dict(self.core.calls), {dn: self.core.legs(dn) for dn in DNS}

    def all_legs(self) -> list[Leg]:
        return [leg for legs in self.legs.values() for leg in legs]

    def attempt(self, operation: Operation) -> bool:
        self.now += 1.0
        self.concerned = set()
        try:
            change = self.core.execute(operation, self.now)
        except VoiceError:
            assert self.read() == (self.calls, self.legs)
            return False
        self.deliver(change, operation)
        return True

    def deliver(self, change: Change, operation: Operation | None) -> None:
        """Let everybody hear of a change, which nobody may have asked for."""
        told = {(event.this_dn, event.leg.id) for event in change.events if event.leg}
        answers = [event.this_dn for event in change.events if event.reference_id]
        assert answers == ([] if operation is None else [operation.dn])
        for event in change.events:
            assert event.time == change.time == self.now
            self.desktops[event.this_dn].hear(event)
        for leg in change.refreshed:
            assert (leg.dn, leg.id) not in told
            self.desktops[leg.dn].refresh(leg)
        for call in change.calls:
            assert self.core.calls.get(call.conn_id) == (call if call.parties else None)
        if type(operation).__name__ not in REMARKS:
            self.concerned = {event.this_dn for event in change.events}
            self.concerned |= {party.dn for call in change.calls for party in call.parties}
        self.calls, self.legs = self.read()

    def asked(self, kind: type[CallOperation], leg: Leg, destination: str) -> CallOperation:
        """An operation with parameters that can be used, if any can, but for the destination."""
        possible: dict[str, Any] = {
            "destination": destination,
            "participant": [*leg.participants, leg.dn][0],
            "other_call": self.other_call(leg),
            "digits": "12#",
            "key": "key",
        }
        wanted = {name: possible[name] for name in kind.__struct_fields__ if name in possible}
        if "user_data" in kind.__struct_fields__ and "destination" not in wanted:
            wanted["user_data"] = {"key": "value"}
        return kind(dn=leg.dn, call=leg.id, reference_id=1, **wanted)

    def other_call(self, leg: Leg) -> str | None:
        """A call of the same DN that this one can be swapped with."""
        wanted = COUNTERPART.get(leg.state)
        for other in self.legs[leg.dn]:
            members = {*leg.participants} & {*other.participants}
            if other.id != leg.id and other.state is wanted and not members:
                return other.id
        return None

    def accepts(self, operation: Operation) -> bool:
        """Tell whether the core would carry out an operation, and leave it undone.

        The draft of a change is all of ``execute`` but its last step.
        """
        try:
            HANDLERS[type(operation)](self.core._switch, operation, 0.0)
        except VoiceError:
            return False
        return True

    @rule(dn=st.sampled_from(DNS), destination=st.sampled_from(DNS + "?"))
    def dial(self, dn: str, destination: str) -> None:
        legs = self.legs[dn]
        free = len(legs) < LINES and not any(leg.state in ACTIVE for leg in legs)
        accepted = self.attempt(Dial(dn=dn, destination=destination, reference_id=1))
        assert accepted is (free and destination not in {dn, "?"})

    @precondition(lambda self: self.listing(MOVES))
    @rule(data=st.data(), destination=st.sampled_from(DNS))
    def move_a_call(self, data: st.DataObject, destination: str) -> None:
        self.press(data, destination, MOVES)

    @precondition(lambda self: self.listing(COUPLINGS))
    @rule(data=st.data())
    def couple_two_calls(self, data: st.DataObject) -> None:
        self.press(data, "", COUPLINGS)

    @precondition(lambda self: self.listing(OTHERS))
    @rule(data=st.data())
    def press_anything_else(self, data: st.DataObject) -> None:
        self.press(data, "", OTHERS)

    def listing(self, names: set[str]) -> list[Leg]:
        """The legs that list any of these."""
        return [leg for leg in self.all_legs() if not names.isdisjoint(leg.capabilities)]

    def press(self, data: st.DataObject, destination: str, names: set[str]) -> None:
        legs = self.listing(names)
        listed = sorted({name for leg in legs for name in leg.capabilities if name in names})
        name = data.draw(st.sampled_from(listed))
        leg = data.draw(st.sampled_from([leg for leg in legs if name in leg.capabilities]))
        kind = OPERATIONS[name]
        accepted = self.attempt(self.asked(kind, leg, destination))
        if "destination" not in kind.__struct_fields__:
            assert accepted or kind.__name__ in OF_TWO_CALLS
        elif destination in {leg.dn, *leg.participants}:
            assert not accepted

    @precondition(lambda self: self.all_legs())
    @rule(data=st.data(), name=st.sampled_from(sorted(KINDS)), destination=st.sampled_from(DNS))
    def ask_for_anything(self, data: st.DataObject, name: str, destination: str) -> None:
        leg = data.draw(st.sampled_from(self.all_legs()))
        self.attempt(self.asked(KINDS[name], leg, destination))

    @precondition(lambda self: self.consultations())
    @rule(data=st.data())
    def give_up_a_consultation(self, data: st.DataObject) -> None:
        leg = data.draw(st.sampled_from(self.consultations()))
        self.attempt(Reconnect(dn=leg.dn, call=leg.id, reference_id=1))

    def consultations(self) -> list[Leg]:
        return [leg for leg in self.all_legs() if leg.parent]

    @rule(seconds=st.integers(1, 15))
    def wait(self, seconds: int) -> None:
        self.now += seconds
        while change := self.core.advance(self.now):
            self.deliver(change, None)
        deadline = self.core.next_deadline()
        assert deadline is None or deadline > self.now

    @invariant()
    def listed_is_accepted(self) -> None:
        """Of those whose calls the last operation has touched; nobody else's have changed."""
        free = [dn for dn in DNS if len(self.legs[dn]) < LINES]
        for leg in [leg for dn in sorted(self.concerned) for leg in self.legs[dn]]:
            others = [dn for dn in free if dn not in {leg.dn, *leg.participants}]
            for name, kind in TRIED.items():
                if others or "destination" not in kind.__struct_fields__:
                    self.is_accepted_as_listed(name, leg, (others or [""])[0])
            rejected = self.accepts(Reject(dn=leg.dn, call=leg.id))
            assert rejected is (leg.state is PartyState.RINGING)

    def is_accepted_as_listed(self, name: str, leg: Leg, destination: str) -> None:
        operation = self.asked(OPERATIONS[name], leg, destination)
        accepted = self.accepts(operation)
        if name not in leg.capabilities:
            assert not accepted, operation
        elif name in OF_TWO_CALLS:
            others = [other.id for other in self.legs[leg.dn] if other.id != leg.id]
            assert any(self.accepts(replace(operation, other_call=one)) for one in others)
        else:
            assert accepted, operation

    @invariant()
    def desktops_show_what_one_can_read(self) -> None:
        for dn, desktop in self.desktops.items():
            assert tuple(desktop.legs.values()) == self.legs[dn]

    @invariant()
    def parties_are_as_their_events_say(self) -> None:
        members = {
            conn_id: {one.dn for one in call.parties} for conn_id, call in self.calls.items()
        }
        told = {
            (conn_id, dn): state
            for dn, desktop in self.desktops.items()
            for conn_id, state in desktop.states.items()
        }
        assert told == {
            (conn_id, party.dn): party.state
            for conn_id, call in self.calls.items()
            for party in call.parties
        }
        for dn, desktop in self.desktops.items():
            for conn_id, others in desktop.others.items():
                assert others <= members[conn_id] - {dn}

    @invariant()
    def receivers_are_up_for_all_but_ringing(self) -> None:
        for dn, desktop in self.desktops.items():
            states = [leg.state for leg in self.legs[dn]]
            assert desktop.off_hook is any(state is not PartyState.RINGING for state in states)

    @invariant()
    def nobody_is_alone_but_a_caller_of_a_busy_dn(self) -> None:
        for call in self.calls.values():
            if len(call.parties) < 2:
                assert [party.state for party in call.parties] == [PartyState.BUSY]
            else:
                assert PartyState.BUSY not in {party.state for party in call.parties}
            assert len({party.dn for party in call.parties}) == len(call.parties)

    @invariant()
    def participants_are_the_others(self) -> None:
        for leg in self.all_legs():
            members = [party.dn for party in self.calls[leg.conn_id].parties]
            assert leg.dn in members
            members.remove(leg.dn)
            assert list(reversed(leg.participants)) == members

    @invariant()
    def a_device_is_active_on_one_call_at_a_time(self) -> None:
        for legs in self.legs.values():
            assert len(legs) <= LINES
            assert len([leg for leg in legs if leg.state in ACTIVE]) <= 1


Agents.TestCase.settings = settings(max_examples=200, stateful_step_count=100, deadline=None)
TestAgents = Agents.TestCase
