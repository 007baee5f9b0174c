"""The OpenAPI document of the interface, made of what serves it: routes, forms, operations."""

import inspect
import re
from collections.abc import Iterable
from types import NoneType
from typing import Any, TypeAlias, Union, get_args

import msgspec

from switchbell.rest.gws.centre import VERSION
from switchbell.rest.gws.requests import OperationRequest, Operations, parameters
from switchbell.rest.gws.routes import Query, Route
from switchbell.rest.gws.shapes import Failure

Json: TypeAlias = dict[str, Any]

COMPONENTS = "#/components/schemas/"

# HTTP status of refusals, by what the request brings along.
REFUSALS = {
    403: "Not authenticated, or not allowed now",
    500: "The server failed",
    503: "Nothing can be kept at present, and so nothing is done",
}
REFUSALS_WITH_ID = {404: "There is nothing of this id for this user"}
REFUSALS_WITH_BODY = {
    400: "The body is not valid, or lacks something",
    404: "There is nothing like what the body or the path names for this user",
    408: "The body did not come in time",
    409: "Somebody else has what the body names",
    413: "The body is too large",
}


def document(routes: Iterable[Route], url: str) -> Json:
    """The document of an interface at ``url`` (OpenAPI 3.1)."""
    schemas = Schemas()
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Switchbell",
            "version": VERSION,
            "description": "Voice of Genesys Web Services v2. What comes of an operation is told "
            "by notifications over Bayeux.",
        },
        "servers": [{"url": url}],
        "security": [{"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
            "schemas": schemas.components,
        },
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


def _operation(route: Route, schemas: Schemas) -> Json:
    operation: Json = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "parameters": [
            *(_in_path(name) for name in re.findall(r"{(\w+)}", route.path)),
            *(_in_query(query) for query in route.query),
        ],
        "responses": _responses(route, schemas),
    }
    if route.operations is not None:
        schema = _body(route.operations, schemas)
        operation["requestBody"] = {"required": True, "content": _json(schema)}
    return operation


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path)
    return route.method.lower() + "".join(word[0].upper() + word[1:] for word in words)


def _body(operations: Operations, schemas: Schemas) -> Json:
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
    if route.operations is not None:
        refusals = refusals | REFUSALS_WITH_BODY
    failure = _json(schemas.of(Failure))
    return {
        "200": {"description": "Done", "content": _json(schemas.of(route.answer))},
        **{
            str(status): {"description": description, "content": failure}
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
