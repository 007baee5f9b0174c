"""A route: what is served, and all that can be said of it."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from aiohttp import web
from msgspec import Struct

from switchbell.access.users import User
from switchbell.rest.gws.requests import Operations
from switchbell.rest.nowhere import expect, serve_the_rest

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

USER = web.RequestKey("user", User)
"""Who sends a request."""


class Query(Struct, frozen=True):
    """A parameter in the query of a request. It need not be there."""

    name: str
    description: str


class Route(Struct, frozen=True, kw_only=True):
    """What is served at ``path``, below the prefix of its application.

    ``answer`` is the form of the answer if all is well. Of a POST, ``operations`` are those of
    which the body names one; or ``body`` is the form of it.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    answer: type[Struct]
    query: tuple[Query, ...] = ()
    operations: Operations | None = None
    body: type[Struct] | None = None


def serve(routes: Iterable[Route], app: web.Application) -> None:
    """Have an application serve routes, and nothing else; with and without a slash at the end:
    clients send both."""
    for route in routes:
        add = app.router.add_get if route.method == "GET" else app.router.add_post
        add(route.path, route.handler, expect_handler=expect)
        add(route.path + "/", route.handler, expect_handler=expect)
    serve_the_rest(app)
