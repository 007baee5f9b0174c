"""How the calls at one DN stand to each other: which consults about which, and what is in the way.

A consult call and its main call are linked by ids as the DN knows them (``Party.parent``), for
these stay the same when a call merges into another; a ConnID may not.
"""

from msgspec import Struct

from switchbell.voice.calls import THERE, TWO, Calls, everybody, goes_on, is_there
from switchbell.voice.model import (
    DIALING,
    ESTABLISHED,
    FAR_END,
    HELD,
    OBSERVING,
    RINGING,
    Call,
    MonitoringType,
    Monitors,
    Party,
    PartyState,
    Recording,
    Settings,
)
from switchbell.voice.transitions import (
    ALTERNATION,
    COMPLETION,
    RECONNECTION,
    TRANSFER_COMPLETION,
    Obstacle,
)

# Obstacles are added up as numbers: adding up flags would take longer than all the rest.

# What a DN's party in one call means for its other calls.
_ELSEWHERE: dict[PartyState, int] = {
    DIALING: int(Obstacle.DIALING),
    ESTABLISHED: int(Obstacle.TALKING),
    OBSERVING: int(Obstacle.OBSERVING),
}
_NO_LINE = int(Obstacle.NO_LINE)
_CONSULTING = int(Obstacle.CONSULTING)
_FULL = int(Obstacle.FULL)
_NOBODY_THERE = int(Obstacle.NOBODY_THERE)
_NO_CONFERENCE = int(Obstacle.NO_CONFERENCE)
_NO_MUTE = int(Obstacle.NO_MUTE)
_NO_CLEARING = int(Obstacle.NO_CLEARING)
_NOT_MONITORING = int(Obstacle.NOT_MONITORING)
_NEEDED = int(Obstacle.NEEDED)

_NO_RECORDER = int(Obstacle.NO_RECORDER)
_RECORDING: dict[Recording, int] = {
    Recording.STOPPED: int(Obstacle.NOT_RECORDED | Obstacle.NOT_PAUSED),
    Recording.RECORDING: int(Obstacle.RECORDED | Obstacle.NOT_PAUSED),
    Recording.PAUSED: int(Obstacle.RECORDED | Obstacle.PAUSED),
}
_MUTED: dict[bool, int] = {True: int(Obstacle.MUTED), False: int(Obstacle.NOT_MUTED)}
_MONITORING: dict[MonitoringType, int] = {
    MonitoringType.LISTEN_IN: int(Obstacle.LISTENING),
    MonitoringType.COACH: int(Obstacle.COACHING),
    MonitoringType.BARGE_IN: 0,
}
_MONITORED: dict[bool, int] = {
    True: int(Obstacle.MONITORED_MUTED),
    False: int(Obstacle.MONITORED_NOT_MUTED),
}

_OF_TWO_CALLS = int(
    Obstacle.NOTHING_TO_COMPLETE
    | Obstacle.NOTHING_TO_TRANSFER
    | Obstacle.NOTHING_TO_RECONNECT
    | Obstacle.NOTHING_TO_SWAP
    | Obstacle.NOTHING_TO_MERGE
)


class Pair(Struct, frozen=True, kw_only=True):
    """Two calls of one DN. The main call is that which survives if they become one."""

    main: Call
    main_party: Party
    consult: Call
    consult_party: Party

    @property
    def states(self) -> tuple[PartyState, PartyState]:
        return self.main_party.state, self.consult_party.state


def consultation_about(calls: Calls, dn: str, call_id: str) -> tuple[Call, Party] | None:
    """Return the consult call that ``dn`` makes about its call ``call_id``, and its part in it."""
    for call, party in calls.of(dn):
        if party.parent == call_id:
            return call, party
    return None


def consultation(calls: Calls, dn: str, call_id: str) -> Pair | None:
    """Return the main and consult call of which ``call_id`` is one.

    A consult call about which the DN consults in its turn counts as the main call of the second
    pair: the inner consultation is to be finished first.
    """
    if len(calls.at(dn)) == 1:
        return None
    named = calls.find(dn, call_id)
    inner = consultation_about(calls, dn, call_id)
    if inner is not None:
        return _pair(calls, dn, named, inner)
    parent = named[1].parent
    if parent is None or parent not in calls.at(dn):
        return None
    return _pair(calls, dn, calls.find(dn, parent), named)


def _pair(
    calls: Calls, dn: str, main: tuple[Call, Party], consult: tuple[Call, Party]
) -> Pair | None:
    if consultation_about(calls, dn, consult[1].id) is not None:
        return None
    return Pair(main=main[0], main_party=main[1], consult=consult[0], consult_party=consult[1])


def can_conference(calls: Calls, pair: Pair, settings: Settings) -> bool:
    """Whether two calls can become a conference now."""
    size = len(pair.main.parties) + len(pair.consult.parties) - 1
    if COMPLETION.get(pair.states) is None or size > settings.conference_size:
        return False
    return not _share_a_member(pair) and not _has_a_third(calls, pair)


def can_transfer(pair: Pair, settings: Settings) -> bool:
    """Whether the others on two calls can be connected now."""
    if TRANSFER_COMPLETION.get(pair.states) is None or _share_a_member(pair):
        return False
    others = [
        party
        for call, own in ((pair.main, pair.main_party), (pair.consult, pair.consult_party))
        for party in call.parties
        if party is not own
    ]
    return len(others) <= settings.conference_size and any(map(is_there, others))


