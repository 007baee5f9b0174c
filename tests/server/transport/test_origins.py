"""Which pages may use the server."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.origins import Origins

DESK = "https://desk.example"
OTHER = "https://other.example"


@pytest.fixture
def origins() -> Origins:
    return Origins(BayeuxOptions(allowed_origins=(DESK,)))


def request(origin: str | None, host: str = "bells.example") -> web.Request:
    headers = {"Host": host} | ({} if origin is None else {"Origin": origin})
    return make_mocked_request("POST", "/bayeux", headers=headers)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        (DESK, True),
        ("https://bells.example", True),
        ("http://bells.example", True),
        ("https://BELLS.example", True),
        (OTHER, False),
        ("https://bells.example.evil.example", False),
        ("https://evil.example/bells.example", False),
        ("https://bells.example:8443", False),
        ("https://bells.example@evil.example", False),
        ("http://desk.example", False),
        ("https://desk.example:8443", False),
        ("https://desk.example.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_pages_of_the_server_and_of_configured_origins_may_use_it(
    origins: Origins, origin: str | None, allowed: bool
) -> None:
    assert origins.allows(request(origin)) is allowed


def test_the_port_is_part_of_an_origin(origins: Origins) -> None:
    assert origins.allows(request("http://bells.example:8080", host="bells.example:8080"))
    assert not origins.allows(request("http://bells.example", host="bells.example:8080"))


def test_a_configured_origin_may_read_and_go_on(origins: Origins) -> None:
    asked, response = request(DESK), web.Response()
    origins.mark(asked, response)
    preflight = origins.preflight(asked)
    origins.mark(asked, preflight)
    for answer in (response, preflight):
        assert answer.headers["Access-Control-Allow-Origin"] == DESK
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert answer.headers["Vary"] == "Origin"
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "POST, GET"
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("origin", [OTHER, "http://bells.example", "null", None])
def test_others_are_told_nothing_but_that_it_depends_on_the_origin(
    origins: Origins, origin: str | None
) -> None:
    asked = request(origin)
    preflight, response = origins.preflight(asked), web.Response()
    for answer in (preflight, response):
        origins.mark(asked, answer)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert answer.headers["Vary"] == "Origin"
    assert preflight.status == 204


def test_without_configured_origins_responses_do_not_depend_on_them() -> None:
    response = web.Response()
    Origins(BayeuxOptions()).mark(request(DESK), response)
    assert "Vary" not in response.headers


def test_a_public_url_says_what_the_own_origin_is() -> None:
    origins = Origins(BayeuxOptions(), "https://public.example")
    assert origins.allows(request("https://public.example"))
    assert not origins.allows(request("https://bells.example"))
