"""The OpenAPI document says what is served, all of it and nothing else."""

import inspect
import re
from typing import Any

import aiohttp
import pytest

from switchbell.rest.gws import requests
from switchbell.voice import operations
from tests.centre import Centre, Json


@pytest.fixture
async def document(centre: Centre) -> Json:
    """It is for everybody: a stranger reads it."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(centre.url + "/openapi.json") as response,
    ):
        assert (response.status, response.content_type) == (200, "application/json")
        read: Json = await response.json()
        return read


def references(part: Any) -> set[str]:
    """The components that a part of the document refers to."""
    match part:
        case dict():
            deeper = set().union(*(references(value) for value in part.values()))
            return deeper | ({part["$ref"]} if isinstance(part.get("$ref"), str) else set())
        case list():
            return set().union(*(references(value) for value in part))
        case _:
            return set()


async def test_the_frame(centre: Centre, document: Json) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Switchbell"
    assert document["servers"] == [{"url": f"{centre.url}/api/v2"}]
    assert document["security"] == [{"basic": []}]
    assert document["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"}
    }


async def test_what_is_served_is_in_the_document(document: Json) -> None:
    assert {path: set(item) for path, item in document["paths"].items()} == {
        "/me": {"get", "post"},
        "/users/{id}": {"get"},
        "/me/devices": {"get"},
        "/me/calls": {"get"},
        "/me/channels": {"get"},
        "/me/features": {"get"},
        "/me/skills": {"get"},
        "/me/groups": {"get"},
        "/me/settings": {"get"},
        "/me/devices/{id}": {"get", "post"},
        "/me/devices/{id}/calls": {"post"},
        "/me/devices/{id}/settings/tserver": {"get"},
        "/me/calls/{id}": {"get", "post"},
        "/me/channels/{id}": {"get", "post"},
        "/devices/{id}": {"get"},
        "/devices/{id}/calls": {"post"},
        "/features": {"get"},
        "/features/{id}": {"get"},
        "/services": {"get"},
        "/services/{id}": {"get"},
        "/diagnostics/version": {"get"},
    }


async def test_what_is_in_the_document_is_served(centre: Centre, document: Json) -> None:
    desk = centre.desk()
    for path, item in document["paths"].items():
        for method in item:
            url = f"{centre.url}/api/v2{path.replace('{id}', 'X')}"
            async with desk._http.request(method, url, json={}) as response:
                assert str(response.status) in item[method]["responses"]
                assert (await response.json()).get("statusMessage") != "There is no such resource."


async def test_every_operation_has_a_name_of_its_own_and_its_parameters(document: Json) -> None:
    found = [one for item in document["paths"].values() for one in item.values()]
    assert len({one["operationId"] for one in found}) == len(found)
    for path, item in document["paths"].items():
        for one in item.values():
            in_path = [given["name"] for given in one["parameters"] if given["in"] == "path"]
            assert in_path == re.findall(r"{(\w+)}", path)
            assert one["summary"]
            assert {"200", "403", "500"} <= one["responses"].keys()


async def test_all_that_is_referred_to_is_there_and_used(document: Json) -> None:
    schemas = document["components"]["schemas"]
    assert references(document) == {f"#/components/schemas/{name}" for name in schemas}


def bodies(document: Json, path: str) -> dict[str, Json]:
    """The schemas of the bodies at ``path``, by the operation that they ask for."""
    schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    given = [
        document["components"]["schemas"][one["$ref"].rpartition("/")[2]] for one in schema["oneOf"]
    ]
    by_name = {one["properties"]["operationName"]["const"]: one for one in given}
    assert schema["discriminator"]["mapping"] == {
        name: f"#/components/schemas/{one['title']}" for name, one in by_name.items()
    }
    return by_name


async def test_every_operation_on_calls_is_in_the_document(document: Json) -> None:
    found = bodies(document, "/me/calls/{id}")
    assert found.keys() == requests.CALL_OPERATIONS.keys()
    for name, schema in found.items():
        assert "operationName" in schema["required"]
        assert schema["description"] == inspect.getdoc(getattr(operations, name))


async def test_dialling_is_in_the_document(document: Json) -> None:
    for path in ("/me/devices/{id}/calls", "/devices/{id}/calls"):
        [schema] = bodies(document, path).values()
        assert schema["properties"]["operationName"] == {"const": "Dial"}
        assert schema["required"] == ["operationName", "destination"]
        assert set(schema["properties"]) == {"operationName", "destination", "userData"}


@pytest.mark.parametrize(
    ("name", "required", "optional"),
    [
        ("Answer", set(), set()),
        ("InitiateConference", {"destination"}, {"userData"}),
        ("CompleteConference", set(), {"consultCallUri"}),
        ("SwapCalls", set(), {"otherCallUri"}),
        ("RemoveParticipantFromConference", {"participant"}, set()),
        ("SendDtmf", {"digits"}, set()),
        ("AttachUserData", {"userData"}, set()),
        ("DeleteUserDataPair", {"key"}, set()),
    ],
)
async def test_the_parameters_of_operations(
    document: Json, name: str, required: set[str], optional: set[str]
) -> None:
    schema = bodies(document, "/me/calls/{id}")[name]
    assert set(schema["required"]) == {"operationName"} | required
    assert set(schema["properties"]) == {"operationName"} | required | optional


async def test_a_parameter_that_is_required_cannot_be_null(document: Json) -> None:
    found = bodies(document, "/me/calls/{id}")
    assert found["SendDtmf"]["properties"]["digits"] == {"type": "string"}
    assert {"type": "null"} in found["SwapCalls"]["properties"]["otherCallUri"]["anyOf"]
    destination = found["SingleStepTransfer"]["properties"]["destination"]["anyOf"]
    assert {"$ref": "#/components/schemas/Destination"} in destination
    assert {"type": "string"} in destination
    assert {"type": "null"} not in destination


async def test_every_parameter_is_a_field_of_bodies() -> None:
    fields = set(requests.OperationRequest.__struct_encode_fields__)
    names = {parameter.name for parameter in requests.PARAMETERS.values()}
    others = {parameter.instead for parameter in requests.PARAMETERS.values()} - {None}
    assert names | others == fields - {"operationName"}
