"""Speakers that can be told apart: by the headers that they send with everything."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.conformance.serving import Serving
from tests.conformance.speaker import Answer, Speaker


class Visitor(Speaker):
    """Sends the same headers with everything, as a browser or somebody who has signed in does."""

    def __init__(self, server: Serving, headers: Mapping[str, str]) -> None:
        super().__init__(server._http, server.url)
        self._headers = dict(headers)

    async def request(self, method: str, *, path: str = "", **options: Any) -> Answer:
        headers = self._headers | dict(options.pop("headers", {}))
        return await super().request(method, path=path, headers=headers, **options)


def page(cookie: str | None = None, **more: str) -> dict[str, str]:
    """What a page in a browser sends along, with the cookie that this has been given."""
    cookies = {} if cookie is None else {"Cookie": f"BAYEUX_BROWSER={cookie}"}
    return {"Sec-Fetch-Site": "same-origin", **cookies, **more}


def user(name: str) -> dict[str, str]:
    """What a user sends along, where the server tells users apart :func:`by_name`."""
    return {"X-User": name}


async def by_name(request: web.Request) -> str | None:
    """Takes everybody's word for who he is."""
    return request.headers.get("X-User")
