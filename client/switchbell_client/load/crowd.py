"""Many agents, logged in together."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count as count_from
from itertools import islice

from switchbell_client.agent import AgentClient
from switchbell_client.each import each
from switchbell_client.errors import AuthenticationFailed

# Numbers of the demo centre: the first agent's, and those among them that are no agent's (the
# supervisor, the queue).
_FIRST_NUMBER = 15000
_NOT_AGENTS = (15100, 16000)
_PASSWORD = "switchbell"  # noqa: S105 - the demo centre's, known to all


@asynccontextmanager
async def logged_in(
    url: str, count: int, *, connection_timeout: float = 30.0
) -> AsyncIterator[list[AgentClient]]:
    """The demo centre's first ``count`` agents, logged in while the block lasts.

    Not all log in at once: a storm of log-ins is not what is tested. Raises the
    ``SwitchbellError`` of the first who cannot.
    """
    agents = [
        AgentClient(url, f"agent{number}", _PASSWORD, connection_timeout=connection_timeout)
        for number in islice(_agent_numbers(), count)
    ]
    present: list[AgentClient] = []

    async def log_in(agent: AgentClient) -> None:
        present.append(await agent.__aenter__())

    try:
        # If even the first is refused, their number is not what is wrong.
        await each(log_in, agents[:1])
        try:
            await each(log_in, agents[1:])
        except AuthenticationFailed as error:
            text = f"the centre has fewer than {count} agents ({error})"
            raise AuthenticationFailed(text) from error
        yield agents
    finally:
        await each(AgentClient.close, present)


def _agent_numbers() -> Iterator[int]:
    return (number for number in count_from(_FIRST_NUMBER) if number not in _NOT_AGENTS)
