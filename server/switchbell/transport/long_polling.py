"""Bayeux long-polling: a POST is answered when there is something to say."""

import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web

from switchbell.access.identity import Identity
from switchbell.bayeux import codec
from switchbell.bayeux.effects import Abort, Send
from switchbell.bayeux.options import LONG_POLLING, BayeuxOptions
from switchbell.transport.answers import NOT_CACHEABLE, BodyRefused, read_body, refuse
from switchbell.transport.browsers import new_identity
from switchbell.transport.driver import Driver
from switchbell.transport.reception import HANDSHAKE, Reception

logger = logging.getLogger(__name__)


class HttpExchanges:
    """What both transports over HTTP do with the messages of a request."""

    def __init__(
        self,
        driver: Callable[[], Driver],
        reception: Reception,
        transport: str,
    ) -> None:
        self._driver = driver
        self._reception = reception
        self._browsers = reception.browsers
        self._identification = reception.identification
        self._transport = transport

    async def answer(
        self,
        request: web.Request,
        messages: list[dict[str, Any]],
        render: Callable[[Send], web.Response],
    ) -> web.Response:
        """The answer of the engine, as ``render`` writes it. A browser that handshakes for the
        first time gets its cookie with it. Raises TooBusy."""
        identity = await self._identification.identify(request)
        self._identification.arrive(identity)
        try:
            return await self._answer(request, messages, render, identity)
        finally:
            self._identification.leave(identity)

    async def _answer(
        self,
        request: web.Request,
        messages: list[dict[str, Any]],
        render: Callable[[Send], web.Response],
        identity: Identity,
    ) -> web.Response:
        known = self._browsers.identity(request)
        browser = known
        if known is None and any(message.get("channel") == HANDSHAKE for message in messages):
            browser = new_identity()
        peer = self._reception.peer(request, identity, browser=browser, transport=self._transport)
        peer = await self._reception.hear(request, peer, messages)
        outcome = await self._driver().exchange(messages, peer=peer)
        if isinstance(outcome, Abort):
            return refuse(outcome.status, "A newer connect of this session has come.")
        try:
            response = render(outcome)
        except TypeError:
            # An extension of the application's has put in what JSON has no form for.
            logger.exception("An answer could not be encoded")
            self._driver().give_back(outcome)
            return refuse(500, "The answer could not be encoded.")
        if browser is not None and known is None and _has_handshaken(outcome):
            self._browsers.remember(request, response, browser)
        if identity.may_log_in and _has_handshaken(outcome):
            self._identification.welcome(response, identity)
        return response


class LongPolling:
    """Serves Bayeux over HTTP.

    Run the application with ``web.AppRunner(app, handler_cancellation=True)``: it is how a client
    that went away is noticed before its connect has timed out.
    """

    def __init__(
        self,
        options: BayeuxOptions,
        driver: Callable[[], Driver],
        reception: Reception,
    ) -> None:
        self._options = options
        self._exchanges = HttpExchanges(driver, reception, LONG_POLLING)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one POST, of whatever path below the mount point."""
        try:
            body = await read_body(request, self._options.max_message_size)
            messages = codec.decode(body, self._options.max_messages)
        except BodyRefused as refused:
            return refused.response
        except codec.MalformedPayload as error:
            return refuse(400, str(error))
        except codec.TooManyMessages as error:
            return refuse(413, str(error))
        return await self._exchanges.answer(request, messages, _json)


def _json(send: Send) -> web.Response:
    return web.Response(
        body=codec.encode(send.messages),
        content_type="application/json",
        charset="utf-8",
        headers=NOT_CACHEABLE,
    )


def _has_handshaken(outcome: Send) -> bool:
    # Of all that is sent, only the reply to a successful handshake has a clientId.
    return any(isinstance(message, dict) and "clientId" in message for message in outcome.messages)
