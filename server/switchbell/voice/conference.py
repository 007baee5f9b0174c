"""Two calls become one: the second step of a conference.

T-Library call model, "Completing a two-step conference": the main call and its ConnID survive, the
consult call ends. A party that changes over keeps the id by which it knows its call, and its hold.
"""

from msgspec import Struct
from msgspec.structs import replace

from switchbell.voice.calls import Calls
from switchbell.voice.consultation import Completion, completion, consultation_about
from switchbell.voice.draft import Detail, Draft
from switchbell.voice.errors import CannotCompleteConference
from switchbell.voice.events import EventName
from switchbell.voice.model import Call, CallState, Cause, Party, PartyState, Role
from switchbell.voice.operations import CompleteConference
from switchbell.voice.transitions import REASONS, Obstacle

_CONFERENCED = Detail(state=CallState.CONFERENCED)
_CONSULT_OVER = Detail(state=CallState.CONFERENCED, cause=Cause.CONFERENCE)


class Merger(Struct, frozen=True, kw_only=True):
    """A pair of calls and what becomes of it: the conference, and the parties that joined it."""

    pair: Completion
    conference: Call
    owner: Party
    joined: tuple[Party, ...]


def pair_to_complete(calls: Calls, complete: CompleteConference) -> Completion:
    """Return the pair of calls that is meant.

    Raises UnknownCall, and CannotCompleteConference where there is none that could become one.
    """
    calls.find(complete.dn, complete.call)
    if complete.consult_call is not None:
        calls.find(complete.dn, complete.consult_call)
    pair = completion(calls, complete.dn, complete.call)
    if pair is None:
        raise CannotCompleteConference(REASONS[Obstacle.NOTHING_TO_COMPLETE])
    if complete.consult_call not in {None, pair.consult_party.id}:
        raise CannotCompleteConference("The two calls are not a main call and its consultation.")
    return pair


def merge(pair: Completion) -> Merger:
    """Return the conference that a pair becomes."""
    asks = pair.main_party
    owner = replace(asks, state=pair.state, role=Role.CONFERENCE_MEMBER)
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
    conference = replace(pair.main, parties=(*members, *joined))
    return Merger(pair=pair, conference=conference, owner=owner, joined=joined)


def changed_by(merger: Merger, calls: Calls) -> list[Call]:
    """Return the new values of all calls that the merger touches.

    A party that changes over may itself be consulting about the call that ends; it consults about
    the conference from then on.
    """
    changed = [merger.conference, replace(merger.pair.consult, parties=())]
    for party in merger.joined:
        own = consultation_about(calls, party.dn, party.id)
        if own is not None:
            changed.append(replace(own[0], main=merger.conference.conn_id))
    return changed


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
    for new in merger.joined:
        draft.tell(EventName.PARTY_CHANGED, conference, new, moved)
