"""Who may use Web Services: origins, credentials, HTTP sessions, CSRF tokens."""

import math
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Middleware

from switchbell.access.door import Door
from switchbell.access.errors import TooBusy
from switchbell.access.identity import Identity
from switchbell.access.origins import AllowedOrigins
from switchbell.access.sessions import HttpSession
from switchbell.access.users import User
from switchbell.rest.cors import Cors
from switchbell.rest.gws.answers import StatusCode, answer_errors, failure
from switchbell.rest.gws.routes import USER, Handler

_SESSION = web.RequestKey("session", HttpSession)

CSRF_HEADER = "X-CSRF-HEADER"
CSRF_TOKEN = "X-CSRF-TOKEN"  # noqa: S105 - the name of a header

FORGED = "Missing or invalid Csrf token"
"""The real one's words."""

_SAFE = ("GET", "HEAD", "OPTIONS")
_READS = ("GET", "HEAD")


class GwsAccess:
    """What every request has to pass on its way to a handler, which finds the user at ``USER``.

    Raises nothing to aiohttp: who may not pass is answered here, in the words of Web Services.
    """

    def __init__(
        self,
        door: Door,
        users: Iterable[User],
        origins: AllowedOrigins,
        *,
        csrf_protection: bool,
    ) -> None:
        self._door = door
        self._users = {user.name: user for user in users}
        self._cors = Cors(origins, exposed=(CSRF_HEADER, CSRF_TOKEN))
        self._csrf_protection = csrf_protection

    def middlewares(self) -> list[Middleware]:
        """What an application of Web Services begins with, from the outside to the inside."""
        return [self._check_origin, answer_errors, self._authenticate]

    def invalidate(self, request: web.Request) -> None:
        """End the HTTP session of a request, which is the last of it (Web Services,
        EndContactCenterSession). Its client is told to forget the cookie. Does nothing where there
        is no session."""
        session = request.get(_SESSION)
        if session is not None:
            self._door.log_out(session)

    @web.middleware
    async def _check_origin(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._cors.is_preflight(request):
            response: web.StreamResponse = self._cors.preflight(request)
        elif self._cors.allows(request):
            response = await handler(request)
        else:
            response = failure(
                StatusCode.NO_PERMISSION, "Pages of this origin may not use the server."
            )
        self._cors.mark(request, response)
        return response

    @web.middleware
    async def _authenticate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            identity = await self._door.identify(request)
        except TooBusy as error:
            return _later(503, StatusCode.INTERNAL_ERROR, "The server is busy.", error.retry_after)
        if identity.user is None:
            return _refuse(identity)
        request[USER] = self._users[identity.user]
        session = self._door.log_in(identity)
        if session is not None:
            request[_SESSION] = session
        if self._is_forged(request, identity):
            response: web.StreamResponse = failure(StatusCode.NO_PERMISSION, FORGED)
        else:
            response = await answer_errors(request, handler)
        self._tell(request, response, identity, session)
        return response

    def _is_forged(self, request: web.Request, identity: Identity) -> bool:
        """Whether a page may have made the user's browser send this. No browser sends a bearer
        token by itself; anything else has to bring the token of its session."""
        if not self._csrf_protection or request.method in _SAFE or not identity.may_be_forged:
            return False
        return not self._door.has_token(identity.session, request.headers.get(CSRF_TOKEN))

    def _tell(
        self,
        request: web.Request,
        response: web.StreamResponse,
        identity: Identity,
        session: HttpSession | None,
    ) -> None:
        """Put into a response what its client is to bring along from now on."""
        if session is None:
            return
        if session is not identity.session or session.ended:
            self._door.give_cookie(response, session)
        if self._csrf_protection and request.method in _READS and not session.ended:
            response.headers[CSRF_HEADER] = CSRF_TOKEN
            response.headers[CSRF_TOKEN] = session.csrf_token


def _refuse(identity: Identity) -> web.Response:
    """Not 401, nor anything else that desktops do not know, even after too many wrong passwords;
    who wants to know when to try again finds it in a header."""
    if identity.retry_after:
        return _later(403, StatusCode.NOT_AUTHENTICATED, "Access denied", identity.retry_after)
    return failure(StatusCode.NOT_AUTHENTICATED, "Access denied")


def _later(http_status: int, status: StatusCode, text: str, seconds: float) -> web.Response:
    response = failure(status, text, http_status)
    response.headers["Retry-After"] = str(math.ceil(seconds))
    return response
