"""What signed-in agents are told of a change, and what their telephones do about it."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType, PhoneState
from switchbell.notify.cc_gateway.agent_states import changed, entered_after_call
from switchbell.notify.cc_gateway.agents import Agents
from switchbell.notify.cc_gateway.hearing import (
    TOLD,
    Hearing,
    Told,
    alerting,
    answers_by_itself,
)
from switchbell.notify.cc_gateway.seat import Line, Seat
from switchbell.voice.agents import AgentState
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import PartyState
from switchbell.voice.operations import AfterCallWork, Answer, Hangup, Operation

_GONE = frozenset({EventName.RELEASED, EventName.ABANDONED})


class Composed(Struct, frozen=True):
    """``events`` in the order in which they are to be told, and ``errands``: operations that the
    gateway is to ask for on behalf of agents."""

    events: list[AgentEvent]
    errands: list[Operation]


class CcGatewayEvents:
    """Turns changes into events for the agents who are signed in: ``seats``, by DN."""

    def __init__(self, agents: Agents, seats: Mapping[str, Seat]) -> None:
        self._agents = agents
        self._seats = seats

    def compose(self, number: int, change: Change) -> Composed:
        """Tell of the change with this number; changes come once and in order. For an agent who is
        not signed in this costs no more than finding that out."""
        composed = Composed([], [])
        talking: dict[str, Seat] = {}
        for event in change.events:
            seat = self._seats.get(event.this_dn)
            if event.name is EventName.RINGING:
                self._tell_caller(event, composed)
            if seat is None:
                continue
            if seat.lines:
                talking[event.this_dn] = seat
            if event.leg is not None:
                told = self._of_call(seat, event, change, composed.errands)
            else:
                told = _of_agent(seat, event, number, was_talking=event.this_dn in talking)
            composed.events.extend(AgentEvent(seat.agent.id, *one) for one in told)
        for seat in talking.values():
            if not seat.lines:
                told = [*after_calls(seat)]
                composed.events.extend(AgentEvent(seat.agent.id, *one) for one in told)
        return composed

    def _tell_caller(self, event: Event, composed: Composed) -> None:
        """Tell a signed-in caller that it rings at the other end."""
        seat = self._seats.get(event.other_dn or "")
        if seat is None:
            return
        for line in seat.lines.values():
            if line.leg.conn_id == event.conn_id and line.leg.state is PartyState.DIALING:
                told = alerting(line.leg, event.this_dn, self._agents)
                composed.events.append(AgentEvent(seat.agent.id, *told))

    def _of_call(
        self, seat: Seat, event: Event, change: Change, errands: list[Operation]
    ) -> list[Told]:
        leg = event.leg
        assert leg is not None
        hearing = Hearing(seat, event, change, leg, seat.lines.get(leg.id), self._agents)
        tell = TOLD.get(event.name)
        told = [] if tell is None else list(tell(hearing))
        errands += _errands(hearing)
        _remember(hearing)
        return told


def _errands(hearing: Hearing) -> Iterator[Operation]:
    """What the gateway does for the agent by itself."""
    seat, leg = hearing.seat, hearing.leg
    dn = leg.dn
    match hearing.event.name:
        case EventName.RINGING if answers_by_itself(hearing):
            yield Answer(dn=dn, call=leg.id)
        case EventName.DESTINATION_BUSY:
            yield Hangup(dn=dn, call=leg.id)
        case EventName.ESTABLISHED:
            plan = seat.plans.pop(leg.id, None)
            if plan is not None and plan.complete is not None:
                yield plan.complete(dn=dn, call=leg.id)
            if not seat.options.autoenteridle and seat.state.state is AgentState.READY:
                # It shows when the call has ended, and keeps queues from being sooner.
                yield AfterCallWork(dn=dn)


def _remember(hearing: Hearing) -> None:
    seat, leg = hearing.seat, hearing.leg
    line = Line(leg, hearing.call)
    if hearing.event.name in _GONE:
        if seat.lines.pop(leg.id, None) is not None:
            seat.last = (line, hearing.change.time)
        seat.plans.pop(leg.id, None)
    else:
        seat.lines[leg.id] = line


def _of_agent(seat: Seat, event: Event, number: int, *, was_talking: bool) -> list[Told]:
    """Tell of the agent's state; while he has calls, and until the last has ended, he is not told:
    it takes effect then."""
    if event.dn_state is None:
        return []
    before, seat.state = seat.state, event.dn_state.agent
    if number <= seat.told_until or before == seat.state:
        return []
    if seat.state.state is AgentState.LOGGED_OUT:
        return [(EventType.SHUTDOWN_SERVICE, None)]
    return [] if was_talking else [*changed(before, seat.state)]


def after_calls(seat: Seat) -> Iterator[Told]:
    """What an agent is told when he has no call any longer."""
    seat.is_phone_up = not seat.options.releasephone
    if seat.options.releasephone:
        yield EventType.PHONE_RELEASE, {"phoneState": PhoneState.BY_PLATFORM}
    yield from entered_after_call(seat.state)
