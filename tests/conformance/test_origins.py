"""R104: which pages of other origins may use the server over HTTP."""

import pytest

from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Answer, Message, promptly

HANDSHAKE: Message = {"channel": "/meta/handshake", "version": "1.0"}
ALLOWED = "https://desk.example"
OTHERS = [
    "https://desk.example.evil",
    "https://evil.example",
    "http://desk.example",
    "https://desk.example:8443",
    "https://DESK.example",
    "https://desk.example/",
    "null",
    "*",
]


async def preflight(server: Serving, origin: str, method: str = "POST") -> Answer:
    return await promptly(
        server.request(
            "OPTIONS",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "content-type",
            },
        )
    )


def permissions(answer: Answer) -> dict[str, str]:
    """What an answer says about origins, but for how long it may be remembered."""
    return {
        name.lower(): value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-") and not name.lower().endswith("max-age")
    }


def listed(text: str) -> set[str]:
    return {member.strip().lower() for member in text.split(",")}


async def test_r104_a_preflight_from_an_allowed_origin_is_granted(serve: Serve) -> None:
    server = await serve(allowed_origins=(ALLOWED, "https://second.example"))
    for origin in (ALLOWED, "https://second.example"):
        answer = await preflight(server, origin)
        assert answer.status in (200, 204)
        assert answer.body == b""
        granted = permissions(answer)
        assert granted["access-control-allow-origin"] == origin
        assert granted["access-control-allow-credentials"] == "true"
        assert "content-type" in listed(granted["access-control-allow-headers"])
        assert {"post", "get"} <= listed(granted["access-control-allow-methods"])
        assert listed(answer.headers["Vary"]) == {"origin"}


@pytest.mark.parametrize("origin", OTHERS)
async def test_r104_one_from_elsewhere_is_granted_nothing(serve: Serve, origin: str) -> None:
    server = await serve(allowed_origins=(ALLOWED,))
    answer = await preflight(server, origin)
    assert permissions(answer) == {}
    # What a cache keeps for this origin may not be given to the other.
    assert listed(answer.headers["Vary"]) == {"origin"}


async def test_r104_the_answer_may_be_read_by_an_allowed_origin(serve: Serve) -> None:
    server = await serve(allowed_origins=(ALLOWED,))
    answer = await promptly(server.post([HANDSHAKE], headers={"Origin": ALLOWED}))
    assert answer.messages[0]["successful"] is True
    assert permissions(answer) == {
        "access-control-allow-origin": ALLOWED,
        "access-control-allow-credentials": "true",
    }
    assert listed(answer.headers["Vary"]) == {"origin"}


@pytest.mark.parametrize("origin", OTHERS)
async def test_r104_and_by_no_other(serve: Serve, origin: str) -> None:
    server = await serve(allowed_origins=(ALLOWED,))
    answer = await promptly(server.post([HANDSHAKE], headers={"Origin": origin}))
    assert permissions(answer) == {}
    assert listed(answer.headers["Vary"]) == {"origin"}


async def test_r104_a_refusal_may_be_read_as_well(serve: Serve) -> None:
    server = await serve(allowed_origins=(ALLOWED,), max_message_size=100)
    origin = {"Origin": ALLOWED}
    for answer in (
        await promptly(server.post(b"nonsense", headers=origin)),
        await promptly(server.post(b"[" + b" " * 200 + b"]", headers=origin)),
        await promptly(server.request("PUT", headers=origin)),
    ):
        assert answer.status in (400, 405, 413)
        assert permissions(answer)["access-control-allow-origin"] == ALLOWED


async def test_r104_so_may_the_answer_to_a_held_connect(serve: Serve) -> None:
    server = await serve(allowed_origins=(ALLOWED,), trust_client_session=True)
    client = await server.open("/a")
    connect = {"channel": "/meta/connect", "clientId": client.id}
    page = {"Origin": ALLOWED}
    held = await server.holding(server.post([connect], headers=page))
    server.publish("/a", 1)
    assert permissions(await promptly(held))["access-control-allow-origin"] == ALLOWED


async def test_r104_by_default_no_other_origin_may(server: Serving) -> None:
    assert permissions(await preflight(server, ALLOWED)) == {}
    answer = await promptly(server.post([HANDSHAKE], headers={"Origin": ALLOWED}))
    assert permissions(answer) == {}


async def test_r104_what_is_no_preflight_is_refused(serve: Serve) -> None:
    server = await serve(allowed_origins=(ALLOWED,))
    answer = await promptly(server.request("OPTIONS", headers={"Origin": ALLOWED}))
    assert answer.status == 405
