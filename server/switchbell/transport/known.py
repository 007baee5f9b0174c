"""Bayeux for the users whom the whole server knows."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from switchbell.access.door import Door
from switchbell.access.identity import Identity
from switchbell.transport.identify import Identification


class KnownUsers(Identification):
    """Users come in by the same door as elsewhere: with a header, or with the cookie that they got
    anywhere. Who can send neither says in ``ext.authentication`` of the handshake who he is, and
    shows from then on the cookie that its answer brings, or says it again.

    ``strangers`` says who may do that over a WebSocket: ``none``, ``programs`` or ``all``.
    """

    def __init__(self, door: Door, *, strangers: str) -> None:
        super().__init__()
        self._door = door
        self._strangers = strangers

    async def identify(self, request: web.Request) -> Identity:
        return await self._door.identify(request)

    async def authenticate(self, request: web.Request, said: Mapping[str, Any]) -> Identity | None:
        return await self._door.authenticate(request, said)

    def awaits_handshake(self, *, of_page: bool) -> bool:
        return self._strangers == "all" or (self._strangers == "programs" and not of_page)

    def seconds_left(self, identity: Identity) -> float:
        return self._door.seconds_left(identity)

    def arrive(self, identity: Identity) -> None:
        self._door.arrive(identity)

    def leave(self, identity: Identity) -> None:
        self._door.leave(identity)

    def welcome(self, response: web.StreamResponse, identity: Identity) -> None:
        session = self._door.log_in(identity)
        if session is not identity.session and session is not None:
            self._door.give_cookie(response, session)
