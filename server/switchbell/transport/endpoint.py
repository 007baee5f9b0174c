"""One URL for every transport."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from switchbell.access.errors import TooBusy
from switchbell.bayeux.options import CALLBACK_POLLING, LONG_POLLING, WEBSOCKET, BayeuxOptions
from switchbell.bayeux.policy import Policy
from switchbell.transport.answers import refuse
from switchbell.transport.browsers import Browsers
from switchbell.transport.callback_polling import CallbackPolling
from switchbell.transport.driver import Driver
from switchbell.transport.identify import Identification
from switchbell.transport.long_polling import LongPolling
from switchbell.transport.origins import Origins
from switchbell.transport.reception import Reception
from switchbell.transport.websocket import WebSockets

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Endpoint:
    """Finds out by which of the allowed transports a request comes."""

    def __init__(
        self,
        options: BayeuxOptions,
        policy: Policy,
        driver: Callable[[], Driver],
        identification: Identification,
        public_url: str | None,
    ) -> None:
        browsers = Browsers(options, secure=(public_url or "").startswith("https:"))
        reception = Reception(policy, identification, browsers)
        handlers: dict[str, Handler] = {
            LONG_POLLING: LongPolling(options, driver, reception).handle,
            CALLBACK_POLLING: CallbackPolling(options, driver, reception).handle,
            WEBSOCKET: WebSockets(options, driver, reception).handle,
        }
        self._handlers = {name: handlers[name] for name in options.allowed_transports}
        self._origins = Origins(options, public_url)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, of whatever method and path below the mount point."""
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response: web.StreamResponse = self._origins.preflight(request)
        else:
            response = await self._answer(request)
        if not response.prepared:
            self._origins.mark(request, response)
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        transport = _transport(request)
        # Over HTTP such a page could not read the answer, but sessions of its making would be
        # there. (Scripts are loaded without an Origin: callback-polling is for all pages.)
        if not self._origins.allows(request):
            return refuse(403, "Pages of this origin may not use the server.")
        handler = self._handlers.get(transport)
        if handler is None:
            return self._refuse_method()
        try:
            return await handler(request)
        except TooBusy as error:
            wait = {"Retry-After": f"{error.retry_after:.0f}"}
            return refuse(503, "Too many passwords wait to be checked.", wait)

    def _refuse_method(self) -> web.Response:
        if LONG_POLLING in self._handlers:
            return refuse(405, "Bayeux messages are sent by POST.", {"Allow": "POST"})
        return refuse(405, "There is no long-polling here.", {"Allow": "GET"})


def _transport(request: web.Request) -> str:
    if request.method == "POST":
        return LONG_POLLING
    if request.method != "GET":
        return ""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return WEBSOCKET
    return CALLBACK_POLLING
