"""What an agent is told of one T-Library event about a call of his ("Sequences")."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from switchbell.notify.cc_gateway.agent_event import EventType
from switchbell.notify.cc_gateway.agents import Agents
from switchbell.notify.cc_gateway.call_values import (
    ASSISTANT,
    call_id,
    call_kind,
    call_shown,
    on_its_own,
    partners,
)
from switchbell.notify.cc_gateway.seat import Line, Seat
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import Call, CallState, CallType, Cause, Leg, PartyState, Role
from switchbell.voice.operations import CompleteTransfer

Told = tuple[EventType, dict[str, Any] | str | None]


class Hearing(Struct, frozen=True):
    """An event for a seat. ``before`` is the call as the agent was last told of it, if he was."""

    seat: Seat
    event: Event
    change: Change
    leg: Leg
    before: Line | None
    agents: Agents

    @property
    def call(self) -> Call | None:
        return call_of(self.change, self.event.conn_id)

    @property
    def call_id(self) -> str:
        return call_id(self.leg)

    @property
    def is_first_call(self) -> bool:
        return not self.seat.lines

    @property
    def was_failing(self) -> bool:
        """Whether the call had not been answered, and it was not the agent who gave it up."""
        if self.before is None or self.before.leg.state is not PartyState.DIALING:
            return False
        about = [one for one in self.change.events if one.conn_id == self.event.conn_id]
        return self.event.cause is not None or about[0] is not self.event

    def shown(self) -> dict[str, Any]:
        leg = on_its_own(self.leg, self.seat.lines)
        return call_shown(leg, self.call, self.agents)


def call_of(change: Change, conn_id: str | None) -> Call | None:
    """The new state of a call that a change is about."""
    for call in change.calls:
        if call.conn_id == conn_id:
            return call
    return None


def _picks_up(hearing: Hearing) -> Iterator[Told]:
    """The agent's telephone is called first, unless it is off hook already."""
    if hearing.is_first_call and not hearing.seat.is_phone_up:
        yield EventType.PHONE_ALERTING, None
        yield EventType.PHONE_OFFHOOK, {"type": call_kind(hearing.leg)}


def _is_busy(hearing: Hearing) -> Iterator[Told]:
    if hearing.is_first_call:
        yield EventType.BUSY, None


def _dialing(hearing: Hearing) -> Iterator[Told]:
    yield from _picks_up(hearing)
    yield from _is_busy(hearing)


def _network_reached(hearing: Hearing) -> Iterator[Told]:
    yield alerting(hearing.leg, hearing.leg.dnis, hearing.agents)


def alerting(leg: Leg, dn: str, agents: Agents) -> Told:
    """It rings at the one who is called."""
    colleague = agents.at(dn)
    return EventType.CUSTOMER_ALERTING, {
        "callid": call_id(leg),
        "otherPhoneWorkno": "" if colleague is None else colleague.id,
        "otherPhone": dn,
        "type": call_kind(leg),
    }


def answers_by_itself(hearing: Hearing) -> bool:
    """Whether a ringing call is answered for the agent. Nobody is put on hold for that."""
    return hearing.seat.options.autoanswer and hearing.is_first_call


def _ringing(hearing: Hearing) -> Iterator[Told]:
    automatic = answers_by_itself(hearing)
    yield from _is_busy(hearing)
    yield from _picks_up(hearing)
    transferred_by = _transferred_by(hearing)
    yield (
        EventType.AUTO_ANSWER if automatic else EventType.RINGING,
        _ringing_content(hearing, transferred_by),
    )


def _ringing_content(hearing: Hearing, transferred_by: str | None) -> dict[str, Any]:
    return {
        **hearing.shown(),
        "transfer": "no" if transferred_by is None else "yes",
        "transfrom": "" if transferred_by is None else hearing.agents.number(transferred_by),
    }


def _transferred_by(hearing: Hearing) -> str | None:
    """Who has handed the call over, if anybody has: he is released in the same change."""
    if hearing.event.call_state is CallState.TRANSFERRED:
        for event in hearing.change.events:
            if event.cause is Cause.SINGLE_STEP_TRANSFER:
                return event.this_dn
    return None


def _established(hearing: Hearing) -> Iterator[Told]:
    # A supervisor's telephone does not ring before he hears a monitored call.
    if hearing.before is None:
        yield from _is_busy(hearing)
        yield from _picks_up(hearing)
    yield EventType.TALKING, hearing.shown()
    if len(hearing.leg.participants) > 1:
        yield _conference(hearing)
    plan = hearing.seat.plans.get(hearing.leg.id)
    if plan is not None and plan.is_transfer and plan.complete is not CompleteTransfer:
        yield EventType.TRANS_OUT_RESULT, {"result": 0, "callId": hearing.call_id}


