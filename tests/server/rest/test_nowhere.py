"""Whatever is asked for, the answer is JSON; but for Bayeux, where it never is an object."""

import asyncio

import pytest

from tests.centre import Centre, Json
from tests.visitors import API, NOTIFICATIONS, ask, basic, routes

NOTHING = (404, {"statusCode": 6, "statusMessage": "There is no such resource."})
NOT_THAT_WAY = (
    405,
    {"statusCode": 3, "statusMessage": "The resource does not have this method."},
)
JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path", "refusal", "allow"),
    [
        ("GET", "/", NOTHING, None),
        ("GET", "/index.html", NOTHING, None),
        ("POST", "/api/v1/me", NOTHING, None),
        ("GET", "/api/v22", NOTHING, None),
        ("PATCH", "/nowhere", NOTHING, None),
        ("OPTIONS", "/nowhere", NOTHING, None),
        ("POST", "/openapi.json", NOT_THAT_WAY, "GET,HEAD,OPTIONS"),
        ("GET", API + "/nowhere", NOTHING, None),
        ("DELETE", API + "/me", NOT_THAT_WAY, "GET,HEAD,POST"),
        ("PUT", API + "/me/calls/7/", NOT_THAT_WAY, "GET,HEAD,POST"),
        ("PUT", "/trunk/calls", NOT_THAT_WAY, "GET,HEAD,POST"),
        ("GET", "/trunk/nowhere", NOTHING, None),
        ("GET", "/health/nowhere", NOTHING, None),
        ("GET", "/health", NOTHING, None),
        ("POST", "/health/ready", NOT_THAT_WAY, "GET,HEAD"),
    ],
)
async def test_where_there_is_nothing(
    centre: Centre, method: str, path: str, refusal: tuple[int, Json], allow: str | None
) -> None:
    answer = await ask(centre, method, path, basic())
    assert (answer.status, answer.body) == refusal
    assert answer.headers["Content-Type"] == JSON
    assert answer.headers.get("Allow") == allow


async def send(centre: Centre, head: str, *, until: bytes = b"}") -> tuple[str, str]:
    """The head and the body of what is answered to a request that no client would send."""
    host, port = centre.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"{head}\r\nHost: {host}:{port}\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.readuntil(until), 5)
    finally:
        writer.close()
        await writer.wait_closed()
    lines, _, body = answer.decode().partition("\r\n\r\n")
    return lines, body


async def test_an_expectation_that_nobody_can_meet(centre: Centre) -> None:
    health = (("GET", f"/health/{what}") for what in ("live", "ready", "nowhere"))
    found = [
        *routes(centre.app),
        *health,
        ("GET", "/openapi.json"),
        ("GET", "/"),
        ("PUT", API + "/me"),
    ]
    for method, path in found:
        if method == "HEAD":
            continue
        head, body = await send(centre, f"{method} {path} HTTP/1.1\r\nExpect: foo")
        assert head.startswith("HTTP/1.1 417 "), (method, path)
        assert f"Content-Type: {JSON}" in head
        assert body == '{"statusCode":2,"statusMessage":"There is no such expectation."}'


async def test_the_expectation_that_there_is(centre: Centre) -> None:
    request = f"GET {API}/me HTTP/1.1\r\nExpect: 100-continue"
    head, rest = await send(centre, request)
    assert head == "HTTP/1.1 100 Continue"
    assert rest.startswith("HTTP/1.1 403 ")
    # HTTP/1.0 knows of none.
    head, rest = await send(centre, request.replace("1.1", "1.0"))
    assert head.startswith("HTTP/1.0 403 ")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (f"GET {NOTIFICATIONS}", 405),
        (f"PUT {NOTIFICATIONS}", 405),
        (f"POST {NOTIFICATIONS}/connect", 400),
        (f"POST {NOTIFICATIONS} HTTP/1.1\r\nExpect: foo\r\nX-Y: z", 417),
    ],
)
async def test_bayeux_refuses_in_plain_text(centre: Centre, request_line: str, status: int) -> None:
    """Its clients take any JSON on its URL for messages."""
    head = request_line if "HTTP" in request_line else f"{request_line} HTTP/1.1"
    lines, _ = await send(centre, head + "\r\nConnection: close", until=b"\r\n\r\n")
    assert lines.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: text/plain; charset=utf-8" in lines


async def test_what_is_no_http_is_refused_in_plain_text(centre: Centre) -> None:
    """It might have been meant for Bayeux."""
    lines, _ = await send(centre, "NONSENSE", until=b"\r\n\r\n")
    assert lines.startswith("HTTP/1.0 400 ")
    assert "Content-Type: text/plain; charset=utf-8" in lines
