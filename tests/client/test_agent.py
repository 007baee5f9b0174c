"""The agent's client: what it sends, what it makes of the answers."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from switchbell_client import (
    AgentClient,
    AuthenticationFailed,
    ConnectionLost,
    NotLoggedIn,
    OperationRefused,
    UnexpectedAnswer,
)
from tests.client.fakes import (
    CONNECTED,
    HANDSHAKE_DENIED,
    RELEASED_CALL,
    FakeServer,
    Hang,
    Raw,
)

SUBSCRIPTION_DENIED = {
    "channel": "/meta/subscribe",
    "successful": False,
    "subscription": "/v2/me/devices",
    "error": "403::subscription_denied",
}
DEVICE = "631608b3-ce61-472b-ba05-2ae39555b0d1"
BASIC = "Basic YWdlbnQxNTAwMDpzd2l0Y2hiZWxs"  # agent15000:switchbell
DEVICES = "GET /api/v2/me/devices?fields=*"
CALL = "POST /api/v2/me/calls/C1"


def client(server: FakeServer, **options: Any) -> AgentClient:
    return AgentClient(server.url, "agent15000", "switchbell", **options)


@pytest_asyncio.fixture
async def agent(server: FakeServer) -> AsyncIterator[AgentClient]:
    async with client(server) as logged_in:
        yield logged_in


async def test_every_request_carries_the_credentials(
    server: FakeServer, agent: AgentClient
) -> None:
    await agent.dial("15001")
    await server.seen("/meta/connect", 2)
    for what, requests in server.requests.items():
        assert [request.headers.get("Authorization") for request in requests] == [BASIC] * len(
            requests
        ), what


async def test_it_subscribes_to_the_agents_calls_and_devices(
    server: FakeServer, agent: AgentClient
) -> None:
    connect, *others = server.requests["/meta/connect"][0].body
    assert connect["channel"] == "/meta/connect"
    assert {message["channel"] for message in others} == {"/meta/subscribe"}
    assert sorted(m["subscription"] for m in others) == ["/v2/me/calls", "/v2/me/devices"]


async def test_it_asks_for_acknowledgements_and_replay(
    server: FakeServer, agent: AgentClient
) -> None:
    [handshake] = server.requests["/meta/handshake"]
    assert handshake.body[0]["ext"] == {"ack": True, "replay": True}


async def test_a_refusal_names_its_code(server: FakeServer, agent: AgentClient) -> None:
    server.script[CALL].append(Raw(403, '{"statusCode":3,"statusMessage":"Not ringing"}'))
    with pytest.raises(OperationRefused, match=r"Not ringing \(statusCode 3, HTTP 403\)") as caught:
        await agent.answer("C1")
    error = caught.value
    assert (error.status_code, error.message, error.http_status) == (3, "Not ringing", 403)


async def test_an_answer_that_is_not_the_apis(server: FakeServer, agent: AgentClient) -> None:
    server.script[CALL].append(Raw(502, "<html>Bad Gateway</html>"))
    with pytest.raises(UnexpectedAnswer, match="HTTP 502"):
        await agent.answer("C1")


async def test_reads(server: FakeServer, agent: AgentClient) -> None:
    one = json.dumps(RELEASED_CALL)
    server.script["GET /api/v2/me/calls?fields=*"].append(
        Raw(200, f'{{"statusCode":0,"calls":[{one},{one}]}}')
    )
    server.script["GET /api/v2/me/calls/C%2F1"].append(Raw(200, f'{{"statusCode":0,"call":{one}}}'))
    server.script["GET /api/v2/me"].append(
        Raw(200, '{"statusCode":0,"user":{"id":"u0","userName":"agent15000","firstName":"A"}}')
    )
    assert len(await agent.calls()) == 2
    assert (await agent.call("C/1")).duration == 24
    assert (await agent.me()).user_name == "agent15000"
    [device] = await agent.devices()
    assert (device.id, device.phone_number) == (DEVICE, "15000")
    assert device.user_state is not None
    assert device.user_state.state == "Ready"
    server.script[f"GET /api/v2/me/devices/{DEVICE}"].append(
        Raw(200, '{"statusCode":0,"device":{"id":"D","doNotDisturb":"On"}}')
    )
    assert (await agent.current_device()).do_not_disturb == "On"


async def test_a_csrf_token_is_sent_back(server: FakeServer) -> None:
    devices = json.dumps({"statusCode": 0, "devices": [{"id": "D1"}]})
    guard = {"X-CSRF-HEADER": "X-CSRF-TOKEN", "X-CSRF-TOKEN": "t0ken"}
    server.script[DEVICES].append(Raw(200, devices, guard))
    async with client(server) as agent:
        await agent.answer("C1")
    [request] = server.requests[CALL]
    assert request.headers["X-CSRF-TOKEN"] == "t0ken"


@pytest.mark.parametrize(
    "text",
    [
        "Missing or invalid Csrf token",
        '{"statusCode":5,"statusMessage":"Missing or invalid Csrf token"}',
    ],
)
async def test_another_csrf_token_is_fetched_when_the_http_session_has_ended(
    server: FakeServer, agent: AgentClient, text: str
) -> None:
    server.script[CALL].append(Raw(403, text))
    new = {"X-CSRF-HEADER": "X-CSRF-TOKEN", "X-CSRF-TOKEN": "n3w"}
    # Any GET brings it, a refused one, too.
    server.script["GET /api/v2/me/calls/C1"].append(Raw(404, '{"statusCode":6}', new))
    await agent.answer("C1")
    first, second = server.requests[CALL]
    assert "X-CSRF-TOKEN" not in first.headers
    assert second.headers["X-CSRF-TOKEN"] == "n3w"
    assert first.body == second.body == {"operationName": "Answer"}


async def test_a_csrf_token_is_fetched_once(server: FakeServer, agent: AgentClient) -> None:
    forged = Raw(403, "Missing or invalid Csrf token")
    server.script[CALL].extend([forged, forged])
    with pytest.raises(UnexpectedAnswer, match="HTTP 403"):
        await agent.answer("C1")
    assert len(server.requests[CALL]) == 2


OUTSIDE: dict[str, Any] = {
    "dial": lambda a: a.dial("15001"),
    "hangup": lambda a: a.hangup("C1"),
    "calls": lambda a: a.calls(),
}


@pytest.mark.parametrize("use", OUTSIDE.values(), ids=OUTSIDE)
async def test_it_is_used_in_its_block(server: FakeServer, use: Any) -> None:
    agent = client(server)
    with pytest.raises(NotLoggedIn, match=r"agent15000 is not logged in: .*async with"):
        await use(agent)
    async with agent:
        await server.seen("/meta/connect", 2)
    with pytest.raises(NotLoggedIn):
        await use(agent)


@pytest.mark.parametrize(
    "use", [lambda a: a.notifications(), lambda a: a.device], ids=["notifications", "device"]
)
async def test_what_is_known_from_the_log_in_only(server: FakeServer, use: Any) -> None:
    agent = client(server)
    with pytest.raises(NotLoggedIn):
        use(agent)
    async with agent:
        known = use(agent)
    assert use(agent) is known


async def test_it_can_be_closed_at_any_time_and_used_again(server: FakeServer) -> None:
    agent = client(server)
    await agent.close()
    for _ in range(2):
        async with agent:
            await agent.close()
        await agent.close()
    assert len(server.requests["/meta/handshake"]) == 2


def test_a_url_needs_its_scheme() -> None:
    with pytest.raises(ValueError, match="'localhost:8080' is not the URL of a server"):
        AgentClient("localhost:8080", "agent15000", "switchbell")


@pytest.mark.parametrize(
    ("what", "answer", "error"),
    [
        (DEVICES, Raw(403, '{"statusCode":20,"statusMessage":"Access denied"}'), "auth"),
        ("/meta/handshake", [HANDSHAKE_DENIED], "auth"),
        (DEVICES, Raw(200, '{"statusCode":0,"devices":[]}'), "unexpected"),
        (DEVICES, Hang(), "lost"),
        ("/meta/handshake", Hang(), "lost"),
        ("/meta/connect", Raw(500, ""), "lost"),
        ("/meta/connect", [CONNECTED, SUBSCRIPTION_DENIED], "auth"),
    ],
)
async def test_a_log_in_that_fails(server: FakeServer, what: str, answer: Any, error: str) -> None:
    errors = {"auth": AuthenticationFailed, "unexpected": UnexpectedAnswer, "lost": ConnectionLost}
    server.script[what].append(answer)
    with pytest.raises(errors[error]):
        await client(server, connection_timeout=0.1).__aenter__()


async def test_no_server_is_a_lost_connection(server: FakeServer) -> None:
    agent = client(server)
    await server._server.close()
    with pytest.raises(ConnectionLost):
        await agent.__aenter__()
