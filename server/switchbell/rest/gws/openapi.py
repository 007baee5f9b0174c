"""The OpenAPI document of the interface, made of what serves it: routes, forms, operations."""

import inspect
import re
from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Any, TypeAlias, Union, get_args

import msgspec

from switchbell.access.door import COOKIE
from switchbell.notify.gws.resources import API
from switchbell.rest.gws.access import CSRF_HEADER, CSRF_TOKEN, FORGED
from switchbell.rest.gws.centre import VERSION
from switchbell.rest.gws.requests import OperationRequest, Operations, parameters
from switchbell.rest.gws.routes import Query, Route
from switchbell.rest.gws.shapes import Failure

Json: TypeAlias = dict[str, Any]

COMPONENTS = "#/components/schemas/"

SECURITY_SCHEMES: Json = {
    "basic": {"type": "http", "scheme": "basic"},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The answer to HTTP Basic brings it.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Where the server has keys to check tokens with.",
    },
}

# HTTP status of refusals, by what the request brings along.
REFUSALS = {
    403: "Not authenticated, or not allowed now",
    500: "The server failed",
    503: "Nothing can be kept at present, and so nothing is done",
}
REFUSALS_WITH_ID = {404: "There is nothing of this id for this user"}
REFUSALS_WITH_BODY = {
    400: "The body is not valid, or lacks something",
    403: f"Not authenticated, or not allowed now, or: {FORGED}",
    404: "There is nothing like what the body or the path names for this user",
    408: "The body did not come in time",
    409: "Somebody else has what the body names",
    413: "The body is too large",
}

_RETRY_AFTER = {"description": "In so many seconds", "schema": {"type": "integer"}}

# Headers of refusals, by HTTP status.
HEADERS_OF_REFUSALS: dict[int, Json] = {
    # After too many wrong passwords.
    403: {"Retry-After": _RETRY_AFTER},
    503: {"Retry-After": {**_RETRY_AFTER, "required": True}},
}

CSRF_HEADERS: Json = {
    CSRF_HEADER: {
        "description": "Where the server guards against CSRF: the name of the header that POST "
        "has to bring",
        "schema": {"const": CSRF_TOKEN},
    },
    CSRF_TOKEN: {"description": "Its value", "schema": {"type": "string"}},
}
CSRF_PARAMETER: Json = {
    "name": CSRF_TOKEN,
    "in": "header",
    "description": "What a GET of this HTTP session has told, where the server guards against CSRF",
    "schema": {"type": "string"},
}


def document(parts: Mapping[str, Iterable[Route]], url: str) -> Json:
    """The document of what a server at ``url`` has (OpenAPI 3.1): routes, by the prefix of their
    paths."""
    schemas = Schemas()
    paths: dict[str, Json] = {}
    for prefix, routes in parts.items():
        for route in routes:
            operation = _operation(prefix, route, schemas)
            paths.setdefault(prefix + route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Switchbell",
            "version": VERSION,
            "description": "Voice of Genesys Web Services v2. What comes of an operation is told "
            "by notifications over Bayeux.",
        },
        "servers": [{"url": url}],
        "security": [{name: []} for name in SECURITY_SCHEMES],
        "paths": paths,
        "components": {"securitySchemes": SECURITY_SCHEMES, "schemas": schemas.components},
    }


class Schemas:
    """The schemas that a document refers to, by name."""

    def __init__(self) -> None:
        self.components: dict[str, Json] = {}

    def of(self, kind: Any) -> Json:
        """The schema of a type."""
        [schema], components = msgspec.json.schema_components(
            [kind], ref_template=COMPONENTS + "{name}"
        )
        for name, component in components.items():
            self._keep(name, component)
        return schema

    def of_operation(self, name: str, kind: type[msgspec.Struct]) -> Json:
        """The schema of the bodies that ask for an operation."""
        types = {
            field.encode_name: field.type for field in msgspec.structs.fields(OperationRequest)
        }
        properties: Json = {"operationName": {"const": name}}
        required = ["operationName"]
        either: list[Json] = []
        for field, parameter in parameters(kind):
            given = types[parameter.name]
            if field.required:
                given = Union[*(one for one in get_args(given) if one is not NoneType)]
                if parameter.instead is None:
                    required.append(parameter.name)
                else:
                    names = (parameter.name, parameter.instead)
                    either = [{"required": [name]} for name in names]
            properties[parameter.name] = self.of(given)
            if parameter.instead is not None:
                properties[parameter.instead] = self.of(given)
        title = f"{name}Request"
        schema = {
            "title": title,
            "description": inspect.getdoc(kind) or "",
            "type": "object",
            "properties": properties,
            "required": required,
            **({"anyOf": either} if either else {}),
        }
        self._keep(title, schema)
        return {"$ref": COMPONENTS + title}

    def _keep(self, name: str, component: Json) -> None:
        kept = self.components.setdefault(name, component)
        assert kept == component, f"There are two schemas of the name {name}."


def _operation(prefix: str, route: Route, schemas: Schemas) -> Json:
    path = prefix + route.path
    operation: Json = {
        "operationId": _operation_id(route.method, path),
        "summary": route.summary,
        "parameters": [
            *(_in_path(name) for name in re.findall(r"{(\w+)}", path)),
            *(_in_query(query) for query in route.query),
            *([CSRF_PARAMETER] if route.method != "GET" else []),
        ],
        "responses": _responses(route, schemas),
    }
    schema = _body(route, schemas)
    if schema is not None:
        operation["requestBody"] = {"required": True, "content": _json(schema)}
    return operation


def _operation_id(method: str, path: str) -> str:
    words = re.findall(r"\w+", path.removeprefix(API))
    return method.lower() + "".join(word[0].upper() + word[1:] for word in words)


def _body(route: Route, schemas: Schemas) -> Json | None:
    if route.operations is not None:
        return _one_of(route.operations, schemas)
    return None if route.body is None else schemas.of(route.body)


def _one_of(operations: Operations, schemas: Schemas) -> Json:
    references = {name: schemas.of_operation(name, kind) for name, kind in operations.items()}
    return {
        "oneOf": list(references.values()),
        "discriminator": {
            "propertyName": "operationName",
            "mapping": {name: reference["$ref"] for name, reference in references.items()},
        },
    }


def _responses(route: Route, schemas: Schemas) -> Json:
    refusals = REFUSALS
    if "{id}" in route.path:
        refusals = refusals | REFUSALS_WITH_ID
    if route.method != "GET":
        refusals = refusals | REFUSALS_WITH_BODY
    failure = _json(schemas.of(Failure))
    headers = CSRF_HEADERS if route.method == "GET" else {}
    done = {"description": "Done", "headers": headers, "content": _json(schemas.of(route.answer))}
    return {
        "200": done,
        **{
            str(status): {
                "description": description,
                "headers": HEADERS_OF_REFUSALS.get(status, {}),
                "content": failure,
            }
            for status, description in sorted(refusals.items())
        },
    }


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(query: Query) -> Json:
    return {
        "name": query.name,
        "in": "query",
        "description": query.description,
        "schema": {"type": "string"},
    }


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
