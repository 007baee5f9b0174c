"""Those outside, driven by hand: they ring in, answer, reject, hang up and send digits."""

from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from switchbell.directory import demo
from tests.centre import Centre, Desk, Json, running_centre

DONE = (200, {"statusCode": 0})
X = "+14155550142"
PATIENT = "+14155550102"
"""Never answers by itself."""


async def outside(desk: Desk) -> list[Json]:
    status, answer = await desk.get("/trunk/calls")
    assert (status, answer["statusCode"]) == (200, 0)
    calls: list[Json] = answer["calls"]
    return calls


async def ring_in(desk: Desk, to: str, **more: Any) -> Json:
    status, answer = await desk.post("/trunk/calls", {"from": X, "to": to, **more})
    assert (status, answer["statusCode"]) == (200, 0), answer
    call: Json = answer["calls"][-1]
    return call


async def act(desk: Desk, call: Json, name: str, **parameters: Any) -> tuple[int, Json]:
    path = f"/trunk/calls/{quote(call['id'])}"
    return await desk.post(path, {"operationName": name, **parameters})


async def test_a_customer_rings_in(centre: Centre) -> None:
    [anna] = await centre.listening("15000")
    desk = centre.desk("agent15009")
    call = await ring_in(desk, "15000", userData={"segment": "gold"})
    ringing = await anna.hear_state("Ringing")
    assert call == {
        "id": f"{ringing['id']}@{X}",
        "number": X,
        "state": "Dialing",
        "callType": "Inbound",
        "connId": ringing["connId"],
        "dnis": "15000",
        "participants": ["15000"],
        "capabilities": ["SendDtmf", "Hangup"],
        "userData": {"segment": "gold"},
        "duration": "0",
    }
    assert (ringing["callType"], ringing["ani"], ringing["dnis"]) == ("Inbound", X, "15000")
    assert ringing["userData"] == {"segment": "gold"}
    [other] = ringing["participants"]
    assert (other["phoneNumber"], other["country"]["code"]) == (X, "US")
    await anna.operate(ringing["id"], "Answer")
    await anna.hear_state("Established")
    path = f"/trunk/calls/{quote(call['id'])}"
    status, answer = await desk.get(path)
    assert (status, answer["call"]["state"]) == (200, "Established")
    assert [one["id"] for one in await outside(desk)] == [call["id"]]
    assert await act(desk, call, "Hangup") == DONE
    await anna.hear_state("Released")
    assert await outside(desk) == []
    status, answer = await desk.get(path)
    assert (status, answer["statusCode"]) == (404, 6)


async def test_a_call_to_the_queue_goes_to_one_who_is_ready(centre: Centre) -> None:
    desk = centre.desk("agent15009")
    call = await ring_in(desk, "16000")
    assert call["participants"] == ["16000"]
    [anna, berta] = await centre.listening("15000", "15001")
    await berta.start()
    ringing = await berta.hear_state("Ringing")
    assert (ringing["dnis"], ringing["callType"], ringing["ani"]) == ("16000", "Inbound", X)
    assert anna.has_heard_all()
    await berta.operate(ringing["id"], "Answer")
    established = await berta.hear()
    assert established["call"]["state"] == "Established"
    assert established["extensions"]["BusinessCall"] == 1
    [call] = await outside(desk)
    assert (call["state"], call["participants"]) == ("Established", ["15001"])


async def test_who_is_ready_first_gets_the_call(centre: Centre) -> None:
    first, second = centre.desk("agent15000"), centre.desk("agent15001")
    await first.start()
    await second.start()
    await second.be("NotReady")
    await ring_in(second, "16000")
    assert [call["state"] for call in await first.calls()] == ["Ringing"]
    assert await second.calls() == []


async def test_one_customer_can_ring_in_twice(centre: Centre) -> None:
    desk = centre.desk()
    ids = {(await ring_in(desk, number))["id"] for number in ("15001", "15002")}
    assert {call["id"] for call in await outside(desk)} == ids
    assert len(ids) == 2


async def called(centre: Centre) -> tuple[Desk, str, Json]:
    """15000 calls somebody outside, whose telephone rings."""
    [anna] = await centre.listening("15000")
    await anna.dial(PATIENT)
    call = (await anna.hear_state("Dialing"))["id"]
    [there] = await outside(anna)
    assert (there["state"], there["number"], there["callType"]) == ("Ringing", PATIENT, "Outbound")
    assert there["capabilities"] == ["Answer", "Reject"]
    return anna, call, there


async def test_a_customer_answers(centre: Centre) -> None:
    anna, call, there = await called(centre)
    assert await act(anna, there, "Answer") == DONE
    established = await anna.hear_state("Established")
    assert (established["id"], established["callType"]) == (call, "Outbound")
    status, answer = await act(anna, there, "Answer")
    assert (status, answer["statusCode"]) == (403, 3)


async def test_a_customer_rejects(centre: Centre) -> None:
    anna, call, there = await called(centre)
    assert await act(anna, there, "Reject") == DONE
    released = await anna.hear_state("Released")
    assert (released["id"], released["capabilities"]) == (call, [])
    assert await outside(anna) == []


