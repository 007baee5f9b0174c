"""Bayeux long-polling: a POST is answered when there is something to say."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Abort, Send
from switchbell.transport.driver import Driver

Identify: TypeAlias = Callable[[web.Request], Awaitable[str | None]]
"""Says which user sends a request; None for one who does not say, or not rightly."""

BROWSER_COOKIE = "BAYEUX_BROWSER"
"""Tells the sessions of one browser from those of another; set with its first handshake."""

BODY_TIMEOUT = 10.0
"""Seconds within which the body of a request must have come."""

_NOT_CACHEABLE = {"Cache-Control": "no-store"}


class LongPolling:
    """Serves Bayeux over HTTP.

    ``identify`` tells the user of a request. Run the application with
    ``web.AppRunner(app, handler_cancellation=True)``: it is how a client that went away is noticed
    before its connect has timed out.
    """

    def __init__(self, driver: Callable[[], Driver], identify: Identify) -> None:
        self._driver = driver
        self._identify = identify

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request, of whatever method and path below the mount point."""
        if request.method != "POST":
            return _refuse(405, "Bayeux messages are sent by POST.", {"Allow": "POST"})
        try:
            async with asyncio.timeout(BODY_TIMEOUT):
                messages = codec.decode(await request.read())
        except codec.MalformedPayload as error:
            return _refuse(400, str(error))
        except web.RequestPayloadError:  # badly compressed
            return _give_up(request, 400, "The body cannot be read.")
        except TimeoutError:
            return _give_up(request, 408, "The body did not come in time.")
        user = await self._identify(request)
        outcome = await self._driver().exchange(messages, user=user)
        if isinstance(outcome, Abort):
            return _refuse(outcome.status, "A newer connect of this session has come.")
        response = web.Response(
            body=codec.encode(outcome.messages),
            content_type="application/json",
            charset="utf-8",
            headers=_NOT_CACHEABLE,
        )
        if BROWSER_COOKIE not in request.cookies and _has_handshaken(outcome):
            response.set_cookie(
                BROWSER_COOKIE, secrets.token_hex(20), httponly=True, secure=request.secure
            )
        return response


def _has_handshaken(outcome: Send) -> bool:
    # Of all that is sent, only the reply to a successful handshake has a clientId.
    return any(isinstance(message, dict) and "clientId" in message for message in outcome.messages)


def _give_up(request: web.Request, status: int, text: str) -> web.Response:
    """Refuse a request whose body was not read to its end; nothing can follow it."""
    # Otherwise aiohttp would read on, and log what it runs into.
    request.content.feed_eof()
    response = _refuse(status, text)
    response.force_close()
    return response


def _refuse(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    # Plain text: clients take any JSON on this URL for Bayeux messages.
    return web.Response(status=status, text=text, headers=_NOT_CACHEABLE | (headers or {}))
