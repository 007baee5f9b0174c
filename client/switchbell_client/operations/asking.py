"""How an agent asks for operations: what all groups of them have in common."""

from abc import ABC, abstractmethod
from typing import Any, TypeAlias

from switchbell_client.model import Call, Device
from switchbell_client.rest import Rest, segment

CallOrId: TypeAlias = Call | str
"""A call as a notification or a read gave it; its id will do."""

UserData: TypeAlias = dict[str, Any]
"""What is attached to a call: JSON by key."""


class Asking(ABC):
    """One who asks. A method returns when the server has accepted what it asks for; the errors are
    those of ``AgentClient``."""

    @property
    @abstractmethod
    def _rest(self) -> Rest: ...

    @property
    @abstractmethod
    def device(self) -> Device:
        """The telephone that is asked."""

    async def _ask_call(self, call: CallOrId, operation: str, **parameters: Any) -> None:
        await self._rest.post(call_path(call), body(operation, **parameters))

    async def _ask_device(self, operation: str, *, about: str = "", **parameters: Any) -> None:
        path = f"/me/devices/{segment(self.device.id)}{about}"
        await self._rest.post(path, body(operation, **parameters))

    async def _ask_channel(self, operation: str, **parameters: Any) -> None:
        await self._rest.post("/me/channels/voice", body(operation, **parameters))

    def _uri(self, call: CallOrId | None) -> str | None:
        """What names another call than the one that is asked."""
        if call is None:
            return None
        if isinstance(call, Call) and call.uri:
            return call.uri
        return self._rest.url(call_path(call))


def number(destination: str) -> dict[str, str]:
    """A number as something to call."""
    return {"phoneNumber": destination}


def call_path(call: CallOrId) -> str:
    """Where a call is asked and read."""
    return f"/me/calls/{segment(call.id if isinstance(call, Call) else call)}"


def body(operation: str, **parameters: Any) -> dict[str, Any]:
    """What asks for an operation. A parameter that is None is left out."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return {"operationName": operation, **given}
