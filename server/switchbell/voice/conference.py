"""Two calls become one: the second step of a conference.

T-Library call model, "Completing a two-step conference": the main call and its ConnID survive, the
consult call ends. A party that changes over keeps the id by which it knows its call, and its hold.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from switchbell.voice.basic import chosen
from switchbell.voice.calls import newcomer, numbers_on
from switchbell.voice.consultation import (
    Pair,
    alternatives,
    can_conference,
    consultation,
    consultation_about,
    mergeable,
)
from switchbell.voice.draft import PLAIN, Detail, Draft
from switchbell.voice.errors import CannotCompleteConference, InvalidValue, VoiceError
from switchbell.voice.events import EventName
from switchbell.voice.model import Call, CallState, Cause, Party, PartyState, Role
from switchbell.voice.operations import (
    CompleteConference,
    CompleteTransfer,
    MergeWithOtherCall,
    SingleStepConference,
)
from switchbell.voice.placing import FORWARDED, tell_arrival
from switchbell.voice.routing import require_reachable
from switchbell.voice.switch import Switch
from switchbell.voice.transitions import COMPLETION, REASONS, Obstacle
from switchbell.voice.user_data import merged

_CONFERENCED = Detail(state=CallState.CONFERENCED)
_CONSULT_OVER = Detail(state=CallState.CONFERENCED, cause=Cause.CONFERENCE)


class Merger(Struct, frozen=True, kw_only=True):
    """A pair of calls and what becomes of it: the conference, and the parties that joined it."""

    pair: Pair
    conference: Call
    owner: Party
    joined: tuple[Party, ...]


def complete_conference(switch: Switch, request: CompleteConference, now: float) -> Draft:
    pair = pair_to_complete(switch, request, CannotCompleteConference)
    if not can_conference(switch.calls, pair, switch.settings):
        raise CannotCompleteConference(REASONS[Obstacle.NOTHING_TO_COMPLETE])
    return _conference(switch, pair, request.reference_id, now)


def merge_with_other_call(switch: Switch, request: MergeWithOtherCall, now: float) -> Draft:
    switch.require_free(request, *switch.find(request))
    candidates = alternatives(switch.calls, request.dn, request.call)
    pairs = mergeable(switch.calls, request.dn, request.call, switch.settings)
    possible = {id_ for pair in pairs for id_ in (pair.main_party.id, pair.consult_party.id)}
    other = chosen(
        switch, request.dn, request.other_call, [one for one in candidates if one[1].id in possible]
    )[1]
    for pair in pairs:
        if other.id in {pair.main_party.id, pair.consult_party.id}:
            return _conference(switch, pair, request.reference_id, now)
    raise InvalidValue("The two calls cannot be merged.")


def pair_to_complete(
    switch: Switch, request: CompleteConference | CompleteTransfer, refusal: type[VoiceError]
) -> Pair:
    """Return the main and consult call that are meant. Raises UnknownCall, and ``refusal`` where
    there are none."""
    switch.find(request)
    if request.consult_call is not None:
        switch.calls.find(request.dn, request.consult_call)
    pair = consultation(switch.calls, request.dn, request.call)
    if pair is None:
        raise refusal(REASONS[Obstacle.NOTHING_TO_COMPLETE])
    if request.consult_call not in {None, pair.consult_party.id}:
        raise refusal("The two calls are not a main call and its consultation.")
    return pair


def _conference(switch: Switch, pair: Pair, reference_id: int | None, now: float) -> Draft:
    merger = _merge(pair)
    draft = switch.draft(now, *changed_over(switch, merger.conference, pair, merger.joined))
    tell_merger(draft, merger, reference_id)
    return draft


def _merge(pair: Pair) -> Merger:
    """Return the conference that a pair becomes."""
    asks = pair.main_party
    owner = replace(
        asks,
        state=COMPLETION[pair.states],
        role=Role.CONFERENCE_MEMBER,
        queued=asks.queued or pair.consult_party.queued,
    )
    members = [
        owner if party is asks else replace(party, role=Role.CONFERENCE_MEMBER)
        for party in pair.main.parties
    ]
    joined = tuple(
        [
            replace(party, role=Role.CONFERENCE_MEMBER)
            for party in pair.consult.parties
            if party is not pair.consult_party
        ]
    )
    conference = replace(
        pair.main,
        parties=(*members, *joined),
        observers=pair.main.observers + pair.consult.observers,
    )
    return Merger(pair=pair, conference=conference, owner=owner, joined=joined)


def changed_over(switch: Switch, survivor: Call, pair: Pair, joined: Sequence[Party]) -> list[Call]:
    """Return the new values of all calls that are touched when one call takes in another.

    A party that changes over may itself be consulting about the call that ends; it consults about
    the survivor from then on.
    """
    changed = [survivor, replace(pair.consult, parties=())]
    for party in joined:
        own = consultation_about(switch.calls, party.dn, party.id)
        if own is not None:
            changed.append(replace(own[0], main=survivor.conn_id))
    return changed


def single_step_conference(switch: Switch, request: SingleStepConference, now: float) -> Draft:
    """The destination rings, and is a member from then on."""
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    route = switch.routing.route(request.destination, numbers_on(call))
    require_reachable(route)
    template = newcomer(call, party)
    new = switch.routing.arrival(route, template, now, role=Role.CONFERENCE_MEMBER)
    members = [replace(one, role=Role.CONFERENCE_MEMBER) for one in call.parties]
    changed = replace(
        call, parties=(*members, new), user_data=merged(call.user_data, request.user_data)
    )
    draft = switch.draft(now, changed)
    tell_arrival(draft, changed, new, FORWARDED if route.forwarded else PLAIN)
    added = Detail(
        state=CallState.CONFERENCED,
        other=(new.dn, Role.NEW_PARTY),
        third=(party.dn, Role.ADDED_BY),
    )
    for member in sorted(members, key=lambda one: one.dn != party.dn):
        answering = request.reference_id if member.dn == party.dn else None
        draft.tell(EventName.PARTY_ADDED, changed, member, added, reference_id=answering)
    return draft


def tell_merger(draft: Draft, merger: Merger, reference_id: int | None) -> None:
    """Tell everybody on both calls, in the order of the call model."""
    pair, conference, owner = merger.pair, merger.conference, merger.owner
    draft.tell(
        EventName.RELEASED,
        pair.consult,
        pair.consult_party,
        _CONSULT_OVER,
        reference_id=reference_id,
    )
    if pair.main_party.state is PartyState.HELD:
        # Still between the two of before, and with the role of then.
        draft.tell(EventName.RETRIEVED, pair.main, pair.main_party, _CONFERENCED)
    others = [party for party in conference.parties if party is not owner]
    stayed = [party for party in others if party not in merger.joined]
    for new in merger.joined:
        added = Detail(
            state=CallState.CONFERENCED,
            other=(new.dn, Role.NEW_PARTY),
            third=(owner.dn, Role.ADDED_BY),
        )
        for party in (owner, *stayed):
            draft.tell(EventName.PARTY_ADDED, conference, party, added)
    moved = Detail(
        state=CallState.CONFERENCED,
        other=None,
        third=(owner.dn, Role.CONFERENCED_BY),
        previous=pair.consult.conn_id,
    )
    for new in (*merger.joined, *moved_observers(draft, pair)):
        draft.tell(EventName.PARTY_CHANGED, conference, new, moved)


def moved_observers(draft: Draft, pair: Pair) -> Iterator[Party]:
    """Give those who observed the consultation, and go on with the call that it has become."""
    for observer in pair.consult.observers:
        if observer.id in draft.after.at(observer.dn):
            yield observer
