"""Where requests come in: from an aiohttp request to who sends it, and the cookie that he gets."""

import secrets
from collections.abc import Callable, Mapping
from http.cookies import Morsel
from typing import Any

from aiohttp import web

from switchbell.access.authenticator import Authenticator
from switchbell.access.identity import Identity
from switchbell.access.options import AccessOptions
from switchbell.access.sessions import HttpSession

COOKIE = "JSESSIONID"
"""Web Services' name; load balancers go by it."""


class Door:
    """Identifies requests, and keeps their HTTP sessions. ``secure`` says that clients reach the
    server over https; ``clock`` gives seconds since 1970."""

    def __init__(
        self,
        authenticator: Authenticator,
        options: AccessOptions,
        *,
        secure: bool,
        clock: Callable[[], float],
    ) -> None:
        self._authenticator = authenticator
        self._sessions = authenticator.sessions
        self._proxies = options.proxies
        self._same_site = options.cookie_same_site
        self._secure = secure if options.cookie_secure is None else options.cookie_secure
        self._clock = clock

    async def identify(self, request: web.Request) -> Identity:
        """Raises TooBusy."""
        headers = request.headers
        return await self._authenticator.identify(
            headers.get("Authorization"),
            request.cookies.get(COOKIE) if "Cookie" in headers else None,
            address=self._address(request),
            now=self._clock(),
        )

    async def authenticate(self, request: web.Request, said: Mapping[str, Any]) -> Identity | None:
        """Who a handshake says that its client is; see Authenticator. Raises TooBusy."""
        return await self._authenticator.authenticate(
            said, address=self._address(request), now=self._clock()
        )

    def seconds_left(self, identity: Identity) -> float:
        """For how long somebody who was identified remains known; not positive if he is not any
        more: his session has ended, or his token has expired."""
        if identity.session is not None and identity.session.ended:
            return 0.0
        return identity.until - self._clock()

    def arrive(self, identity: Identity) -> None:
        """Something that takes time begins for somebody: until :meth:`leave` his session is in
        use."""
        if identity.session is not None:
            self._sessions.arrive(identity.session)

    def leave(self, identity: Identity) -> None:
        if identity.session is not None:
            self._sessions.leave(identity.session, self._clock())

    def log_in(self, identity: Identity) -> HttpSession | None:
        """The HTTP session of a request: that whose cookie came, or a new one for somebody who
        may have one. The cookie of a new one has to be sent by :meth:`give_cookie`."""
        if identity.session is not None or identity.user is None or not identity.may_log_in:
            return identity.session
        return self._sessions.begin(identity.user, self._clock())

    def log_out(self, session: HttpSession) -> None:
        """End an HTTP session, and so make its cookie worthless."""
        self._sessions.end(session)

    def has_token(self, session: HttpSession | None, token: str | None) -> bool:
        """Whether a request brings the CSRF token of its session."""
        if session is None or token is None:
            return False
        return secrets.compare_digest(session.csrf_token.encode(), token.encode(errors="replace"))

    def give_cookie(self, response: web.StreamResponse, session: HttpSession) -> None:
        """Have the client bring its session along from now on; or, if that has ended, nothing."""
        cookie = Morsel[str]()
        value = "" if session.ended else session.id
        cookie.set(COOKIE, value, value)
        cookie["path"] = "/"
        cookie["max-age"] = "0" if session.ended else ""
        cookie["samesite"] = self._same_site
        cookie["httponly"] = "yes"
        cookie["secure"] = "yes" if self._secure else ""
        response.headers.add("Set-Cookie", cookie.OutputString())

    def _address(self, request: web.Request) -> str:
        """Where a request comes from. What it says itself is not to be believed, but what the
        operator's proxies have added to that is."""
        if self._proxies:
            forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
            if len(forwarded) >= self._proxies:
                return without_port(forwarded[-self._proxies].strip()) or request.remote or ""
        return request.remote or ""


def without_port(address: str) -> str:
    """The address alone, of one to which a proxy may have added the port: ``192.0.2.1:5678`` or
    ``[2001:db8::1]:5678``."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, colon, port = address.rpartition(":")
    return host if colon and ":" not in host and port.isdecimal() else address
