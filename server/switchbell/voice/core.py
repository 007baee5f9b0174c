"""The voice core: operations go in, changes come out."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from msgspec.structs import replace

from switchbell.voice.calls import Calls, is_conference, party_at, with_parties
from switchbell.voice.conference import changed_by, merge, pair_to_complete, tell_merger
from switchbell.voice.consultation import obstacles
from switchbell.voice.draft import PLAIN, Detail, Draft
from switchbell.voice.errors import InvalidDestination, UnknownParticipant
from switchbell.voice.events import Change, EventName
from switchbell.voice.legs import leg_of
from switchbell.voice.model import (
    Call,
    CallState,
    Cause,
    Device,
    Leg,
    Party,
    PartyState,
    Role,
)
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import (
    Answer,
    CallOperation,
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
from switchbell.voice.placing import as_consultation, new_call, tell_dialing
from switchbell.voice.transitions import ANSWERED, TRANSITIONS, next_state, require_free

# The caller's copy of a rejection: T-Library allows EventDestinationBusy as well.
_REJECTED = Detail(cause=Cause.REJECT)


def _farewell(party: Party) -> EventName:
    """EventAbandoned is for a party that has heard the ringing only."""
    return EventName.ABANDONED if party.state is PartyState.RINGING else EventName.RELEASED


class VoiceCore:
    """The calls of one contact centre, and the rules by which they change.

    One writer calls it, one operation after another. It knows no clock: ``now`` is in seconds
    since 1970. A device has ``lines`` calls at most, ringing and held ones included.
    """

    def __init__(self, devices: Iterable[Device], *, numbering: Numbering, lines: int = 4) -> None:
        self._devices = {device.dn: device for device in devices}
        self._numbering = numbering
        self._lines = lines
        self._calls = Calls(self._devices)

    @property
    def calls(self) -> Mapping[str, Call]:
        """The live calls by ConnID, to look at."""
        return self._calls.by_conn_id

    def leg(self, dn: str, call_id: str) -> Leg:
        """Return what a DN sees of its call. Raises UnknownDevice and UnknownCall."""
        return leg_of(self._calls, dn, call_id, lines=self._lines)

    def legs(self, dn: str) -> tuple[Leg, ...]:
        """Return what a DN sees of its calls, oldest first. Raises UnknownDevice."""
        return tuple([self.leg(dn, call_id) for call_id in self._calls.at(dn)])

    def execute(self, operation: Operation, now: float) -> Change:
        """Carry out an operation and return all that it did.

        Raises a VoiceError if it is refused; then nothing has changed.
        """
        draft = self._OPERATIONS[type(operation)](self, operation, now)
        change = draft.change()
        self._calls.adopt(draft.after)
        return change

    # Call model, "Basic call"

    def _dial(self, dial: Dial, now: float) -> Draft:
        require_free(Dial, obstacles(self._calls, dial.dn, None, lines=self._lines))
        self._require_destination(dial.destination, (dial.dn,))
        call = self._new_call(dial, now)
        draft = self._draft(now, call)
        tell_dialing(draft, call, dial.reference_id)
        return draft

    def _answer(self, answer: Answer, now: float) -> Draft:
        call, party = self._calls.find(answer.dn, answer.call)
        answered = replace(party, state=self._next_state(answer, party))
        others = [
            replace(other, state=ANSWERED.get(other.state, other.state))
            for other in call.parties
            if other.dn != answer.dn
        ]
        changed = with_parties(call, answered, *others)
        talk = self._held_for(answer)
        draft = self._draft(now, *talk, changed)
        for held in talk:
            draft.tell(EventName.HELD, held, party_at(held, answer.dn))
        draft.tell(EventName.ESTABLISHED, changed, answered, reference_id=answer.reference_id)
        for other in others:
            if party_at(call, other.dn).state is not other.state:
                draft.tell(EventName.ESTABLISHED, changed, other)
        return draft

    def _held_for(self, answer: Answer) -> list[Call]:
        """Return the call that a DN talks on as it shall be, on hold, while it answers another."""
        return [
            with_parties(call, replace(party, state=TRANSITIONS[party.state][Hold]))
            for call, party in self._calls.of(answer.dn)
            if party.state is PartyState.ESTABLISHED
        ]

    # Call model, "Release", "Release from conference" and "Delete from conference"

    def _hangup(self, hangup: Hangup, now: float) -> Draft:
        return self._leave(hangup, now, PLAIN)

    def _reject(self, reject: Reject, now: float) -> Draft:
        return self._leave(reject, now, _REJECTED)

    def _leave(self, operation: CallOperation, now: float, for_others: Detail) -> Draft:
        call, party = self._calls.find(operation.dn, operation.call)
        self._next_state(operation, party)
        if is_conference(call):
            return self._shrink(call, party, party, now, operation.reference_id)
        draft = self._draft(now, replace(call, parties=()))  # nobody is left alone on a call
        draft.tell(EventName.RELEASED, call, party, reference_id=operation.reference_id)
        for other in call.parties:
            if other is not party:
                draft.tell(_farewell(other), call, other, for_others)
        return draft

    def _remove(self, remove: RemoveParticipantFromConference, now: float) -> Draft:
        call, party = self._calls.find(remove.dn, remove.call)
        self._next_state(remove, party)
        for leaver in call.parties:
            if leaver.dn == remove.participant:
                return self._shrink(call, leaver, party, now, remove.reference_id)
        raise UnknownParticipant("The participant is not on the call.")

    def _shrink(
        self, call: Call, leaver: Party, by: Party, now: float, reference_id: int | None
    ) -> Draft:
        """Take a party off a conference: ``by`` another or, if it is the same, by itself."""
        smaller = replace(call, parties=tuple([one for one in call.parties if one is not leaver]))
        deleted = Detail(
            state=CallState.CONFERENCED if is_conference(smaller) else CallState.OK,
            other=(leaver.dn, Role.DELETED_PARTY),
            third=(by.dn, Role.DELETED_BY),
        )
        draft = self._draft(now, smaller)
        # The requester hears first, then the leaver, then the rest.
        for party in sorted(call.parties, key=lambda one: (one is not by, one is not leaver)):
            answering = reference_id if party is by else None
            if party is leaver:
                draft.tell(EventName.RELEASED, call, party, reference_id=answering)
            else:
                draft.tell(EventName.PARTY_DELETED, smaller, party, deleted, reference_id=answering)
        return draft

    # Call model, "Hold and retrieve"

    def _hold(self, hold: Hold, now: float) -> Draft:
        return self._turn(hold, now, EventName.HELD)

    def _retrieve(self, retrieve: Retrieve, now: float) -> Draft:
        return self._turn(retrieve, now, EventName.RETRIEVED)

    def _turn(self, operation: CallOperation, now: float, event: EventName) -> Draft:
        call, party = self._calls.find(operation.dn, operation.call)
        turned = replace(party, state=self._next_state(operation, party))
        changed = with_parties(call, turned)
        draft = self._draft(now, changed)
        draft.tell(event, changed, turned, reference_id=operation.reference_id)
        return draft

    # Call model, "Consultation"

    def _initiate_conference(self, initiate: InitiateConference, now: float) -> Draft:
        main, party = self._calls.find(initiate.dn, initiate.call)
        held = replace(party, state=self._next_state(initiate, party))
        self._require_destination(initiate.destination, [member.dn for member in main.parties])
        changed = with_parties(main, held)
        consult = as_consultation(self._new_call(initiate, now), main, party)
        draft = self._draft(now, changed, consult)
        if party.state is not held.state:
            draft.tell(EventName.HELD, changed, held)
        tell_dialing(draft, consult, initiate.reference_id)
        return draft

    def _complete_conference(self, complete: CompleteConference, now: float) -> Draft:
        merger = merge(pair_to_complete(self._calls, complete))
        draft = self._draft(now, *changed_by(merger, self._calls))
        tell_merger(draft, merger, complete.reference_id)
        return draft

    # What the operations share

    def _draft(self, now: float, *changed: Call) -> Draft:
        return Draft(self._calls, changed, now=now, lines=self._lines)

    def _next_state(self, operation: CallOperation, party: Party) -> PartyState:
        in_the_way = obstacles(self._calls, party.dn, party.id, lines=self._lines)
        return next_state(type(operation), party.state, in_the_way)

    def _require_destination(self, destination: str, taken: Iterable[str]) -> None:
        if destination not in self._devices or destination in taken:
            raise InvalidDestination("The destination is not a number that can be called here.")

    def _new_call(self, request: Dial | InitiateConference, now: float) -> Call:
        busy = len(self._calls.at(request.destination)) >= self._lines
        return new_call(request, self._numbering.take(), now, busy=busy)

    _OPERATIONS: ClassVar[Mapping[type[Operation], Callable[["VoiceCore", Any, float], Draft]]] = (
        MappingProxyType(
            {
                Dial: _dial,
                Answer: _answer,
                Hangup: _hangup,
                Reject: _reject,
                Hold: _hold,
                Retrieve: _retrieve,
                InitiateConference: _initiate_conference,
                CompleteConference: _complete_conference,
                RemoveParticipantFromConference: _remove,
            }
        )
    )
