"""Handing calls over, in two steps or in one.

T-Library call models, "TCompleteTransfer" and "TSingleStepTransfer".
"""

from msgspec.structs import replace

from switchbell.voice.calls import is_conference, newcomer, numbers_on
from switchbell.voice.conference import changed_over, moved_observers, pair_to_complete
from switchbell.voice.consultation import Pair, can_transfer
from switchbell.voice.consulting import initiate
from switchbell.voice.draft import Detail, Draft
from switchbell.voice.errors import CannotCompleteTransfer
from switchbell.voice.events import EventName
from switchbell.voice.model import Call, CallState, Cause, Party, Role
from switchbell.voice.operations import CompleteTransfer, MuteTransfer, SingleStepTransfer
from switchbell.voice.placing import tell_arrival
from switchbell.voice.routing import require_reachable
from switchbell.voice.switch import Switch
from switchbell.voice.user_data import merged

_HANDED_OVER = Detail(state=CallState.TRANSFERRED, cause=Cause.TRANSFER)
_RINGS = Detail(state=CallState.TRANSFERRED)


def complete_transfer(switch: Switch, request: CompleteTransfer, now: float) -> Draft:
    """Both calls are released for the one who asks; the others are connected by the main call."""
    return _transfer(switch, request, now, reference_id=request.reference_id)


def mute_transfer(switch: Switch, request: MuteTransfer, now: float) -> Draft:
    """The consultation is completed before anybody could answer it."""
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    require_reachable(switch.routing.route(request.destination, numbers_on(call)))
    consulting = initiate(switch, request, now)
    consulted = replace(switch, calls=consulting.after)
    complete = CompleteTransfer(dn=request.dn, call=request.call)
    return consulting.followed_by(_transfer(consulted, complete, now, reference_id=None))


def _transfer(
    switch: Switch, request: CompleteTransfer, now: float, *, reference_id: int | None
) -> Draft:
    pair = pair_to_complete(switch, request, CannotCompleteTransfer)
    if not can_transfer(pair, switch.settings):
        raise CannotCompleteTransfer("The consultation cannot be completed now.")
    stayed = [party for party in pair.main.parties if party is not pair.main_party]
    joined = [party for party in pair.consult.parties if party is not pair.consult_party]
    connected = _connected(pair, stayed, joined)
    draft = switch.draft(now, *changed_over(switch, connected, pair, joined))
    draft.tell(
        EventName.RELEASED,
        pair.consult,
        pair.consult_party,
        _HANDED_OVER,
        reference_id=reference_id,
    )
    draft.tell(EventName.RELEASED, pair.main, pair.main_party, _HANDED_OVER)
    by = (request.dn, Role.TRANSFERRED_BY)
    previous = {party.dn: pair.consult.conn_id for party in joined}
    for party in connected.parties:
        draft.tell(
            EventName.PARTY_CHANGED,
            connected,
            party,
            Detail(
                state=CallState.TRANSFERRED,
                third=by,
                previous=previous.get(party.dn, connected.conn_id),
            ),
        )
    moved = Detail(state=CallState.TRANSFERRED, other=None, third=by, previous=pair.consult.conn_id)
    for observer in moved_observers(draft, pair):
        draft.tell(EventName.PARTY_CHANGED, connected, observer, moved)
    return draft


def _connected(pair: Pair, stayed: list[Party], joined: list[Party]) -> Call:
    """The main call without the one who hands it over. More than two are a conference."""
    observers = pair.main.observers + pair.consult.observers
    connected = replace(pair.main, parties=(*stayed, *joined), observers=observers)
    if is_conference(connected):
        parties = [replace(one, role=Role.CONFERENCE_MEMBER) for one in connected.parties]
        return replace(connected, parties=tuple(parties))
    return connected


def single_step_transfer(switch: Switch, request: SingleStepTransfer, now: float) -> Draft:
    """The one who asks leaves, and the destination rings in his place."""
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    route = switch.routing.route(request.destination, numbers_on(call))
    require_reachable(route)
    successor = switch.routing.arrival(route, newcomer(call, party), now)
    staying = [one for one in call.parties if one is not party]
    changed = replace(
        call, parties=(*staying, successor), user_data=merged(call.user_data, request.user_data)
    )
    draft = switch.draft(now, changed)
    draft.tell(
        EventName.RELEASED,
        call,
        party,
        Detail(
            state=CallState.TRANSFERRED,
            cause=Cause.SINGLE_STEP_TRANSFER,
            third=(request.destination, Role.DESTINATION),
        ),
        reference_id=request.reference_id,
    )
    tell_arrival(draft, changed, successor, _RINGS)
    for other in staying:
        moved = Detail(
            state=CallState.TRANSFERRED,
            third=(party.dn, Role.TRANSFERRED_BY),
            previous=call.conn_id,
        )
        draft.tell(EventName.PARTY_CHANGED, changed, other, moved)
    return draft
