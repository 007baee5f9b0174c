"""Receives requests: which user sends them, which browser, and what is open to them."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from msgspec.structs import replace

from switchbell.access.identity import ALWAYS, Identity
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.policy import Policy
from switchbell.transport.browsers import Browsers, is_page
from switchbell.transport.identify import Identification

HANDSHAKE = "/meta/handshake"


class Reception:
    """Makes the Peer that the engine is told of."""

    def __init__(self, policy: Policy, identification: Identification, browsers: Browsers) -> None:
        self._policy = policy
        self.identification = identification
        self.browsers = browsers

    def opens_socket(self, user: str | None, *, of_page: bool) -> bool:
        """Whether a WebSocket is opened for somebody, who may be unknown."""
        return self._policy.can_open(user) or (
            user is None and self.identification.awaits_handshake(of_page=of_page)
        )

    def is_stranger(self, user: str | None) -> bool:
        """Whether one for whom a WebSocket is opened has to say in his handshake who he is."""
        return user is None and not self._policy.can_open(None)

    def peer(
        self, request: web.Request, identity: Identity, *, browser: str | None, transport: str
    ) -> Peer:
        """Who sent a request, as far as that is known without its messages."""
        of_page = is_page(request)
        # Programs send along with a socket whatever they like; the browser of a page, its cookies.
        on_socket = identity.user if identity.by_cookie else None
        return Peer(
            user=identity.user,
            browser=browser,
            is_browser=of_page,
            transport=transport,
            opens_sockets=not of_page or self.opens_socket(on_socket, of_page=True),
            until=self._until(identity),
        )

    def current(self, peer: Peer, identity: Identity) -> Peer:
        """The peer of a socket, which is nobody's any more when what told who opened it has
        ended."""
        if peer.user is None or self.is_known(identity):
            return peer
        return replace(peer, user=None)

    def is_known(self, identity: Identity) -> bool:
        """Whether what told who somebody is has not ended since."""
        return self.identification.seconds_left(identity) > 0

    def vigil(self, identity: Identity) -> Callable[[], bool] | None:
        """What tells whether somebody is still known; None for one who will be."""
        if identity.session is None and self.identification.seconds_left(identity) == ALWAYS:
            return None
        return partial(self.is_known, identity)

    async def hear(self, request: web.Request, peer: Peer, messages: list[dict[str, Any]]) -> Peer:
        """Who sent these messages. A handshake may say that itself, and then it counts: what a
        browser sends along may be somebody else's. Other messages may say it, too, and are nobody's
        the less where they are wrong. Raises TooBusy."""
        handshake = _handshake(messages)
        said = _said(messages if handshake is None else [handshake])
        if said is None:
            return peer
        identity = await self.identification.authenticate(request, said)
        if identity is None or (identity.user == peer.user and peer.user is not None):
            return peer
        if handshake is None:
            if identity.user is None:
                return peer
            return replace(peer, user=identity.user, until=self._until(identity))
        return replace(
            peer,
            user=identity.user,
            by_handshake=identity.user is not None,
            until=self._until(identity),
        )

    def _until(self, identity: Identity) -> float:
        """When what tells who somebody is ends, as far as that is certain, by the loop's clock."""
        left = self.identification.seconds_left(identity)
        return ALWAYS if left == ALWAYS else asyncio.get_running_loop().time() + left


def _handshake(messages: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The handshake among messages; the first, as the engine does not look at others."""
    for message in messages:
        if message.get("channel") == HANDSHAKE:
            return message
    return None


def _said(messages: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the first of these messages that does so says of its client."""
    for message in messages:
        ext = message.get("ext")
        if isinstance(ext, dict) and isinstance(said := ext.get("authentication"), dict):
            return said
    return None