async def test_a_customer_sends_digits(centre: Centre) -> None:
    anna, _, there = await called(centre)
    await act(anna, there, "Answer")
    await anna.hear_state("Established")
    assert await act(anna, there, "SendDtmf", digits="12#") == DONE
    await anna.hear_state("Established", "DtmfSent")
    status, answer = await act(anna, there, "SendDtmf", digits="twelve")
    assert (status, answer["statusCode"]) == (400, 2)


async def test_the_agent_is_left_when_the_customer_hangs_up(centre: Centre) -> None:
    anna, _, there = await called(centre)
    await act(anna, there, "Answer")
    await anna.hear_state("Established")
    assert await act(anna, there, "Hangup") == DONE
    await anna.hear_state("Released")
    assert await anna.calls() == []


async def test_the_demo_centre_has_a_far_end_that_answers_by_itself(centre: Centre) -> None:
    [anna] = await centre.listening("15000")
    await anna.dial("+14155550100")
    await anna.hear_state("Dialing")
    await anna.hear_state("Established")


async def test_calls_of_devices_cannot_be_touched(centre: Centre) -> None:
    anna, berta = centre.desk("agent15000"), centre.desk("agent15001")
    await ring_in(anna, "15001")
    [ringing] = await berta.calls()
    for id_ in (ringing["id"], f"{ringing['id']}@15001", f"{ringing['id']}@16000", "@", f"@{X}"):
        status, answer = await anna.get(f"/trunk/calls/{quote(id_)}")
        assert (status, answer["statusCode"]) == (404, 6)
        for name in ("Answer", "Hangup", "Reject"):
            status, answer = await act(anna, {"id": id_}, name)
            assert (status, answer["statusCode"]) == (404, 6)
    assert [call["state"] for call in await berta.calls()] == ["Ringing"]


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        ('{"from": "15001", "to": "15000"}', 400, 2, "from"),
        ('{"from": "16000", "to": "15000"}', 400, 2, "from"),
        ('{"from": "99999", "to": "15000"}', 400, 2, "from"),
        ('{"from": "+1415\\u0000", "to": "15000"}', 400, 2, "from"),
        ('{"from": "+14155550142", "to": "99999"}', 400, 2, "destination"),
        ('{"from": "+14155550142", "to": "+14155550143"}', 400, 2, "destination"),
        ('{"from": "+14155550142", "to": "+14155550142"}', 400, 2, "destination"),
        ('{"from": "+14155550142"}', 400, 2, "to"),
        ('{"to": "15000"}', 400, 2, "from"),
        ('{"from": "", "to": "15000"}', 400, 2, "from"),
        ('{"from": 1, "to": "15000"}', 400, 2, "from"),
        ('{"from": "+14155550142", "to": "15000", "userData": 1}', 400, 2, "userData"),
        (
            '{"from": "+14155550142", "to": "15000", "userData": {"a": 9223372036854775808}}',
            400,
            2,
            "64 bits",
        ),
        ("", 400, 2, "JSON"),
        ("[]", 400, 2, "object"),
    ],
)
async def test_a_call_that_cannot_come_in(
    centre: Centre, body: str, status: int, code: int, said: str
) -> None:
    desk = centre.desk()
    http_status, answer = await desk.post("/trunk/calls", data=body)
    assert (http_status, answer["statusCode"]) == (status, code)
    assert answer.keys() == {"statusCode", "statusMessage"}
    assert said in answer["statusMessage"]
    assert await outside(desk) == []


async def test_a_call_to_one_who_is_busy_does_not_come_in(centre: Centre) -> None:
    desk = centre.desk()
    await desk.set_up("DoNotDisturbOn")
    status, answer = await desk.post("/trunk/calls", {"from": X, "to": "15000"})
    assert (status, answer["statusCode"]) == (403, 3)
    assert await outside(desk) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"operationName": "Hold"}, 403, 3),
        ({"operationName": "Answer"}, 403, 3),
        ({"operationName": "SendDtmf"}, 400, 1),
        ({}, 400, 1),
    ],
)
async def test_what_those_outside_cannot_do(
    centre: Centre, body: Json, status: int, code: int
) -> None:
    desk = centre.desk()
    call = await ring_in(desk, "15001")
    http_status, answer = await desk.post(f"/trunk/calls/{quote(call['id'])}", body)
    assert (http_status, answer["statusCode"]) == (status, code)
    assert [one["state"] for one in await outside(desk)] == ["Dialing"]


async def test_outside_a_demo_it_is_for_supervisors() -> None:
    directory = replace(demo(), is_demo=False)
    async with running_centre(directory=directory) as centre:
        agent, supervisor = centre.desk(), centre.desk("supervisor")
        call = await ring_in(supervisor, "15000")
        path = f"/trunk/calls/{quote(call['id'])}"
        refusal = (403, {"statusCode": 5, "statusMessage": "Only a supervisor may do this."})
        assert await agent.get("/trunk/calls") == refusal
        assert await agent.get(path) == refusal
        assert await agent.get("/trunk/nowhere") == refusal
        assert await agent.post("/trunk/calls", {"from": X, "to": "15001"}) == refusal
        assert await agent.post(path, {"operationName": "Hangup"}) == refusal
        assert [one["id"] for one in await outside(supervisor)] == [call["id"]]
        assert await act(supervisor, call, "Hangup") == DONE
