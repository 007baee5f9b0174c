"""One request, as operations see it."""

from typing import TypeVar

from aiohttp import web
from msgspec import Struct

from switchbell.rest.cc_gateway import bodies
from switchbell.rest.cc_gateway.desk import Desk
from switchbell.rest.cc_gateway.gateway import Gateway
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.rest.cc_gateway.sessions import AgentSession

ShapeT = TypeVar("ShapeT", bound=Struct)


class _OfNumber(Struct, frozen=True):
    number: bodies.Number


class Asked:
    """A request of the agent ``agent_id`` with his ``session``, which there is for all operations
    but those that sign in. ``guid`` is what came along, and ``said`` the body."""

    def __init__(
        self,
        gateway: Gateway,
        request: web.Request,
        agent_id: str,
        session: AgentSession | None,
        said: bytes,
    ) -> None:
        self.gateway = gateway
        self.request = request
        self.agent_id = agent_id
        self.path = request.match_info
        self.said = said
        self._session = session

    @property
    def session(self) -> AgentSession:
        assert self._session is not None
        return self._session

    @property
    def desk(self) -> Desk:
        return self.gateway.desk(self.session)

    @property
    def guid(self) -> str:
        return self.request.headers.get("Guid", "")

    def body(self, shape: type[ShapeT]) -> ShapeT:
        """Raises Refused."""
        return bodies.from_body(shape, self.said)

    def query(self, shape: type[ShapeT]) -> ShapeT:
        """Raises Refused."""
        return bodies.from_text(shape, self.request.query)

    def number_in_path(self) -> str:
        """Raises Refused."""
        return bodies.from_text(_OfNumber, {"number": self.path["number"]}).number

    def dn_of_agent(self, agent_id: str) -> str:
        """The DN of a colleague. Raises Refused."""
        agent = self.gateway.agents.get(agent_id)
        if agent is None:
            raise Refused("There is no such agent.", RetCode.PARAMETER_INVALID)
        return agent.dn

    def dn_of_skill(self, skill: str) -> str:
        """The DN of a queue; its number is the skill's id. Raises Refused."""
        if skill not in self.gateway.queues:
            raise Refused("There is no such skill queue.", RetCode.PARAMETER_INVALID)
        return skill
