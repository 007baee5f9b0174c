"""Which pages may use the server: CORS over HTTP, and the check that WebSocket needs instead."""

from aiohttp import web

from switchbell.access.origins import AllowedOrigins
from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.answers import NOT_CACHEABLE


class Origins:
    """Pages of the server's own origin may use it, those of the configured ones, and no others; see
    AllowedOrigins."""

    def __init__(self, options: BayeuxOptions, public_url: str | None = None) -> None:
        self._allowed = AllowedOrigins(options.allowed_origins, public_url)
        self._permissions = {
            "Access-Control-Allow-Methods": "POST, GET",
            "Access-Control-Allow-Headers": ", ".join(options.allowed_headers),
            "Access-Control-Max-Age": "600",
        }

    def allows(self, request: web.Request) -> bool:
        """Whether a request comes from a page that may use the server, or from no page at all."""
        origin = request.headers.get("Origin")
        return self._allowed.allows(origin, host=request.host, secure=request.secure)

    def preflight(self, request: web.Request) -> web.Response:
        """The answer to a browser that asks whether a page of another origin may go on."""
        allowed = self._permissions if request.headers.get("Origin") in self._allowed else {}
        return web.Response(status=204, headers=NOT_CACHEABLE | allowed)

    def mark(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let pages of a configured origin read a response."""
        if not self._allowed:
            return
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("Origin")
        if origin is not None and origin in self._allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
