"""Bayeux callback-polling (JSONP): messages in a URL, the answer as a script.

Any page can load a script, and with it whatever the browser's user may see: it is for events that
are public, and off unless allowed.
"""

import re
from collections.abc import Callable
from itertools import chain

from aiohttp import web

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Send
from switchbell.bayeux.options import CALLBACK_POLLING, BayeuxOptions
from switchbell.transport.answers import NOT_CACHEABLE, refuse
from switchbell.transport.driver import Driver
from switchbell.transport.long_polling import HttpExchanges
from switchbell.transport.reception import Reception

_CALLBACK = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

# The comment in front keeps what follows from being taken for another kind of file; the other two
# keep browsers from running or showing it as one.
_HARDENED = NOT_CACHEABLE | {
    "Content-Type": "text/javascript; charset=UTF-8",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'attachment; filename="f.txt"',
}
_LINE_SEPARATORS = {"\u2028".encode(): b"\\u2028", "\u2029".encode(): b"\\u2029"}


class CallbackPolling:
    """Serves GET requests with a ``jsonp`` and one or more ``message`` parameters."""

    def __init__(
        self,
        options: BayeuxOptions,
        driver: Callable[[], Driver],
        reception: Reception,
    ) -> None:
        self._options = options
        self._exchanges = HttpExchanges(driver, reception, CALLBACK_POLLING)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one GET, of whatever path below the mount point."""
        callbacks = request.query.getall("jsonp", [])
        if len(callbacks) != 1 or not _CALLBACK.fullmatch(callbacks[0]):
            return refuse(400, "The jsonp parameter is not the name of a function.")
        limit = self._options.max_messages
        try:
            payloads = [
                codec.decode(text.encode(), limit) for text in request.query.getall("message", [])
            ]
        except codec.MalformedPayload:
            return refuse(400, "A message parameter is not a message, nor an array of them.")
        except codec.TooManyMessages as error:
            return refuse(413, str(error))
        messages = list(chain.from_iterable(payloads))
        if not messages:
            return refuse(400, "There is no message parameter.")
        if len(messages) > limit:
            return refuse(413, "There are too many messages.")
        return await self._exchanges.answer(request, messages, _script(callbacks[0]))


def _script(callback: str) -> Callable[[Send], web.Response]:
    def render(send: Send) -> web.Response:
        payload = codec.encode(send.messages)
        for separator, escaped in _LINE_SEPARATORS.items():
            payload = payload.replace(separator, escaped)
        return web.Response(body=b"/**/%b(%b);" % (callback.encode(), payload), headers=_HARDENED)

    return render
