"""Calls that wait in a queue: which of them goes to whom next, and back again.

T-Library call models, ACD variants: EventQueued and EventDiverted are told to the queue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.agents import AgentState, DnState, WorkMode
from switchbell.voice.calls import newcomer, numbers_on, party_at, with_party_replaced
from switchbell.voice.draft import Detail, Draft
from switchbell.voice.events import EventName
from switchbell.voice.model import DEVICE, QUEUE, Call, CallState, Cause, Party, Queued
from switchbell.voice.placing import tell_arrival, tell_replacement
from switchbell.voice.routing import Route
from switchbell.voice.schedule import Schedule
from switchbell.voice.switch import Switch

# The reason for which an agent is not ready who did not take a call, by its cause.
REASONS: Mapping[Cause, str] = MappingProxyType(
    {Cause.NO_ANSWER: "NoAnswer", Cause.REJECT: "Reject"}
)


class Queues:
    """The calls that wait and the agents who are free for them, for each queue by the time since
    which they do."""

    def __init__(self) -> None:
        self._calls: dict[str, Schedule[str]] = {}
        self._agents: dict[str | None, Schedule[str]] = {}
        self._serves: dict[str, str | None] = {}

    def watch_call(self, conn_id: str, queued: Queued) -> None:
        """Note that a call waits."""
        self._calls.setdefault(queued.dn, Schedule()).set(conn_id, queued.since)

    def forget_call(self, conn_id: str, queue: str) -> None:
        """Forget a call that waited."""
        calls = self._calls[queue]
        calls.discard(conn_id)
        if calls.first() is None:
            del self._calls[queue]

    def watch_agent(self, state: DnState, *, has_calls: bool) -> None:
        """Note whether an agent is free for calls."""
        agent = state.agent
        free = agent.state is AgentState.READY and not has_calls and _takes_calls(state)
        if state.dn in self._serves and not (free and self._serves[state.dn] == agent.queue):
            self._agents[self._serves.pop(state.dn)].discard(state.dn)
        if free:
            self._agents.setdefault(agent.queue, Schedule()).set(state.dn, agent.ready_since)
            self._serves[state.dn] = agent.queue

    def next(self) -> tuple[float, float, str, str, str] | None:
        """Return which call is to go to an agent next: since when it could, since when it waits,
        its ConnID, its queue and the agent's DN. None while nobody waits for anybody."""
        best = None
        for queue, calls in self._calls.items():
            call = calls.first()
            agent = self._free_for(queue)
            if call is not None and agent is not None:
                pair = (max(call[0], agent[0]), *call, queue, agent[1])
                best = pair if best is None else min(best, pair)
        return best

    def _free_for(self, queue: str) -> tuple[float, str] | None:
        """Return who has been free for a queue for the longest time: of those who serve it alone
        and those who serve all."""
        served = [self._agents[one].first() for one in (queue, None) if one in self._agents]
        return min(filter(None, served), default=None)


def _takes_calls(state: DnState) -> bool:
    return not state.do_not_disturb and state.forward_to is None


def distribute(switch: Switch, call: Call, queue_dn: str, dn: str, now: float) -> Draft:
    """Have a call that waits in a queue ring at the DN of an agent."""
    queue = party_at(call, queue_dn)
    route = Route(dn=dn, kind=DEVICE)
    rings = replace(switch.routing.arrival(route, newcomer(call, queue), now), queued=queue.queued)
    changed = with_party_replaced(call, queue, rings)
    draft = switch.draft(now, changed)
    draft.tell(EventName.DIVERTED, call, queue, Detail(third=(dn, rings.role)))
    tell_arrival(draft, changed, rings)
    tell_replacement(draft, changed, queue, rings)
    return draft


def comes_from_queue(call: Call, party: Party) -> bool:
    """Tell whether a call came to a party from a queue and can go back there: it cannot if it waits
    there already, for somebody else."""
    return party.queued is not None and party.queued.dn not in numbers_on(call)


def return_to_queue(
    switch: Switch,
    call: Call,
    party: Party,
    now: float,
    *,
    cause: Cause,
    reference_id: int | None = None,
) -> Draft:
    """Have a call wait again that an agent did not take, where it would be the next. So that it
    does not come back to him he is not ready any longer."""
    assert party.queued is not None
    route = Route(dn=party.queued.dn, kind=QUEUE)
    waits = replace(switch.routing.arrival(route, newcomer(call, party), now), queued=party.queued)
    changed = with_party_replaced(call, party, waits)
    draft = switch.draft(now, changed)
    passed_on = Detail(state=CallState.REDIRECTED, cause=cause, third=(route.dn, waits.role))
    draft.tell(EventName.RELEASED, call, party, passed_on, reference_id=reference_id)
    pass_over(draft, party, cause)
    tell_arrival(draft, changed, waits, Detail(state=CallState.REDIRECTED))
    tell_replacement(draft, changed, party, waits)
    return draft


def pass_over(draft: Draft, party: Party, cause: Cause) -> None:
    """Have an agent be not ready who did not take a call from a queue."""
    state = draft.state_of(party.dn)
    if party.queued is None or state is None or state.agent.state is not AgentState.READY:
        return
    agent = replace(
        state.agent,
        state=AgentState.NOT_READY,
        work_mode=WorkMode.UNKNOWN,
        reason=REASONS[cause],
        since=draft.now,
    )
    draft.tell_state(EventName.AGENT_NOT_READY, replace(state, agent=agent))
