"""R29 and R101: the cookie by which a browser is known, and its attributes."""

from http.cookies import Morsel
from typing import Any

import pytest

from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Client, promptly
from tests.conformance.visitors import Visitor, page

HANDSHAKE = {"channel": "/meta/handshake", "version": "1.0"}


async def attributes(server: Serving) -> dict[str, str]:
    """The cookie that a first handshake sets: its name and value under ``""``, and what else there
    is, by names in lower case."""
    answer = await promptly(server.post([HANDSHAKE]))
    [cookie] = answer.headers.getall("Set-Cookie")
    head, *others = (part.strip().partition("=") for part in cookie.split(";"))
    return {"": "".join(head)} | {name.lower(): value for name, _, value in others}


async def test_r29_the_cookie_is_as_narrow_as_can_be_by_default(server: Serving) -> None:
    cookie = await attributes(server)
    assert cookie.pop("").startswith("BAYEUX_BROWSER=")
    assert cookie == {"path": "/", "httponly": ""}


@pytest.mark.parametrize(
    ("options", "attribute"),
    [
        ({"browser_cookie_domain": "desk.example"}, {"domain": "desk.example"}),
        ({"browser_cookie_path": "/events"}, {"path": "/events"}),
        ({"browser_cookie_max_age": 3600}, {"max-age": "3600"}),
        ({"browser_cookie_max_age": 0}, {"max-age": "0"}),
        ({"browser_cookie_secure": True}, {"secure": ""}),
        ({"browser_cookie_secure": False}, {}),
        ({"browser_cookie_same_site": "Strict"}, {"samesite": "Strict"}),
        ({"browser_cookie_same_site": "Lax"}, {"samesite": "Lax"}),
        (
            {"browser_cookie_same_site": "None", "browser_cookie_secure": True},
            {"samesite": "None", "secure": ""},
        ),
        (
            {"browser_cookie_partitioned": True, "browser_cookie_secure": True},
            {"partitioned": "", "secure": ""},
        ),
    ],
    ids=repr,
)
async def test_r29_an_option_adds_an_attribute(
    serve: Serve, options: dict[str, Any], attribute: dict[str, str]
) -> None:
    cookie = await attributes(await serve(**options))
    del cookie[""]
    assert cookie == {"path": "/", "httponly": ""} | attribute


async def test_r29_scripts_may_be_let_see_it(serve: Serve) -> None:
    assert "httponly" not in await attributes(await serve(browser_cookie_http_only=False))


async def test_r29_it_may_have_another_name(serve: Serve) -> None:
    server = await serve(browser_cookie_name="DESK")
    assert (await attributes(server))[""].startswith("DESK=")
    sign = {"Sec-Fetch-Site": "same-origin"}
    client = await Visitor(server, sign | {"Cookie": "DESK=one"}).open()
    [reply] = await Client(Visitor(server, page("one")), client.id).poll()
    assert reply["error"] == "402::session_unknown"


@pytest.mark.parametrize("value", ["", "a.b", '"<script>"', "x" * 65, "a/b"])
async def test_r29_what_nobody_gave_out_is_no_cookie(server: Serving, value: str) -> None:
    headers = {"Cookie": f"BAYEUX_BROWSER={value}"}
    answer = await promptly(server.post([HANDSHAKE], headers=headers))
    [cookie] = answer.headers.getall("Set-Cookie")
    assert cookie.startswith("BAYEUX_BROWSER=")


async def test_r29_a_socket_sets_it_as_it_is_opened(server: Serving) -> None:
    async with RawSocket(server, {"Sec-Fetch-Site": "same-origin"}) as socket:
        [cookie] = socket.cookies
        assert isinstance(cookie, Morsel)
        assert cookie.key == "BAYEUX_BROWSER"
        assert cookie["httponly"] is True
        client_id = await socket.handshake()
    # With it, the session can go on elsewhere.
    [reply] = await Client(Visitor(server, page(cookie.value)), client_id).poll()
    assert reply["successful"] is True
    [reply] = await Client(Visitor(server, page("other")), client_id).poll()
    assert reply["successful"] is False


async def test_r29_but_not_for_a_browser_that_has_one(server: Serving) -> None:
    async with RawSocket(server, page("one")) as socket:
        assert list(socket.cookies) == []
        client_id = await socket.handshake()
    [reply] = await Client(Visitor(server, page("one")), client_id).poll()
    assert reply["successful"] is True
