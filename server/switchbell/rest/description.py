"""The OpenAPI document: for everybody, with no need to say who one is."""

from typing import Any

import orjson
from aiohttp import web

from switchbell.rest.cors import Cors
from switchbell.rest.nowhere import expect


class Description:
    """Serves a document. Pages of other origins read it as they read the rest."""

    def __init__(self, document: dict[str, Any], cors: Cors) -> None:
        self._document = orjson.dumps(document)
        self._cors = cors

    def serve(self, app: web.Application, path: str) -> None:
        app.router.add_get(path, self._show, expect_handler=expect)
        app.router.add_options(path, self._permit, expect_handler=expect)

    async def _show(self, request: web.Request) -> web.Response:
        response = web.Response(body=self._document, content_type="application/json")
        self._cors.mark(request, response)
        return response

    async def _permit(self, request: web.Request) -> web.Response:
        response = self._cors.preflight(request)
        self._cors.mark(request, response)
        return response
