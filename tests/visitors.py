"""Whoever comes to a centre, with the headers and cookies of his choice, and what he can be told by
the answers."""

import base64
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import OctKey
from multidict import CIMultiDictProxy

from tests.centre import Centre

API = "/api/v2"
NOTIFICATIONS = API + "/notifications"
CC_GATEWAY = "/agentgateway/resource"
ELSEWHERE = (NOTIFICATIONS, CC_GATEWAY)
SECRET = "a secret of thirty-two bytes, or more"
FOR_EVERYBODY = {("GET", "/openapi.json"), ("HEAD", "/openapi.json")}
DENIED = (403, {"statusCode": 20, "statusMessage": "Access denied"})

Headers = dict[str, str]


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
    for everybody, with this id wherever there is one."""
    for route in app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical
        if not path.startswith(ELSEWHERE) and (route.method, path) not in FOR_EVERYBODY:
            yield route.method, path.replace("{id}", id_)
