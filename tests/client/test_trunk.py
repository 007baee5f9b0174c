"""The outside: what is sent, what is made of the answers."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from switchbell_client import NotLoggedIn, OperationRefused, OutsideCall, Trunk, UnexpectedAnswer
from tests.client.fakes import FakeServer, Raw

CALLS = "/trunk/calls"
ONE = f"{CALLS}/C1@%2B14155550142"
CALL = json.loads("""
{"id":"C1@+14155550142","number":"+14155550142","state":"Established","callType":"Inbound",
 "connId":"007102719818000b","dnis":"16000","participants":["15000"],
 "capabilities":["SendDtmf","Hangup"],"userData":{"segment":"gold"},"duration":"7"}
""")


@pytest_asyncio.fixture
async def trunk(server: FakeServer) -> AsyncIterator[Trunk]:
    async with Trunk(server.url, "supervisor", "switchbell") as trunk:
        yield trunk


def calls(*calls: dict[str, Any]) -> Raw:
    return Raw(200, json.dumps({"statusCode": 0, "calls": calls}))


async def test_somebody_rings_in(server: FakeServer, trunk: Trunk) -> None:
    server.script[f"POST {CALLS}"].append(calls({**CALL, "id": "older"}, CALL))
    call = await trunk.ring_in("+14155550142", "16000", {"segment": "gold"})
    assert (call.id, call.number, call.duration) == ("C1@+14155550142", "+14155550142", 7)
    assert (call.participants, call.user_data) == (("15000",), {"segment": "gold"})
    [request] = server.requests[f"POST {CALLS}"]
    assert request.body == {
        "from": "+14155550142",
        "to": "16000",
        "userData": {"segment": "gold"},
    }
    assert request.headers["Authorization"] == "Basic c3VwZXJ2aXNvcjpzd2l0Y2hiZWxs"


async def test_a_call_that_is_not_there(server: FakeServer, trunk: Trunk) -> None:
    server.script[f"POST {CALLS}"].append(calls())
    with pytest.raises(UnexpectedAnswer, match="has no call"):
        await trunk.ring_in("+14155550142", "16000")


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (lambda t, c: t.answer(c), {"operationName": "Answer"}),
        (lambda t, c: t.reject(c), {"operationName": "Reject"}),
        (lambda t, c: t.hang_up(c), {"operationName": "Hangup"}),
        (lambda t, c: t.send_digits(c, "1#"), {"operationName": "SendDtmf", "digits": "1#"}),
    ],
)
@pytest.mark.parametrize(
    "call",
    [CALL["id"], OutsideCall(id=CALL["id"], number=CALL["number"], state="Ringing")],
    ids=["id", "call"],
)
async def test_operations(
    server: FakeServer, trunk: Trunk, operation: Any, body: dict[str, Any], call: Any
) -> None:
    await operation(trunk, call)
    assert [request.body for request in server.requests[f"POST {ONE}"]] == [body]


async def test_reads(server: FakeServer, trunk: Trunk) -> None:
    server.script[f"GET {CALLS}"].append(calls(CALL, CALL))
    server.script[f"GET {ONE}"].append(
        Raw(200, json.dumps({"statusCode": 0, "call": {**CALL, "state": "Held"}}))
    )
    first, _ = await trunk.calls()
    assert (await trunk.call(first)).state == "Held"


async def test_who_may_not_use_it_is_told(server: FakeServer, trunk: Trunk) -> None:
    refusal = '{"statusCode":5,"statusMessage":"Only a supervisor may do this."}'
    server.script[f"GET {CALLS}"].append(Raw(403, refusal))
    with pytest.raises(OperationRefused, match="Only a supervisor"):
        await trunk.calls()


async def test_it_is_used_in_its_block(server: FakeServer) -> None:
    trunk = Trunk(server.url, "supervisor", "switchbell")
    with pytest.raises(NotLoggedIn):
        await trunk.calls()
    async with trunk:
        pass
    with pytest.raises(NotLoggedIn):
        await trunk.calls()
