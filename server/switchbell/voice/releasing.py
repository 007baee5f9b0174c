"""Leaving calls, and ending them.

T-Library call models, "Release", "Release from conference", "Delete from conference", and the rows
of "Other call operations" that end something.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from switchbell.voice.calls import (
    goes_on,
    is_conference,
    newcomer,
    numbers_on,
    with_parties,
    with_party_replaced,
)
from switchbell.voice.consultation import consultation
from switchbell.voice.draft import PLAIN, Detail, Draft
from switchbell.voice.errors import CannotRetrieve, UnknownParticipant
from switchbell.voice.events import EventName
from switchbell.voice.model import OBSERVING, QUEUED, RINGING, Call, CallState, Cause, Party, Role
from switchbell.voice.operations import (
    CallOperation,
    ClearCall,
    Hangup,
    Reconnect,
    Redirect,
    Reject,
    RemoveParticipantFromConference,
)
from switchbell.voice.placing import tell_arrival, tell_replacement
from switchbell.voice.queueing import comes_from_queue, pass_over, return_to_queue
from switchbell.voice.routing import require_reachable
from switchbell.voice.supervising import observed_no_longer
from switchbell.voice.switch import Switch
from switchbell.voice.transitions import REASONS, RECONNECTION, Obstacle

# Looked up once, as those of a party are (see model.DEVICE).
_RELEASED = EventName.RELEASED

# The caller's copy of a rejection: T-Library allows EventDestinationBusy as well.
_REJECTED = Detail(cause=Cause.REJECT)
_NOT_ANSWERED = Detail(state=CallState.NO_ANSWER, cause=Cause.NO_ANSWER)


_WAITING = frozenset({RINGING, QUEUED})


def farewell(party: Party) -> EventName:
    """EventAbandoned is for a party that has heard the ringing only, and for a queue."""
    return EventName.ABANDONED if party.state in _WAITING else _RELEASED


def hangup(switch: Switch, request: Hangup, now: float) -> Draft:
    return _leave(switch, request, now, PLAIN)


def reject(switch: Switch, request: Reject, now: float) -> Draft:
    """A call from a queue waits there again."""
    call, party = switch.find(request)
    if comes_from_queue(call, party):
        switch.next_state(request, call, party)
        return return_to_queue(
            switch, call, party, now, cause=Cause.REJECT, reference_id=request.reference_id
        )
    draft = _leave(switch, request, now, _REJECTED)
    pass_over(draft, party, Cause.REJECT)
    return draft


def _leave(switch: Switch, request: CallOperation, now: float, for_others: Detail) -> Draft:
    call, party = switch.find(request)
    before = party.state
    switch.next_state(request, call, party)
    if before is OBSERVING:
        return observed_no_longer(switch, call, party, request.reference_id, now)
    smaller = without(call, party)
    draft = switch.draft(now, smaller)
    tell_release(
        draft,
        call,
        smaller,
        party,
        by=party,
        reference_id=request.reference_id,
        for_others=for_others,
    )
    return draft


def without(call: Call, leaver: Party) -> Call:
    """Return a call that a party has left; where nobody could talk with anybody it has ended."""
    staying = tuple([party for party in call.parties if party is not leaver])
    if not goes_on(staying):
        return replace(call, parties=())
    return replace(call, parties=staying)


def tell_release(
    draft: Draft,
    call: Call,
    smaller: Call,
    leaver: Party,
    *,
    by: Party,
    reference_id: int | None,
    for_others: Detail = PLAIN,
    asked: bool = True,
) -> None:
    """Tell everybody on ``call`` that ``leaver`` is gone, or that the call has ended. The requester
    hears first, then the leaver, then the rest. One who has not ``asked`` for it hears that it was
    abandoned if it rang."""
    rest = [party for party in call.parties if party is not by and party is not leaver]
    for party in (by, *rest) if by is leaver else (by, leaver, *rest):
        answering = reference_id if party is by else None
        if party is leaver:
            name = _RELEASED if asked and leaver is by else farewell(leaver)
            draft.tell(name, call, party, reference_id=answering)
        else:
            tell_staying(
                draft,
                call,
                smaller,
                party,
                leaver=leaver,
                by=by,
                reference_id=answering,
                if_ended=for_others,
            )


def tell_staying(
    draft: Draft,
    call: Call,
    smaller: Call,
    party: Party,
    *,
    leaver: Party,
    by: Party,
    reference_id: int | None = None,
    if_ended: Detail = PLAIN,
) -> None:
    """Tell ``party`` that ``leaver`` is gone, or that the call has ended."""
    if not smaller.parties:
        draft.tell(farewell(party), call, party, if_ended, reference_id=reference_id)
        return
    deleted = Detail(
        state=CallState.CONFERENCED if is_conference(smaller) else CallState.OK,
        other=(leaver.dn, Role.DELETED_PARTY),
        third=(by.dn, Role.DELETED_BY),
    )
    draft.tell(EventName.PARTY_DELETED, smaller, party, deleted, reference_id=reference_id)


def no_answer(switch: Switch, call: Call, party: Party, now: float) -> Draft:
    """A party has rung for long enough: it is as if it had left, but did not itself. A call from a
    queue waits there again."""
    if comes_from_queue(call, party):
        return return_to_queue(switch, call, party, now, cause=Cause.NO_ANSWER)
    smaller = without(call, party)
    draft = switch.draft(now, smaller)
    tell_release(
        draft,
        call,
        smaller,
        party,
        by=party,
        reference_id=None,
        for_others=_NOT_ANSWERED,
        asked=False,
    )
    pass_over(draft, party, Cause.NO_ANSWER)
    return draft


def remove(switch: Switch, request: RemoveParticipantFromConference, now: float) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    for leaver in call.parties:
        if leaver.dn == request.participant:
            smaller = without(call, leaver)
            draft = switch.draft(now, smaller)
            tell_release(draft, call, smaller, leaver, by=party, reference_id=request.reference_id)
            return draft
    raise UnknownParticipant("The participant is not on the call.")


def clear(switch: Switch, request: ClearCall, now: float) -> Draft:
    """An agent at whom a call from a queue rings has no other way to decline it in Web Services:
    the caller is not to lose his place by that."""
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    if party.state is RINGING and comes_from_queue(call, party):
        return return_to_queue(
            switch, call, party, now, cause=Cause.REJECT, reference_id=request.reference_id
        )
    draft = switch.draft(now, replace(call, parties=()))
    tell_end(draft, call, party, request.reference_id)
    return draft


def tell_end(draft: Draft, call: Call, by: Party, reference_id: int | None) -> None:
    """Tell everybody that a call has ended, the requester first."""
    for party in _first(by, call.parties):
        asked = party is by
        name = _RELEASED if asked else farewell(party)
        draft.tell(name, call, party, reference_id=reference_id if asked else None)


def _first(by: Party, parties: Iterable[Party]) -> list[Party]:
    return sorted(parties, key=lambda party: party is not by)


def reconnect(switch: Switch, request: Reconnect, now: float) -> Draft:
    """The consultation is given up, and the call that it was about retrieved."""
    switch.require_free(request, *switch.find(request))
    pair = consultation(switch.calls, request.dn, request.call)
    if pair is None:
        raise CannotRetrieve(REASONS[Obstacle.NOTHING_TO_RECONNECT])
    retrieved = replace(pair.main_party, state=RECONNECTION[pair.states])
    main = with_parties(pair.main, retrieved)
    smaller = without(pair.consult, pair.consult_party)
    draft = switch.draft(now, smaller, main)
    own = pair.consult_party
    draft.tell(_RELEASED, pair.consult, own, reference_id=request.reference_id)
    draft.tell(EventName.RETRIEVED, main, retrieved)
    for party in pair.consult.parties:
        if party is not own:
            tell_staying(draft, pair.consult, smaller, party, leaver=own, by=own)
    return draft


def redirect(switch: Switch, request: Redirect, now: float) -> Draft:
    """A ringing party's place is taken by another, who rings. The caller hears nothing of it."""
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    route = switch.routing.route(request.destination, numbers_on(call))
    require_reachable(route)
    successor = switch.routing.arrival(route, newcomer(call, party), now)
    role = Role.CONFERENCE_MEMBER if is_conference(call) else Role.DESTINATION
    if successor.queued is None:
        # What came from a queue goes back there if it is not answered here either.
        successor = replace(successor, queued=party.queued)
    changed = with_party_replaced(call, party, successor)
    draft = switch.draft(now, changed)
    draft.tell(
        _RELEASED,
        call,
        party,
        Detail(
            state=CallState.REDIRECTED,
            cause=Cause.REDIRECT,
            third=(request.destination, role),
        ),
        reference_id=request.reference_id,
    )
    tell_arrival(draft, changed, successor, Detail(state=CallState.REDIRECTED))
    tell_replacement(draft, changed, party, successor)
    return draft
