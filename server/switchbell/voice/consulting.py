"""Beginning a consultation: the first step of a conference or a transfer.

T-Library call models, "Consultation".
"""

from msgspec.structs import replace

from switchbell.voice.calls import with_parties
from switchbell.voice.draft import Draft
from switchbell.voice.events import EventName
from switchbell.voice.operations import InitiateConference, InitiateTransfer
from switchbell.voice.placing import as_consultation, tell_dialing
from switchbell.voice.switch import Switch


def initiate(switch: Switch, request: InitiateConference | InitiateTransfer, now: float) -> Draft:
    """The call is held if it is not yet, and the destination called about it."""
    main, party = switch.find(request)
    held = replace(party, state=switch.next_state(request, party))
    switch.require_destination(request.destination, [member.dn for member in main.parties])
    changed = with_parties(main, held)
    call = switch.place(request, now)
    consult = as_consultation(call, main, party)
    draft = switch.draft(now, changed, consult)
    if party.state is not held.state:
        draft.tell(EventName.HELD, changed, held)
    tell_dialing(draft, consult, request.reference_id)
    return draft
