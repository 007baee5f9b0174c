"""Calls that an interrupted program has left at its agents: they would stand in the next one's way.

While one of them is dialled or established, its agent can dial no other.
"""

from collections.abc import Sequence
from contextlib import suppress

from switchbell_client.agent import AgentClient
from switchbell_client.each import each
from switchbell_client.errors import OperationRefused, SwitchbellError
from switchbell_client.model import Call

_HANGUP = "Hangup"

Held = tuple[AgentClient, Call]


class CallLeftOver(SwitchbellError):
    """An agent has a call that none of the agents at hand can end."""


async def end_leftovers(agents: Sequence[AgentClient]) -> frozenset[str]:
    """Hang up all calls of these agents; return the ids of those that there were.

    A call that only rings is not ended by the one who is called, but when the caller hangs up.
    Raises ``CallLeftOver`` when that is none of these agents.
    """
    found = await _calls(agents)
    await each(_hang_up, found)
    if found:
        for agent, call in await _calls(agents):
            raise CallLeftOver(_complaint(agent, call))
    return frozenset(call.id for _, call in found)


async def _calls(agents: Sequence[AgentClient]) -> list[Held]:
    found: list[Held] = []

    async def look(agent: AgentClient) -> None:
        found.extend([(agent, call) for call in await agent.calls()])

    await each(look, agents)
    return found


async def _hang_up(held: Held) -> None:
    agent, call = held
    if _HANGUP in call.capabilities:
        # It may have ended by now: with two parties, the first to leave ends it for both.
        with suppress(OperationRefused):
            await agent.hangup(call)


def _complaint(agent: AgentClient, call: Call) -> str:
    others = ", ".join(participant.phone_number for participant in call.participants) or "unknown"
    return (
        f"{agent.device.phone_number} has a call that it cannot end ({call.state}):"
        f" the other party is {others}, hang it up there or restart the server"
    )
