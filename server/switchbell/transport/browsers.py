"""Tells browsers from programs, and one browser from another."""

import re
import secrets
from http.cookies import Morsel

from aiohttp import web

from switchbell.bayeux.options import BayeuxOptions

# What this server gives out, or other servers of this protocol.
_IDENTITY = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)


class Browsers:
    """Gives each browser a cookie with its first handshake, and recognises it by that. ``secure``
    says that browsers reach the server over https, whatever its requests look like here."""

    def __init__(self, options: BayeuxOptions, *, secure: bool = False) -> None:
        self._options = options
        self._secure = secure

    def identity(self, request: web.Request) -> str | None:
        """Which browser a request says that it comes from."""
        value = request.cookies.get(self._options.browser_cookie_name, "")
        return value if _IDENTITY.fullmatch(value) else None

    def remember(self, request: web.Request, response: web.StreamResponse, browser: str) -> None:
        """Have the browser bring its identity from now on."""
        options = self._options
        secure = options.browser_cookie_secure
        if secure is None:
            secure = self._secure or request.secure
        cookie = Morsel[str]()
        cookie.set(options.browser_cookie_name, browser, browser)
        age = options.browser_cookie_max_age
        cookie["path"] = options.browser_cookie_path
        cookie["domain"] = options.browser_cookie_domain or ""
        cookie["max-age"] = "" if age is None else str(age)
        cookie["samesite"] = options.browser_cookie_same_site or ""
        cookie["httponly"] = "yes" if options.browser_cookie_http_only else ""
        cookie["secure"] = "yes" if secure else ""
        # Morsel knows this attribute from Python 3.14 on.
        partitioned = "; Partitioned" if options.browser_cookie_partitioned else ""
        response.headers.add("Set-Cookie", cookie.OutputString() + partitioned)


def is_page(request: web.Request) -> bool:
    """Whether a browser's page sent a request, rather than a program."""
    # Browsers send one or the other with all that concerns us. (Sec-Fetch-Mode tells nothing:
    # Node's fetch sends that too, and keeps no cookies.)
    return "Origin" in request.headers or "Sec-Fetch-Site" in request.headers


def new_identity() -> str:
    return secrets.token_hex(20)
