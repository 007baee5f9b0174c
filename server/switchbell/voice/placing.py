"""A new call: who is on it, and what they hear at first."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.calls import is_conference
from switchbell.voice.draft import PLAIN, Detail, Draft
from switchbell.voice.errors import DestinationBusy, InvalidDestination
from switchbell.voice.events import EventName
from switchbell.voice.model import (
    BUSY,
    DEVICE,
    DIALING,
    FAR_END,
    QUEUE,
    QUEUED,
    Call,
    CallState,
    CallType,
    Cause,
    ConsultType,
    Party,
    PartyKind,
    Role,
)
from switchbell.voice.operations import Dial, InitiateConference, InitiateTransfer, MuteTransfer
from switchbell.voice.routing import Route, require_reachable
from switchbell.voice.switch import Switch
from switchbell.voice.user_data import merged

# Looked up once, as those of a party are (see model.DEVICE).
_DIALING = EventName.DIALING
_RINGING = EventName.RINGING
_ORIGINATION = Role.ORIGINATION
_DESTINATION = Role.DESTINATION

FORWARDED = Detail(state=CallState.FORWARDED, cause=Cause.FORWARD)

# Who calls, and who is called. The outside does not call itself through the centre.
CALL_TYPES: Mapping[tuple[PartyKind, PartyKind], CallType] = MappingProxyType(
    {
        (DEVICE, DEVICE): CallType.INTERNAL,
        (DEVICE, QUEUE): CallType.INTERNAL,
        (DEVICE, FAR_END): CallType.OUTBOUND,
        (FAR_END, DEVICE): CallType.INBOUND,
        (FAR_END, QUEUE): CallType.INBOUND,
    }
)

Request = Dial | InitiateConference | InitiateTransfer | MuteTransfer


def place(switch: Switch, request: Request, route: Route, now: float) -> Call:
    """Return a new call by the one who asks to the end of a route; who cannot reach anybody is
    alone on it. From outside no such call comes in: raises DestinationBusy and InvalidDestination.
    """
    asks = switch.numbers.kind(request.dn) or DEVICE
    dialled = switch.numbers.kind(request.destination) or route.kind
    call_type = CALL_TYPES.get((asks, dialled))
    if call_type is None:
        raise InvalidDestination("The destination is not a number that can be called from outside.")
    if asks is FAR_END:
        require_reachable(route)
        trunks = 2 if route.kind is FAR_END else 1
        if switch.calls.trunks_in_use + trunks > switch.settings.trunks:
            raise DestinationBusy("All trunks are busy.")
    user_data = merged({}, request.user_data)
    conn_id, uuid = switch.numbering.take()
    caller = Party(
        id=uuid,
        dn=request.dn,
        kind=asks,
        state=DIALING if route.unreachable is None else BUSY,
        role=_ORIGINATION,
        call_type=call_type,
        dnis=request.destination,
        since=now,
    )
    parties: tuple[Party, ...] = (caller,)
    if route.unreachable is None:
        called = switch.routing.arrival(route, caller, now, role=_DESTINATION)
        parties = (caller, called)
    return Call(
        conn_id=conn_id,
        uuid=uuid,
        call_type=call_type,
        dnis=request.destination,
        ani=request.dn,
        parties=parties,
        user_data=user_data,
    )


def as_consultation(call: Call, main: Call, main_party: Party, consult_type: ConsultType) -> Call:
    """Return a new call as one that its caller makes to consult about ``main``."""
    caller, *called = call.parties
    return replace(
        call,
        call_type=CallType.CONSULT,
        main=main.conn_id,
        consult_type=consult_type,
        parties=(
            replace(caller, call_type=CallType.CONSULT, parent=main_party.id),
            *[replace(party, call_type=CallType.CONSULT) for party in called],
        ),
    )


def tell_dialing(draft: Draft, call: Call, route: Route, reference_id: int | None) -> None:
    """Tell the caller and the called of a new call ("Basic call", "Inbound and outbound")."""
    caller, *called = call.parties
    draft.tell(_DIALING, call, caller, reference_id=reference_id)
    if route.unreachable is not None:
        draft.tell(EventName.DESTINATION_BUSY, call, caller, Detail(state=route.unreachable))
    elif route.kind is FAR_END:
        draft.tell(EventName.NETWORK_REACHED, call, caller)
    for party in called:
        tell_arrival(draft, call, party, FORWARDED if route.forwarded else PLAIN)


def tell_arrival(draft: Draft, call: Call, party: Party, detail: Detail = PLAIN) -> None:
    """Tell a party that a call has come to it."""
    name = EventName.QUEUED if party.state is QUEUED else _RINGING
    draft.tell(name, call, party, detail)


def tell_replacement(draft: Draft, call: Call, old: Party, new: Party) -> None:
    """Tell a conference that somebody else has the place of one who did not answer yet. Where there
    are two, the other one hears of it when it is answered."""
    if is_conference(call):
        passed_on = Detail(
            state=CallState.REDIRECTED,
            other=(new.dn, new.role),
            third=(old.dn, Role.TRANSFERRED_BY),
            previous=call.conn_id,
        )
        for party in call.parties:
            if party is not new:
                draft.tell(EventName.PARTY_CHANGED, call, party, passed_on)
