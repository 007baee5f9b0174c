"""A contact centre for random agents: a core, and all who hear what it tells."""

from typing import Any, NamedTuple

from switchbell.voice.agents import DnState
from switchbell.voice.core import OPERATIONS as HANDLERS
from switchbell.voice.core import Snapshot, VoiceCore
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import Call, Leg, PartyKind, PartyState
from switchbell.voice.operations import CallOperation, Operation
from tests.server.voice.agents_seat import Seat, WaitingRoom
from tests.server.voice.desktop import Desktop
from tests.server.voice.telling import QUEUES, SUPERVISORS, new_core

DNS = ("A", "B", "C", *SUPERVISORS)
# X1 and X2 do nothing by themselves.
BY_HAND = ("X1", "X2")
REACHED = (*BY_HAND, "answers", "rejects", "leaves")
NOT_REACHED = ("busy", "invalid")
NUMBERS = (*DNS, *QUEUES, *REACHED, *NOT_REACHED)
NOBODY = "?"
LINES = 3
TRUNKS = 3
SIZE = 4
WRAP_UP = 4.0
RING = 20.0
# These decide nothing about what is possible afterwards.
REMARKS = {
    "SendDtmf",
    "AttachUserData",
    "UpdateUserData",
    "DeleteUserData",
    "DeleteUserDataPair",
}
ABOUT_RECEIVERS = {EventName.OFF_HOOK, EventName.ON_HOOK}
COUNTERPART = {PartyState.ESTABLISHED: PartyState.HELD, PartyState.HELD: PartyState.ESTABLISHED}


class Picture(NamedTuple):
    """All that one can read from a core."""

    snapshot: Snapshot
    states: dict[str, DnState]
    legs: dict[str, tuple[Leg, ...]]
    far_ends: tuple[Leg, ...]
    deadline: float | None

    @property
    def calls(self) -> tuple[Call, ...]:
        return self.snapshot.calls

    @property
    def all_legs(self) -> list[Leg]:
        """The legs of devices."""
        return [leg for legs in self.legs.values() for leg in legs]


def a_core() -> VoiceCore:
    return new_core(
        "".join(DNS),
        lines=LINES,
        trunks=TRUNKS,
        conference_size=SIZE,
        recording=True,
        wrap_up=WRAP_UP,
        ring_timeout=RING,
    )


def picture(core: VoiceCore) -> Picture:
    return Picture(
        snapshot=core.snapshot(),
        states={dn: core.dn_state(dn) for dn in DNS},
        legs={dn: core.legs(dn) for dn in DNS},
        far_ends=core.far_ends(),
        deadline=core.next_deadline(),
    )


def restored(snapshot: Snapshot) -> VoiceCore:
    """A core that goes on from what another knew."""
    core = a_core()
    core.restore(snapshot)
    return core


TALKING = {PartyState.ESTABLISHED, PartyState.HELD}


