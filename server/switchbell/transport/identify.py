"""Who sends a request."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from aiohttp import web

from switchbell.access.identity import Identity

Identify: TypeAlias = Callable[[web.Request], Awaitable[str | None]]
"""Says which user sends a request, or opens a WebSocket by it; None for one who does not say, or
not rightly."""


async def anonymous(request: web.Request) -> None:
    """For applications whose Bayeux server does not care who connects."""


class Identification:
    """How a Bayeux server knows its users. This one asks a function about each request, and knows
    no more; others may, as this describes. :meth:`identify` and :meth:`authenticate` may raise
    TooBusy."""

    def __init__(self, identify: Identify = anonymous) -> None:
        self._identify = identify

    async def identify(self, request: web.Request) -> Identity:
        """Asked about each HTTP request, and each that opens a WebSocket."""
        return Identity(user=await self._identify(request))

    async def authenticate(self, request: web.Request, said: Mapping[str, Any]) -> Identity | None:
        """Who the client of a handshake is, or of other messages, which say this in
        ``ext.authentication``. None where that is not for this server, and an Identity without user
        where it is wrong."""
        return None

    def awaits_handshake(self, *, of_page: bool) -> bool:
        """Whether one who is not known may open a WebSocket, to say who he is in the handshake."""
        return False

    def seconds_left(self, identity: Identity) -> float:
        """For how long somebody remains known, in seconds: no connect of his is held for longer.
        Asked about each request, and every few seconds while a WebSocket of one who may not remain
        so is open, which is closed when it is not positive any more."""
        return float("inf")

    def arrive(self, identity: Identity) -> None:
        """A request or a WebSocket of somebody begins, and goes on until :meth:`leave`."""

    def leave(self, identity: Identity) -> None:
        """It has ended."""

    def welcome(self, response: web.StreamResponse, identity: Identity) -> None:
        """The response to a handshake over HTTP that has succeeded: it may be given a cookie."""