def can_reconnect(calls: Calls, pair: Pair) -> bool:
    """Whether the consultation can be given up for the call that it is about."""
    return pair.states in RECONNECTION and not _has_a_third(calls, pair)


def alternatives(calls: Calls, dn: str, call_id: str) -> list[tuple[Call, Party]]:
    """Return the calls with which this one can be swapped: one is talked on, the other on hold."""
    state = calls.find(dn, call_id)[1].state
    wanted = ALTERNATION.get(state)
    if wanted is None:
        return []
    own = list(calls.of(dn))
    if any(party.state is DIALING for _, party in own):
        return []
    return [(call, party) for call, party in own if party.id != call_id and party.state is wanted]


def mergeable(calls: Calls, dn: str, call_id: str, settings: Settings) -> list[Pair]:
    """Return the pairs of calls, this one and another, that could become a conference."""
    named = calls.find(dn, call_id)
    pairs = [_merging(calls, named, other) for other in alternatives(calls, dn, call_id)]
    return [pair for pair in pairs if pair and can_conference(calls, pair, settings)]


def _merging(calls: Calls, one: tuple[Call, Party], other: tuple[Call, Party]) -> Pair | None:
    """A main call survives its consultation; of two that have nothing to do with each other that
    survives which is on hold."""
    dn = one[1].dn
    for main, consult in ((one, other), (other, one)):
        if consult[1].parent == main[1].id:
            return _pair(calls, dn, main, consult)
    held, talk = (one, other) if one[1].state is HELD else (other, one)
    return _pair(calls, dn, held, talk)


def _has_a_third(calls: Calls, pair: Pair) -> bool:
    """Whether the DN talks or dials on a third call. It may, with both on hold or the one busy."""
    own = {pair.main_party.id, pair.consult_party.id}
    return any(
        party.id not in own and party.state in _ELSEWHERE
        for _, party in calls.of(pair.main_party.dn)
    )


def _share_a_member(pair: Pair) -> bool:
    members = {party.dn for party in everybody(pair.main) if party is not pair.main_party}
    return any(party.dn in members for party in everybody(pair.consult))


def obstacles_to_dialling(calls: Calls, dn: str, settings: Settings) -> int:
    """Return what stands in the way of a new call of ``dn``, as Obstacles."""
    found = _NO_LINE if len(calls.at(dn)) >= settings.lines else 0
    for _, party in calls.of(dn):
        found |= _ELSEWHERE.get(party.state, 0)
    return found


def obstacles(calls: Calls, call: Call, own: Party, settings: Settings) -> int:
    """Return what stands in the way of operations on a call by one of its parties, as Obstacles."""
    found = _of_call(call, own, settings)
    # The calls of one number outside have nothing to do with each other.
    lines = 1 if own.kind is FAR_END else len(calls.at(own.dn))
    if lines >= settings.lines:
        found |= _NO_LINE
    if lines == 1:
        return found
    for _, party in calls.of(own.dn):
        if party is not own:
            found |= _ELSEWHERE.get(party.state, 0)
            if party.parent == own.id:
                found |= _CONSULTING
    return found & ~_possible(calls, own.dn, own.id, settings)


def _of_call(call: Call, own: Party, settings: Settings) -> int:
    """What there is in the way that does not depend on other calls."""
    found = _OF_TWO_CALLS | _MUTED[own.muted]
    found |= _RECORDING[call.recording] if settings.recording else _NO_RECORDER
    size = len(call.parties)
    if size <= TWO:
        found |= _NO_CONFERENCE if settings.mute_two_parties else _NO_CONFERENCE | _NO_MUTE
    if size >= settings.conference_size:
        found |= _FULL
    if own.state is not RINGING and not settings.clear_talking:
        found |= _NO_CLEARING
    for party in call.parties:
        if party.state in THERE and party is not own:
            break
    else:
        found |= _NOBODY_THERE
    if own.monitors is None:
        return found | _NOT_MONITORING
    return found | _of_supervisor(call, own, own.monitors)


def _of_supervisor(call: Call, own: Party, monitors: Monitors) -> int:
    """What there is in the way of one who hears the call because of another, who may be gone."""
    others = [party for party in call.parties if party is not own]
    for party in others:
        if party.dn == monitors.dn and is_there(party):
            found = _MONITORING[monitors.type] | _MONITORED[party.muted_by_supervisor]
            return found if goes_on(others) else found | _NEEDED
    return _NOT_MONITORING


def _possible(calls: Calls, dn: str, call_id: str, settings: Settings) -> int:
    """What is possible with two calls, and so is no obstacle."""
    clear = Obstacle(0)
    pair = consultation(calls, dn, call_id)
    if pair is not None:
        if can_conference(calls, pair, settings):
            clear |= Obstacle.NOTHING_TO_COMPLETE
        if can_transfer(pair, settings):
            clear |= Obstacle.NOTHING_TO_TRANSFER
        if can_reconnect(calls, pair):
            clear |= Obstacle.NOTHING_TO_RECONNECT
    if alternatives(calls, dn, call_id):
        clear |= Obstacle.NOTHING_TO_SWAP
        if mergeable(calls, dn, call_id, settings):
            clear |= Obstacle.NOTHING_TO_MERGE
    return int(clear)
