"""Resources of one kind, and the two ways to read them: all that a user has, and one of them."""

from collections.abc import Callable
from typing import Any, TypeAlias

from aiohttp import web
from msgspec import Struct

from switchbell.access.users import User
from switchbell.notify.gws.shapes import Shape
from switchbell.rest.gws import shapes
from switchbell.rest.gws.answers import GwsError, StatusCode, success
from switchbell.rest.gws.routes import USER, Query, Route

Json: TypeAlias = dict[str, Any]

FIELDS = Query("fields", "* for whole resources, or names of fields with commas; URIs without")


class Collection(Struct, frozen=True):
    """Resources of one kind, under their ``name`` in paths and answers. ``of`` gives those that a
    user has, and their field ``key`` tells them apart."""

    name: str
    shape: type[Shape]
    of: Callable[[User], list[Json]]
    key: str = "id"

    @property
    def singular(self) -> str:
        """The name of one of them."""
        return self.name.removesuffix("s")

    def one(self, request: web.Request) -> Json:
        """The resource with the id in the path. Raises GwsError."""
        for resource in self.of(request[USER]):
            if resource[self.key] == request.match_info["id"]:
                return resource
        raise GwsError(StatusCode.NOT_FOUND, f"The user has no such {self.singular}.")


def listing(path: str, collection: Collection) -> Route:
    """GET the URIs of resources; or with ``fields``, the resources with these fields."""

    async def get(request: web.Request) -> web.Response:
        resources = collection.of(request[USER])
        wanted = request.query.get("fields")
        if wanted is None:
            return success(uris=[resource["uri"] for resource in resources])
        if wanted == "*":
            return success(**{collection.name: resources})
        names = [name.strip() for name in wanted.split(",")]
        chosen = [{name: one[name] for name in names if name in one} for one in resources]
        return success(**{collection.name: chosen})

    return Route(
        method="GET",
        path=path,
        handler=get,
        summary=f"The {collection.name}",
        answer=shapes.many(collection.name, collection.shape),
        query=(FIELDS,),
    )


def single(path: str, collection: Collection) -> Route:
    """GET one resource, whole."""

    async def get(request: web.Request) -> web.Response:
        return success(**{collection.singular: collection.one(request)})

    return Route(
        method="GET",
        path=path,
        handler=get,
        summary=f"One {collection.singular}",
        answer=shapes.one(collection.singular, collection.shape),
    )
