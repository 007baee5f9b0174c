"""Whether the server runs, and whether it can do its work: for those who watch over it."""

from collections.abc import Callable, Mapping

import orjson
from aiohttp import web

from switchbell.rest.nowhere import expect


class Health:
    """Serves ``/live`` and ``/ready``, to everybody.

    ``parts`` are what the work depends on: each says what is wrong with it, or None.
    """

    def __init__(self, parts: Mapping[str, Callable[[], str | None]]) -> None:
        self._parts = parts

    def serve(self, app: web.Application, path: str) -> None:
        """Serve below ``path``."""
        for what, handler in (("/live", self._live), ("/ready", self._ready)):
            app.router.add_get(path + what, handler, expect_handler=expect)

    async def _live(self, request: web.Request) -> web.Response:
        return _answer(200, {"live": True})

    async def _ready(self, request: web.Request) -> web.Response:
        """503 while something is wrong, with the reasons by part."""
        found = {name: trouble() for name, trouble in self._parts.items()}
        reasons = {name: reason for name, reason in found.items() if reason is not None}
        return _answer(503 if reasons else 200, {"ready": not reasons, "reasons": reasons})


def _answer(status: int, body: Mapping[str, object]) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
