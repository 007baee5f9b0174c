"""CORS: what pages of other origins may do with a REST interface, and read of it."""

from aiohttp import web

from switchbell.access.origins import AllowedOrigins

# What desktops send (Web Services, "Errors, authentication, CSRF, CORS").
REQUEST_HEADERS = (
    *("X-Requested-With", "Content-Type", "Accept", "Origin", "Cookie", "Authorization"),
    *("ssid", "surl", "ContactCenterId", "X-CSRF-TOKEN"),
)

_METHODS = "GET, POST, PUT, DELETE"


class Cors:
    """Lets pages of the configured origins read answers, with credentials. ``exposed`` are the
    headers of answers that they may read, besides the usual ones, and ``sent`` those of requests
    that they may send."""

    def __init__(
        self,
        origins: AllowedOrigins,
        *,
        exposed: tuple[str, ...] = (),
        sent: tuple[str, ...] = REQUEST_HEADERS,
    ) -> None:
        self._origins = origins
        self._permissions = {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": ", ".join(sent),
            "Access-Control-Max-Age": "600",
        }
        self._exposed = ", ".join(exposed)

    def allows(self, request: web.Request) -> bool:
        """Whether a request comes from a page that may use the server, or from no page at all. One
        from elsewhere could not read the answer, but the request would have its effect."""
        origin = request.headers.get("Origin")
        return self._origins.allows(origin, host=request.host, secure=request.secure)

    def is_preflight(self, request: web.Request) -> bool:
        return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers

    def preflight(self, request: web.Request) -> web.Response:
        """The answer to a browser that asks whether a page may go on."""
        allowed = self._permissions if request.headers.get("Origin") in self._origins else {}
        return web.Response(status=204, headers={"Cache-Control": "no-store", **allowed})

    def mark(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let pages of a configured origin read a response."""
        if not self._origins:
            return
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("Origin")
        if origin is not None and origin in self._origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            if self._exposed:
                response.headers["Access-Control-Expose-Headers"] = self._exposed
