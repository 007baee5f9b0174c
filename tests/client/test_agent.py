"""The agent's client: what it sends, what it makes of the answers."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from switchbell_client import (
    AgentClient,
    AuthenticationFailed,
    Call,
    ConnectionLost,
    NotLoggedIn,
    OperationRefused,
    UnexpectedAnswer,
)
from tests.client.fakes import (
    HANDSHAKE_DENIED,
    RELEASED_CALL,
    FakeServer,
    Hang,
    Raw,
)

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


async def test_it_subscribes_to_the_agents_calls(server: FakeServer, agent: AgentClient) -> None:
    [subscribe] = server.requests["/meta/subscribe"]
    assert subscribe.body[0]["subscription"] == "/v2/me/calls"


async def test_it_asks_for_acknowledgements(server: FakeServer, agent: AgentClient) -> None:
    [handshake] = server.requests["/meta/handshake"]
    assert handshake.body[0]["ext"] == {"ack": True}


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (lambda a: a.answer("C1"), {"operationName": "Answer"}),
        (lambda a: a.hangup(Call(id="C1", state="Held")), {"operationName": "Hangup"}),
        (lambda a: a.hold("C1"), {"operationName": "Hold"}),
        (lambda a: a.retrieve("C1"), {"operationName": "Retrieve"}),
        (
            lambda a: a.initiate_conference("C1", "15002", {"case": {"no": 7}}),
            {
                "operationName": "InitiateConference",
                "destination": {"phoneNumber": "15002"},
                "userData": {"case": {"no": 7}},
            },
        ),
        (lambda a: a.complete_conference("C1"), {"operationName": "CompleteConference"}),
        (
            lambda a: a.remove_participant("C1", "15002"),
            {"operationName": "RemoveParticipantFromConference", "participant": "15002"},
        ),
        (
            lambda a: a.complete_conference("C1", Call(id="C2", state="Held", uri="http://x/C2")),
            {"operationName": "CompleteConference", "consultCallUri": "http://x/C2"},
        ),
    ],
)
async def test_operations_on_a_call(
    server: FakeServer, agent: AgentClient, operation: Any, body: dict[str, Any]
) -> None:
    assert await operation(agent) is None
    assert [request.body for request in server.requests[CALL]] == [body]


async def test_a_consult_call_may_be_given_by_its_id(
    server: FakeServer, agent: AgentClient
) -> None:
    await agent.complete_conference("C1", "C2")
    [request] = server.requests[CALL]
    assert request.body["consultCallUri"] == f"{server.url}/api/v2/me/calls/C2"


async def test_dial_is_asked_of_the_agents_device(server: FakeServer, agent: AgentClient) -> None:
    await agent.dial("15001", {"customer": "Łukasz"})
    [request] = server.requests[f"POST /api/v2/me/devices/{DEVICE}/calls"]
    assert request.body == {
        "operationName": "Dial",
        "destination": {"phoneNumber": "15001"},
        "userData": {"customer": "Łukasz"},
    }


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


async def test_a_csrf_token_is_sent_back(server: FakeServer) -> None:
    devices = json.dumps({"statusCode": 0, "devices": [{"id": "D1"}]})
    guard = {"X-CSRF-HEADER": "X-CSRF-TOKEN", "X-CSRF-TOKEN": "t0ken"}
    server.script[DEVICES].append(Raw(200, devices, guard))
    async with client(server) as agent:
        await agent.answer("C1")
    [request] = server.requests[CALL]
    assert request.headers["X-CSRF-TOKEN"] == "t0ken"


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
        ("/meta/subscribe", Raw(500, ""), "lost"),
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
