"""REST requests of one agent: JSON out, typed results in, refusals as exceptions."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
import orjson
from msgspec import Struct

from switchbell_client.errors import (
    AuthenticationFailed,
    ConnectionLost,
    OperationRefused,
    UnexpectedAnswer,
)
from switchbell_client.model import Call, Device, FailedChannel, OutsideCall, User

_OK = 0
_PARTLY_DONE = 7
_NOT_AUTHENTICATED = 20

_FORBIDDEN = 403
_NO_CSRF_TOKEN = b"Missing or invalid Csrf token"


class Reply(Struct, frozen=True, kw_only=True, rename="camel"):
    """What every answer carries. 0 is success; anything else comes with a text."""

    status_code: int
    status_message: str = ""


class CallReply(Reply, frozen=True):
    """Answer to the read of one call."""

    call: Call


class CallsReply(Reply, frozen=True):
    """Answer to the read of the agent's calls."""

    calls: tuple[Call, ...]


class DeviceReply(Reply, frozen=True):
    """Answer to the read of one device."""

    device: Device


class DevicesReply(Reply, frozen=True):
    """Answer to the read of the agent's devices."""

    devices: tuple[Device, ...]


class UserReply(Reply, frozen=True):
    """Answer to the read of the agent."""

    user: User


class SessionReply(Reply, frozen=True):
    """Answer to the beginning of a session. It is a success, too, where that was partly done."""

    failed: tuple[FailedChannel, ...] = ()


class OutsideCallReply(Reply, frozen=True):
    """Answer to the read of one call on the trunk."""

    call: OutsideCall


class OutsideCallsReply(Reply, frozen=True):
    """Answer to the read of the calls on the trunk, and to a new one."""

    calls: tuple[OutsideCall, ...]


R = TypeVar("R", bound=Reply)


def segment(name: str) -> str:
    """A name as one segment of a path, whatever it consists of."""
    return quote(name, safe="")


class Rest:
    """Requests to ``{base}/...`` with the user's credentials.

    Each carries them, so that nothing depends on the HTTP session whose cookie the server may set:
    that is kept for load balancers, and for servers that guard against CSRF. When that session has
    ended there, its token is worth nothing; another one is fetched then (Web Services, CSRF
    protection).

    ``timeout`` is for a whole request, in seconds. All methods raise ``OperationRefused``,
    ``AuthenticationFailed``, ``ConnectionLost`` and ``UnexpectedAnswer``.
    """

    def __init__(self, base: str, authorization: str, *, timeout: float) -> None:
        self._base = base
        self._session = aiohttp.ClientSession(
            headers={"Authorization": authorization},
            # "Unsafe" means: keep the cookies of hosts that are IP numbers, too.
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=timeout),
        )
        self._csrf: dict[str, str] = {}

    async def close(self) -> None:
        """Give back the sockets."""
        await self._session.close()

    def url(self, path: str) -> str:
        """The whole address of a resource."""
        return self._base + path

    async def get(self, path: str, reply: type[R]) -> R:
        """Read a resource."""
        return await self._request("GET", path, reply)

    async def ask(self, path: str, operation: Mapping[str, Any], reply: type[R]) -> R:
        """Ask for an operation, and wait for what the answer tells."""
        return await self._request("POST", path, reply, operation)

    async def post(self, path: str, operation: Mapping[str, Any]) -> None:
        """Ask for an operation. It returns when the server has accepted it."""
        await self.ask(path, operation, Reply)

    async def _request(
        self, method: str, path: str, reply: type[R], body: Mapping[str, Any] | None = None
    ) -> R:
        answer = await self._send(method, path, body)
        # As text from some servers, within JSON from others.
        if answer[0] == _FORBIDDEN and _NO_CSRF_TOKEN in answer[1]:
            # Nothing was done. Any GET brings a token, whatever else comes of it.
            await self._send("GET", path, None)
            answer = await self._send(method, path, body)
        return _decode(f"{method} {self.url(path)}", *answer, reply)

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[int, bytes]:
        """The HTTP status and the body of the answer."""
        url = self.url(path)
        headers = dict(self._csrf)
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                method, url, data=None if body is None else orjson.dumps(body), headers=headers
            ) as response:
                content = await response.read()
        except TimeoutError as error:
            raise ConnectionLost(f"{url} did not answer in time") from error
        except aiohttp.ClientError as error:
            raise ConnectionLost(f"{url} cannot be reached ({type(error).__name__})") from error
        self._keep_csrf_token(response)
        return response.status, content

    def _keep_csrf_token(self, response: aiohttp.ClientResponse) -> None:
        """Where the server guards against CSRF, a GET tells which header to send from then on."""
        name = response.headers.get("X-CSRF-HEADER")
        token = response.headers.get("X-CSRF-TOKEN")
        if name and token:
            self._csrf = {name: token}


def _decode(request: str, http_status: int, content: bytes, reply: type[R]) -> R:
    try:
        status = msgspec.json.decode(content, type=Reply)
        if status.status_code == _NOT_AUTHENTICATED:
            raise AuthenticationFailed(f"{request}: {status.status_message}")
        partly = status.status_code == _PARTLY_DONE and issubclass(reply, SessionReply)
        if status.status_code != _OK and not partly:
            raise OperationRefused(status.status_code, status.status_message, http_status)
        # Not strict: the API writes a call's duration as a string of digits.
        return msgspec.json.decode(content, type=reply, strict=False)
    except msgspec.DecodeError as error:
        raise UnexpectedAnswer(f"{request} was answered HTTP {http_status}: {error}") from error