def _retrieved(hearing: Hearing) -> Iterator[Told]:
    # Completing a conference retrieves the main call, and is told by what follows.
    if hearing.event.call_state is not CallState.CONFERENCED:
        yield EventType.TALKING, hearing.shown()


def _held(hearing: Hearing) -> Iterator[Told]:
    yield EventType.HOLD, hearing.call_id


# What a call that was not answered is told as, by its type.
FAILURES: Mapping[CallType, tuple[EventType, ...]] = MappingProxyType(
    {
        CallType.OUTBOUND: (EventType.CALL_OUT_FAIL, EventType.CONNECT_FAIL),
        CallType.INTERNAL: (EventType.INSIDE_CALL_FAIL,),
        CallType.CONSULT: (EventType.CONSULT_FAIL,),
    }
)


def _failed(hearing: Hearing) -> Iterator[Told]:
    failures = FAILURES.get(hearing.leg.call_type, (EventType.CONNECT_FAIL,))
    plan = hearing.seat.plans.get(hearing.leg.id)
    if plan is not None and plan.is_transfer:
        failures = (EventType.CONNECT_FAIL,)
    for failure in failures:
        yield failure, hearing.call_id


def _abandoned(hearing: Hearing) -> Iterator[Told]:
    yield EventType.NO_ANSWER, hearing.call_id


def _released(hearing: Hearing) -> Iterator[Told]:
    event, before = hearing.event, hearing.before
    if before is not None and before.leg.state is PartyState.BUSY:
        return
    if event.cause is Cause.TRANSFER:
        if call_kind(hearing.leg) != ASSISTANT:
            yield EventType.SUCC_TRANS_RESULT, {"result": 0, "callId": hearing.call_id}
        yield EventType.CALL_RELEASE, hearing.call_id
    elif event.call_state is CallState.CONFERENCED:
        yield from _customer_release(hearing, event.other_dn)
    elif hearing.was_failing:
        yield from _failed(hearing)
    elif event.call_state is CallState.REDIRECTED and event.cause is Cause.NO_ANSWER:
        yield EventType.NO_ANSWER, hearing.call_id
    else:
        yield from _ended(hearing)


def _ended(hearing: Hearing) -> Iterator[Told]:
    """The end of a call, in the order in which those on it have left. Who leaves a conference does
    not end it for the others."""
    event = hearing.event
    own = (EventType.CALL_RELEASE, hearing.call_id)
    if event.reference_id is not None or event.other_dn is None:
        yield own
        yield from _customer_release(hearing, event.other_dn)
    else:
        yield from _customer_release(hearing, event.other_dn)
        yield own


def _customer_release(hearing: Hearing, dn: str | None) -> Iterator[Told]:
    if dn is not None:
        number = hearing.agents.number(dn)
        yield EventType.CUSTOMER_RELEASE, {"callid": hearing.call_id, "number": number}


def _party_added(hearing: Hearing) -> Iterator[Told]:
    # Who observes a call is no partner of those on it.
    if hearing.event.other_dn_role is not Role.OBSERVER:
        yield _conference(hearing)


def _conference(hearing: Hearing) -> Told:
    partner = ",".join(partners(hearing.leg, hearing.agents))
    return EventType.CONFERENCE, {"callid": hearing.call_id, "partner": partner}


def _party_changed(hearing: Hearing) -> Iterator[Told]:
    """Somebody else is at the other end, or more than one."""
    if hearing.event.call_state is CallState.CONFERENCED:
        yield _conference(hearing)
    elif hearing.leg.state is PartyState.ESTABLISHED:
        yield EventType.TALKING, hearing.shown()
    elif hearing.leg.state is PartyState.RINGING and hearing.before is not None:
        yield EventType.RINGING, _ringing_content(hearing, hearing.event.third_party_dn)


def _party_deleted(hearing: Hearing) -> Iterator[Told]:
    before, gone = hearing.before, hearing.event.other_dn
    if before is not None and gone in before.leg.participants:
        yield from _customer_release(hearing, gone)


# Of what is not listed here agents are not told: muting and tones, for example.
TOLD: Mapping[EventName, Callable[[Hearing], Iterator[Told]]] = MappingProxyType(
    {
        EventName.DIALING: _dialing,
        EventName.NETWORK_REACHED: _network_reached,
        EventName.RINGING: _ringing,
        EventName.ESTABLISHED: _established,
        EventName.HELD: _held,
        EventName.RETRIEVED: _retrieved,
        EventName.DESTINATION_BUSY: _failed,
        EventName.ABANDONED: _abandoned,
        EventName.RELEASED: _released,
        EventName.PARTY_ADDED: _party_added,
        EventName.PARTY_CHANGED: _party_changed,
        EventName.PARTY_DELETED: _party_deleted,
    }
)
