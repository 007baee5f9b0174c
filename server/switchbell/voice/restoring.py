"""What has to be there for a core to go on from what another knew: the numbers it speaks of."""

from collections.abc import Iterable, Iterator

from switchbell.voice.agents import AgentState, DnState
from switchbell.voice.calls import everybody
from switchbell.voice.model import Call, PartyKind
from switchbell.voice.numbers import Numbers

MOST_NAMED = 3


class UnknownNumbers(Exception):
    """There are calls, or agents, at numbers that the centre does not have, or has for something
    else. The text names some of them."""


def require_numbers(calls: Iterable[Call], states: Iterable[DnState], numbers: Numbers) -> None:
    """Raise UnknownNumbers if something is known of numbers that are not there."""
    unknown = sorted({*_of_calls(calls, numbers), *_of_states(states, numbers)})
    if unknown:
        more = " and others" if len(unknown) > MOST_NAMED else ""
        raise UnknownNumbers(f"{', '.join(unknown[:MOST_NAMED])}{more}")


def _of_calls(calls: Iterable[Call], numbers: Numbers) -> Iterator[str]:
    for call in calls:
        for party in everybody(call):
            if numbers.kind(party.dn) is not party.kind:
                yield party.dn
            if party.queued is not None and numbers.kind(party.queued.dn) is not PartyKind.QUEUE:
                yield party.queued.dn


def _of_states(states: Iterable[DnState], numbers: Numbers) -> Iterator[str]:
    for state in states:
        if numbers.device(state.dn) is None and not _is_idle(state):
            yield state.dn
        monitoring = state.monitoring
        if monitoring is not None and numbers.device(monitoring.target) is None:
            yield monitoring.target
        queue = state.agent.queue
        if queue is not None and queue not in numbers.queues:
            yield queue


def _is_idle(state: DnState) -> bool:
    """Whether nothing is lost with a DN: nobody is logged in, and nothing is set."""
    is_set = state.do_not_disturb or state.forward_to is not None or state.monitoring is not None
    return state.agent.state is AgentState.LOGGED_OUT and not is_set
