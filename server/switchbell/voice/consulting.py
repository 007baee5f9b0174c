"""Beginning a consultation: the first step of a conference or a transfer.

T-Library call models, "Consultation".
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.calls import numbers_on, with_parties
from switchbell.voice.draft import Draft
from switchbell.voice.events import EventName
from switchbell.voice.model import ConsultType, PartyState
from switchbell.voice.operations import InitiateConference, InitiateTransfer, MuteTransfer
from switchbell.voice.placing import as_consultation, place, tell_dialing
from switchbell.voice.switch import Switch

Request = InitiateConference | InitiateTransfer | MuteTransfer

CONSULT_TYPES: Mapping[type[Request], ConsultType] = MappingProxyType(
    {
        InitiateConference: ConsultType.CONFERENCE,
        InitiateTransfer: ConsultType.TRANSFER,
        MuteTransfer: ConsultType.MUTE_TRANSFER,
    }
)


def initiate(switch: Switch, request: Request, now: float) -> Draft:
    """The call is held if it is not yet, and the destination called about it."""
    main, party = switch.find(request)
    switch.next_state(request, main, party)
    held = replace(party, state=PartyState.HELD)
    route = switch.routing.route(request.destination, numbers_on(main))
    changed = with_parties(main, held)
    call = place(switch, request, route, now)
    consult = as_consultation(call, main, party, CONSULT_TYPES[type(request)])
    draft = switch.draft(now, changed, consult)
    if party.state is not held.state:
        draft.tell(EventName.HELD, changed, held)
    tell_dialing(draft, consult, route, request.reference_id)
    return draft
