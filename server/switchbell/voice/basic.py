"""Making, answering, holding and retrieving calls.

T-Library call models, "Basic call" and "Hold and retrieve".
"""

from msgspec.structs import replace

from switchbell.voice.calls import party_at, with_parties
from switchbell.voice.consultation import alternatives, obstacles_to_dialling
from switchbell.voice.draft import Draft
from switchbell.voice.errors import InvalidValue
from switchbell.voice.events import EventName
from switchbell.voice.model import ESTABLISHED, FAR_END, HELD, Call, Party
from switchbell.voice.operations import Answer, CallOperation, Dial, Hold, Retrieve, SwapCalls
from switchbell.voice.placing import place, tell_dialing
from switchbell.voice.switch import Switch
from switchbell.voice.transitions import ALTERNATION, ANSWERED, TRANSITIONS, require_free

# Looked up once, as those of a party are (see model.DEVICE).
_ESTABLISHED = EventName.ESTABLISHED


def dial(switch: Switch, request: Dial, now: float) -> Draft:
    """A far end can dial without regard to its other calls: it is not one telephone."""
    if switch.numbers.device(request.dn) is not None:
        require_free(Dial, obstacles_to_dialling(switch.calls, request.dn, switch.settings))
    route = switch.routing.route(request.destination, (request.dn,))
    call = place(switch, request, route, now)
    draft = switch.draft(now, call)
    tell_dialing(draft, call, route, request.reference_id)
    return draft


def answer(switch: Switch, request: Answer, now: float) -> Draft:
    call, party = switch.find(request)
    answered = replace(
        party,
        state=switch.next_state(request, call, party),
        timer=switch.routing.after_answer(party, now),
    )
    parties = [answered if one is party else _with_answer(one) for one in call.parties]
    changed = replace(call, parties=tuple(parties))
    talk = [] if party.kind is FAR_END else _held_for(switch, request)
    draft = switch.draft(now, *talk, changed)
    for held in talk:
        draft.tell(EventName.HELD, held, party_at(held, request.dn))
    draft.tell(_ESTABLISHED, changed, answered, reference_id=request.reference_id)
    for before, other in zip(call.parties, parties, strict=True):
        if other is not answered and other is not before:
            draft.tell(_ESTABLISHED, changed, other)
    return draft


def _with_answer(party: Party) -> Party:
    """Return what becomes of another party: for the caller the waiting is over."""
    state = ANSWERED.get(party.state)
    return party if state is None else replace(party, state=state)


def _held_for(switch: Switch, request: Answer) -> list[Call]:
    """Return the call that a DN talks on as it shall be, on hold, while it answers another."""
    return [
        with_parties(call, replace(party, state=TRANSITIONS[party.state][Hold]))
        for call, party in switch.calls.of(request.dn)
        if party.state is ESTABLISHED
    ]


def hold(switch: Switch, request: Hold, now: float) -> Draft:
    return _turn(switch, request, now, EventName.HELD)


def retrieve(switch: Switch, request: Retrieve, now: float) -> Draft:
    return _turn(switch, request, now, EventName.RETRIEVED)


def _turn(switch: Switch, request: CallOperation, now: float, event: EventName) -> Draft:
    call, party = switch.find(request)
    turned = replace(party, state=switch.next_state(request, call, party))
    changed = with_parties(call, turned)
    draft = switch.draft(now, changed)
    draft.tell(event, changed, turned, reference_id=request.reference_id)
    return draft


def swap(switch: Switch, request: SwapCalls, now: float) -> Draft:
    """The call that is talked on is held first, then the other is retrieved."""
    named = switch.find(request)
    switch.require_free(request, *named)
    candidates = alternatives(switch.calls, request.dn, request.call)
    pair = [named, chosen(switch, request.dn, request.other_call, candidates)]
    pair.sort(key=lambda one: one[1].state is HELD)
    turned = [(call, replace(party, state=ALTERNATION[party.state])) for call, party in pair]
    changed = [with_parties(call, party) for call, party in turned]
    draft = switch.draft(now, *changed)
    events = (EventName.HELD, EventName.RETRIEVED)
    references = (request.reference_id, None)
    for event, call, (_, party), reference_id in zip(
        events, changed, turned, references, strict=True
    ):
        draft.tell(event, call, party, reference_id=reference_id)
    return draft


def chosen(
    switch: Switch, dn: str, other_call: str | None, candidates: list[tuple[Call, Party]]
) -> tuple[Call, Party]:
    """Return the call that is meant by ``other_call``; where nothing is said, the only one there
    is. Raises UnknownCall, and InvalidValue for one that cannot be meant."""
    if other_call is not None:
        switch.calls.find(dn, other_call)
        candidates = [one for one in candidates if one[1].id == other_call]
    if len(candidates) != 1:
        raise InvalidValue("The other call has to be named, and one talked on, the other held.")
    return candidates[0]
