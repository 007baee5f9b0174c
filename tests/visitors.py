"""Whoever comes to a centre, with the headers and cookies of his choice, and what he can be told by
the answers."""

import base64
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import OctKey
from multidict import CIMultiDictProxy

from switchbell.access.options import AccessOptions
from switchbell.bayeux.options import BayeuxOptions
from switchbell.config import Config
from tests.centre import Centre, running_centre

API = "/api/v2"
NOTIFICATIONS = API + "/notifications"
CC_GATEWAY = "/agentgateway/resource"
ELSEWHERE = (NOTIFICATIONS, CC_GATEWAY)
SECRET = "a secret of thirty-two bytes, or more"
FOR_EVERYBODY = {
    *((method, "/openapi.json") for method in ("GET", "HEAD", "OPTIONS")),
    *((method, f"/health/{what}") for method in ("GET", "HEAD") for what in ("live", "ready")),
    ("PUT", "/ANY"),
}
DENIED = (403, {"statusCode": 20, "statusMessage": "Access denied"})

DESK = "https://desk.example"
"""The origin whose pages may use a guarded centre."""

Headers = dict[str, str]


class Clock:
    """The time of day, and what has passed beyond that."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@asynccontextmanager
async def guarded_centre(clock: Clock, **access: Any) -> AsyncIterator[Centre]:
    """A centre that takes bearer tokens and pages of ``DESK``; options go into AccessOptions."""
    config = Config(
        access=AccessOptions(token_secret=SECRET, **access),
        bayeux=BayeuxOptions(allowed_origins=(DESK,)),
    )
    async with running_centre(config, clock=clock) as centre:
        yield centre


class Answer(NamedTuple):
    status: int
    headers: CIMultiDictProxy[str]
    body: Any
    """What JSON says, or text."""


def basic(user: str = "agent15000", password: str = "switchbell") -> Headers:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


def token(expiry: float, user: str = "agent15000") -> str:
    claims = {"sub": user, "exp": expiry}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def bearer(expiry: float, user: str = "agent15000") -> Headers:
    return {"Authorization": f"Bearer {token(expiry, user)}"}


async def ask(
    centre: Centre,
    method: str = "GET",
    path: str = API + "/me",
    headers: Mapping[str, str] | None = None,
    **options: Any,
) -> Answer:
    """One request, by somebody who keeps nothing."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        http.request(method, centre.url + path, headers=headers, **options) as response,
    ):
        is_json = response.content_type == "application/json" and method != "HEAD"
        body = await response.json() if is_json else await response.text()
        return Answer(response.status, response.headers, body)


def cookie_of(answer: Answer) -> Headers:
    """What a client that keeps cookies sends after this answer."""
    cookies = SimpleCookie[str]()
    for line in answer.headers.getall("Set-Cookie"):
        cookies.load(line)
    return {"Cookie": "; ".join(f"{name}={one.value}" for name, one in cookies.items())}


async def logged_in(centre: Centre, user: str = "agent15000") -> Headers:
    """The cookie of somebody who has logged in."""
    return cookie_of(await ask(centre, headers=basic(user)))


def routes(app: web.Application, id_: str = "ANY") -> Iterator[tuple[str, str]]:
    """Method and path of everything that the server has, but for Bayeux, CC-Gateway and what is
    for everybody,
    with this id wherever there is one. Where there is nothing, PUT stands for all methods."""
    for route in app.router.routes():
        assert route.resource is not None
        method = "PUT" if route.method == "*" else route.method
        path = route.resource.canonical.replace("{id}", id_).replace("{rest}", "ANY")
        if not path.startswith(ELSEWHERE) and (method, path) not in FOR_EVERYBODY:
            yield method, path
