"""The agents of a centre as CC-Gateway knows them: by their agent ids."""

from collections.abc import Iterable, Iterator

from msgspec import Struct


class Agent(Struct, frozen=True, kw_only=True):
    """An agent id, whose it is, and the DN at his desk."""

    id: str
    user: str
    dn: str
    supervisor: bool = False


class Agents:
    """All agents of a centre. To agents a colleague's number is his agent id."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self._by_id = {agent.id: agent for agent in agents}
        self._by_dn = {agent.dn: agent for agent in self._by_id.values()}

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._by_id.values())

    def get(self, agent_id: str) -> Agent | None:
        return self._by_id.get(agent_id)

    def at(self, dn: str) -> Agent | None:
        return self._by_dn.get(dn)

    def number(self, dn: str) -> str:
        """The number by which agents know who is at a DN."""
        agent = self._by_dn.get(dn)
        return dn if agent is None else agent.id
