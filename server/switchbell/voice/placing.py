"""A new call: who is on it, and what they hear at first."""

from msgspec.structs import replace

from switchbell.voice.draft import Detail, Draft
from switchbell.voice.events import EventName
from switchbell.voice.model import Call, CallState, CallType, Party, PartyState, Role
from switchbell.voice.operations import Dial, InitiateConference, InitiateTransfer

_DESTINATION_BUSY = Detail(state=CallState.BUSY)


def new_call(
    request: Dial | InitiateConference | InitiateTransfer,
    names: tuple[str, str],
    now: float,
    *,
    busy: bool,
    rings_until: float,
) -> Call:
    """Return a call to the destination, which rings; if it is busy the caller is alone.

    ``names`` are the ConnID and the UUID.
    """
    conn_id, uuid = names
    caller = Party(
        id=uuid,
        dn=request.dn,
        state=PartyState.BUSY if busy else PartyState.DIALING,
        role=Role.ORIGINATION,
        call_type=CallType.INTERNAL,
        dnis=request.destination,
        since=now,
    )
    called = replace(
        caller,
        dn=request.destination,
        state=PartyState.RINGING,
        role=Role.DESTINATION,
        rings_until=rings_until,
    )
    return Call(
        conn_id=conn_id,
        uuid=uuid,
        call_type=CallType.INTERNAL,
        dnis=request.destination,
        ani=request.dn,
        parties=(caller,) if busy else (caller, called),
        user_data=dict(request.user_data),
    )


def as_consultation(call: Call, main: Call, main_party: Party) -> Call:
    """Return a new call as one that its caller makes to consult about ``main``."""
    caller, *called = call.parties
    return replace(
        call,
        call_type=CallType.CONSULT,
        main=main.conn_id,
        parties=(
            replace(caller, call_type=CallType.CONSULT, parent=main_party.id),
            *[replace(party, call_type=CallType.CONSULT) for party in called],
        ),
    )


def tell_dialing(draft: Draft, call: Call, reference_id: int | None) -> None:
    """Tell the caller and the called of a new call ("Basic call")."""
    caller, *called = call.parties
    draft.tell(EventName.DIALING, call, caller, reference_id=reference_id)
    if not called:
        draft.tell(EventName.DESTINATION_BUSY, call, caller, _DESTINATION_BUSY)
    for party in called:
        draft.tell(EventName.RINGING, call, party)