class World:
    """``concerned`` are the DNs whose calls the last change has touched, ``settled`` says whether
    everything has happened that was due."""

    def __init__(self) -> None:
        self.core = a_core()
        self.desktops = {dn: Desktop() for dn in DNS}
        self.seats = {dn: Seat() for dn in DNS}
        self.rooms = {dn: WaitingRoom() for dn in QUEUES}
        self.now = 0.0
        self.concerned: set[str] = set()
        self.settled = True
        self.seen = picture(self.core)

    def attempt(self, operation: Operation) -> bool:
        """Ask for something; tell whether it was done."""
        self.now += 1.0
        self.concerned = set()
        self.settled = False
        try:
            change = self.core.execute(operation, self.now)
        except VoiceError:
            assert picture(self.core) == self.seen
            return False
        self.deliver(change, operation)
        return True

    def pass_time(self, seconds: float, *, punctual: bool) -> None:
        """Let time pass; what is due happens when it is, or all at the end."""
        end = self.now + seconds
        self.concerned = set()
        while (at := self.seen.deadline) is not None and at <= end:
            self.now = max(self.now, at) if punctual else end
            change = self.core.advance(self.now)
            assert change is not None
            self.deliver(change, None)
        self.now = end
        assert self.core.advance(self.now) is None
        self.settled = True

    def restart(self) -> None:
        """Have another core go on."""
        self.core = restored(self.seen.snapshot)

    def deliver(self, change: Change, operation: Operation | None) -> None:
        """Let everybody hear of a change, which nobody may have asked for."""
        before = self.seen
        asked_at = operation is not None and operation.dn in DNS
        answers = [event.this_dn for event in change.events if event.reference_id]
        assert answers == ([operation.dn] if operation is not None and asked_at else [])
        told = {(event.this_dn, event.leg.id) for event in change.events if event.leg}
        for event in change.events:
            assert event.time == change.time == self.now
            self._tell(event)
        for leg in change.refreshed:
            assert (leg.dn, leg.id) not in told
            self.desktops[leg.dn].refresh(leg)
        for call in change.calls:
            assert self.core.calls.get(call.conn_id) == (call if call.parties else None)
        if type(operation).__name__ not in REMARKS:
            self.concerned |= {event.this_dn for event in change.events}
            self.concerned |= {party.dn for call in change.calls for party in call.parties}
        self.seen = picture(self.core)
        changed = {state.dn: state for state in change.dn_states}
        assert self.seen.states == before.states | changed
        for dn in DNS:
            self._note_calls(dn, before)

    def _note_calls(self, dn: str, before: Picture) -> None:
        had = {leg.id: leg for leg in before.legs[dn]}
        has = {leg.id: leg for leg in self.seen.legs[dn]}
        if any(had[call_id].state in TALKING for call_id in had.keys() - has.keys()):
            self.seats[dn].hang_up(self.now)
        for call_id in has.keys() - had.keys():
            assert not has[call_id].monitors or has[call_id].conn_id != self.seats[dn].left
        for call_id in had.keys() - has.keys():
            if had[call_id].monitors:
                self.seats[dn].leave(had[call_id].conn_id)

    def _tell(self, event: Event) -> None:
        if event.this_dn in self.rooms:
            if event.name is EventName.DIVERTED:
                self._goes_to_whom_it_should(event)
            self.rooms[event.this_dn].hear(event)
        elif event.conn_id is None and event.name not in ABOUT_RECEIVERS:
            self.seats[event.this_dn].hear(event)
        else:
            self.desktops[event.this_dn].hear(event)

    def _goes_to_whom_it_should(self, event: Event) -> None:
        """The call that waits longest goes to the agent who does."""
        waiting = self.waiting(event.this_dn)
        free = self.free_for(event.this_dn)
        assert waiting[event.conn_id or ""] == min(waiting.values())
        assert free[event.third_party_dn or ""] == min(free.values())

    def waiting(self, queue: str) -> dict[str, float]:
        """Since when calls wait in a queue."""
        return {
            call.conn_id: party.queued.since
            for call in self.seen.calls
            for party in call.parties
            if party.kind is PartyKind.QUEUE and party.queued and party.dn == queue
        }

    def free_for(self, queue: str) -> dict[str, float]:
        """Since when agents are free for a queue."""
        return {
            dn: seat.waits_since
            for dn, seat in self.seats.items()
            if seat.serves(queue) and not self.seen.legs[dn]
        }

    def call_of(self, leg: Leg) -> Call:
        return self.core.calls[leg.conn_id]

    def on_call_with(self, leg: Leg) -> set[str]:
        """All numbers on a call, with those who observe it."""
        call = self.call_of(leg)
        return {party.dn for party in (*call.parties, *call.observers)}

    def end_of(self, destination: str, taken: set[str]) -> str | None:
        """Return where a call to a number would arrive, if anywhere."""
        if destination in taken:
            return None
        if destination in self.seats:
            destination = self.seats[destination].forward_to or destination
        if destination in taken or destination not in {*DNS, *QUEUES, *REACHED}:
            return None
        if destination in self.seats:
            busy = len(self.seen.legs[destination]) >= LINES
            return None if busy or self.seats[destination].do_not_disturb else destination
        if destination not in QUEUES and len(self.seen.far_ends) >= TRUNKS:
            return None
        return destination

    def asked(self, kind: type[CallOperation], leg: Leg, destination: str) -> CallOperation:
        """An operation with parameters that can be used, if any can, but for the destination."""
        possible: dict[str, Any] = {
            "destination": destination,
            "participant": [*leg.participants, leg.dn][0],
            "other_call": self._other_call(leg),
            "digits": "12#",
            "key": "key",
        }
        wanted = {name: possible[name] for name in kind.__struct_fields__ if name in possible}
        if "user_data" in kind.__struct_fields__ and "destination" not in wanted:
            wanted["user_data"] = {"key": "value"}
        return kind(dn=leg.dn, call=leg.id, reference_id=1, **wanted)

    def _other_call(self, leg: Leg) -> str | None:
        """A call of the same DN that this one can be swapped with."""
        wanted = COUNTERPART.get(leg.state)
        for other in self.seen.legs.get(leg.dn, ()):
            members = {*leg.participants} & {*other.participants}
            if other.id != leg.id and other.state is wanted and not members:
                return other.id
        return None

    def accepts(self, operation: Operation) -> bool:
        """Tell whether the core would carry out an operation, and leave it undone.

        The draft of a change is all of ``execute`` but its last step; only a new call has taken a
        number.
        """
        switch, kind = self.core._switch, type(operation)
        issued = switch.numbering.issued
        try:
            if operation.dn not in DNS:
                self.core._require_far_end(operation.dn, kind)
            HANDLERS[kind](switch, operation, self.now)
        except VoiceError:
            return False
        finally:
            switch.numbering.issued = issued
        return True
