"""The OpenAPI document says what is served, all of it and nothing else."""

import inspect
import re
from typing import Any

import aiohttp
import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.config import Config
from switchbell.rest.gws import requests
from switchbell.voice import operations
from tests.centre import Centre, Json, running_centre
from tests.visitors import ask, routes


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
    assert document["servers"] == [{"url": centre.url}]


async def test_every_way_to_say_who_one_is(document: Json) -> None:
    assert document["security"] == [{"basic": []}, {"cookie": []}, {"bearer": []}]
    schemes = document["components"]["securitySchemes"]
    assert schemes.keys() == {"basic", "cookie", "bearer"}
    assert schemes["basic"] == {"type": "http", "scheme": "basic"}
    cookie, bearer = schemes["cookie"], schemes["bearer"]
    assert (cookie["type"], cookie["in"], cookie["name"]) == ("apiKey", "cookie", "JSESSIONID")
    assert (bearer["type"], bearer["scheme"]) == ("http", "bearer")


async def test_what_is_served_is_in_the_document(document: Json) -> None:
    assert {path: set(item) for path, item in document["paths"].items()} == {
        "/api/v2/me": {"get", "post"},
        "/api/v2/users/{id}": {"get"},
        "/api/v2/me/devices": {"get"},
        "/api/v2/me/calls": {"get"},
        "/api/v2/me/channels": {"get"},
        "/api/v2/me/features": {"get"},
        "/api/v2/me/skills": {"get"},
        "/api/v2/me/groups": {"get"},
        "/api/v2/me/settings": {"get"},
        "/api/v2/me/devices/{id}": {"get", "post"},
        "/api/v2/me/devices/{id}/calls": {"post"},
        "/api/v2/me/devices/{id}/settings/tserver": {"get"},
        "/api/v2/me/calls/{id}": {"get", "post"},
        "/api/v2/me/channels/{id}": {"get", "post"},
        "/api/v2/devices/{id}": {"get"},
        "/api/v2/devices/{id}/calls": {"post"},
        "/api/v2/features": {"get"},
        "/api/v2/features/{id}": {"get"},
        "/api/v2/services": {"get"},
        "/api/v2/services/{id}": {"get"},
        "/api/v2/diagnostics/version": {"get"},
        "/trunk/calls": {"get", "post"},
        "/trunk/calls/{id}": {"get", "post"},
    }


async def test_no_route_is_left_out(centre: Centre, document: Json) -> None:
    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    served = {
        (method, path.rstrip("/"))
        for method, path in routes(centre.app, "{id}")
        if method not in ("HEAD", "PUT")
    }
    assert served == described


async def test_what_a_guard_against_forgery_asks_for(document: Json) -> None:
    for item in document["paths"].values():
        for method, one in item.items():
            told = one["responses"]["200"]["headers"].keys()
            asked = {given["name"] for given in one["parameters"] if given["in"] == "header"}
            if method == "get":
                assert (told, asked) == ({"X-CSRF-HEADER", "X-CSRF-TOKEN"}, set())
            else:
                assert (told, asked) == (set(), {"X-CSRF-TOKEN"})
                assert "Missing or invalid Csrf token" in one["responses"]["403"]["description"]


async def test_when_to_come_again(document: Json) -> None:
    for item in document["paths"].values():
        for one in item.values():
            busy, denied = (one["responses"][status]["headers"] for status in ("503", "403"))
            assert busy["Retry-After"]["required"] is True
            assert "required" not in denied["Retry-After"]


async def test_pages_of_a_configured_origin_may_read_it() -> None:
    config = Config(bayeux=BayeuxOptions(allowed_origins=("https://desk.example",)))
    async with running_centre(config) as centre:
        for method in ("GET", "OPTIONS"):
            preflight = {"Access-Control-Request-Method": "GET"} if method == "OPTIONS" else {}
            desk = {"Origin": "https://desk.example", **preflight}
            answer = await ask(centre, method, "/openapi.json", desk)
            assert answer.headers["Access-Control-Allow-Origin"] == "https://desk.example"
            assert answer.headers["Access-Control-Allow-Credentials"] == "true"
            evil = {"Origin": "https://evil.example", **preflight}
            answer = await ask(centre, method, "/openapi.json", evil)
            assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_what_is_in_the_document_is_served(centre: Centre, document: Json) -> None:
    desk = centre.desk()
    for path, item in document["paths"].items():
        for method in item:
            url = centre.url + path.replace("{id}", "X")
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
            assert {"200", "403", "500", "503"} <= one["responses"].keys()


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
    found = bodies(document, "/api/v2/me/calls/{id}")
    assert found.keys() == requests.CALL_OPERATIONS.keys()
    for name, schema in found.items():
        assert "operationName" in schema["required"]
        assert schema["description"] == inspect.getdoc(getattr(operations, name))


async def test_dialling_is_in_the_document(document: Json) -> None:
    for path in ("/api/v2/me/devices/{id}/calls", "/api/v2/devices/{id}/calls"):
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
    schema = bodies(document, "/api/v2/me/calls/{id}")[name]
    assert set(schema["required"]) == {"operationName"} | required
    assert set(schema["properties"]) == {"operationName"} | required | optional


async def test_a_parameter_that_is_required_cannot_be_null(document: Json) -> None:
    found = bodies(document, "/api/v2/me/calls/{id}")
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


async def test_customers_ring_in_and_act(document: Json) -> None:
    content = document["paths"]["/trunk/calls"]["post"]["requestBody"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/NewCall"}
    assert document["components"]["schemas"]["NewCall"]["required"] == ["from", "to"]
    assert bodies(document, "/trunk/calls/{id}").keys() == {
        "Answer",
        "Reject",
        "Hangup",
        "SendDtmf",
    }
