"""How the calls at one DN stand to each other: which consults about which, and what is in the way.

A consult call and its main call are linked by ids as the DN knows them (``Party.parent``), for
these stay the same when a call merges into another; a ConnID may not.
"""

from msgspec import Struct

from switchbell.voice.calls import Calls, is_conference
from switchbell.voice.model import Call, Party, PartyState
from switchbell.voice.transitions import COMPLETION, Obstacle

_CLEAR = Obstacle(0)

# What a DN's party in one call means for its other calls.
_ELSEWHERE = {
    PartyState.DIALING: Obstacle.DIALING,
    PartyState.ESTABLISHED: Obstacle.TALKING,
}


class Completion(Struct, frozen=True, kw_only=True):
    """A main call and its consultation by one DN that can become one call.

    ``state`` is what the DN's party will be in, in the main call.
    """

    main: Call
    main_party: Party
    consult: Call
    consult_party: Party
    state: PartyState


def consultation_about(calls: Calls, dn: str, call_id: str) -> tuple[Call, Party] | None:
    """Return the consult call that ``dn`` makes about its call ``call_id``, and its part in it."""
    for call, party in calls.of(dn):
        if party.parent == call_id:
            return call, party
    return None


def completion(calls: Calls, dn: str, call_id: str) -> Completion | None:
    """Return the pair that ``call_id`` belongs to, if its two calls can become one now.

    ``call_id`` may be either of the two. A consult call about which the DN consults in its turn
    counts as the main call of the second pair: the inner consultation is to be finished first.
    """
    if len(calls.at(dn)) == 1:
        return None
    named = calls.find(dn, call_id)
    inner = consultation_about(calls, dn, call_id)
    if inner is not None:
        return _completion(calls, dn, named, inner)
    parent = named[1].parent
    if parent is None or parent not in calls.at(dn):
        return None
    return _completion(calls, dn, calls.find(dn, parent), named)


def _completion(
    calls: Calls, dn: str, main: tuple[Call, Party], consult: tuple[Call, Party]
) -> Completion | None:
    (main_call, main_party), (consult_call, consult_party) = main, consult
    state = COMPLETION.get((main_party.state, consult_party.state))
    if state is None or consultation_about(calls, dn, consult_party.id) is not None:
        return None
    members = {party.dn for party in main_call.parties}
    if any(party.dn in members for party in consult_call.parties if party.dn != dn):
        return None
    for _, party in calls.of(dn):
        # With both on hold the DN may be busy with a third call.
        if party.id not in {main_party.id, consult_party.id} and party.state in _ELSEWHERE:
            return None
    return Completion(
        main=main_call,
        main_party=main_party,
        consult=consult_call,
        consult_party=consult_party,
        state=state,
    )


def obstacles(calls: Calls, dn: str, call_id: str | None, *, lines: int) -> Obstacle:
    """Return what stands in the way of operations on a call of ``dn``; None: on a new one."""
    own = calls.at(dn)
    found = Obstacle.NOTHING_TO_COMPLETE
    if call_id is not None and not is_conference(calls.find(dn, call_id)[0]):
        found |= Obstacle.NO_CONFERENCE
    if len(own) >= lines:
        found |= Obstacle.NO_LINE
    if own.keys() <= {call_id}:
        return found
    for _, party in calls.of(dn):
        if party.id != call_id:
            found |= _ELSEWHERE.get(party.state, _CLEAR)
            if call_id is not None and party.parent == call_id:
                found |= Obstacle.CONSULTING
    if call_id is not None and completion(calls, dn, call_id) is not None:
        found &= ~Obstacle.NOTHING_TO_COMPLETE
    return found
