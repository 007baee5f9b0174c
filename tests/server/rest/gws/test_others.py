"""What belongs to somebody else is not there, on any route and for any operation."""

import json
from collections.abc import Iterator

from switchbell.rest import trunk
from switchbell.rest.gws import requests
from tests.centre import Centre, Desk, Json
from tests.visitors import NOTIFICATIONS, ask, basic, cookie_of, logged_in, routes

TABLES = (
    requests.CALL_OPERATIONS,
    requests.DEVICE_OPERATIONS,
    requests.SETTING_OPERATIONS,
    requests.CHANNEL_OPERATIONS,
    requests.SESSION_OPERATIONS,
    trunk.OPERATIONS,
)
OPERATIONS = sorted({name for table in TABLES for name in table})

# Whatever is missing otherwise.
PARAMETERS: Json = {
    "destination": {"phoneNumber": "15003"},
    "participant": "15001",
    "digits": "1",
    "key": "a",
    "userData": {"a": 1},
    "phoneNumber": "15003",
}


async def picture(*desks: Desk) -> list[Json]:
    """All that their users can see of the centre."""
    seen = []
    for desk in desks:
        _, answer = await desk.get("/api/v2/me?subresources=*")
        for call in answer["user"]["calls"]:
            del call["duration"]
        seen.append(answer["user"])
    return seen


def requests_at(centre: Centre, id_: str) -> Iterator[tuple[str, str, bytes | None]]:
    """Everything that can be asked for where there is an id in the path."""
    fixed = set(routes(centre.app, "ONE")) & set(routes(centre.app, "OTHER"))
    for method, path in routes(centre.app, id_):
        if (method, path) in fixed:
            continue
        if method != "POST":
            yield method, path, None
            continue
        for name in OPERATIONS:
            yield method, path, json.dumps({"operationName": name, **PARAMETERS}).encode()


async def test_calls_and_devices_of_others(centre: Centre) -> None:
    anna, berta, carla = (centre.desk(f"agent{number}") for number in (15000, 15001, 15002))
    await anna.dial("15001")
    [call] = await berta.calls()
    await berta.operate(call["id"], "Answer")
    await berta.start()
    before = await picture(anna, berta, carla)
    device = await berta.device_id()
    asked = 0
    for id_ in (call["id"], device, f"{call['id']}@15001", "agent15001", "15001"):
        for method, path, body in requests_at(centre, id_):
            answer = await ask(centre, method, path, basic("agent15002"), data=body)
            asked += 1
            assert answer.status in {403, 404}, (method, path, body)
            if method != "HEAD":
                # What an operation is called is looked at before the call is.
                expected = {(404, 6), (403, 3)}
                assert (answer.status, answer.body["statusCode"]) in expected, (path, body)
                is_named = answer.body["statusCode"] == 3
                assert not is_named or "operationName" in answer.body["statusMessage"]
    assert asked > 5 * 5 * len(OPERATIONS)
    assert await picture(anna, berta, carla) == before


async def test_a_cookie_is_worth_no_more_than_its_user(centre: Centre) -> None:
    """One who brings the cookie of another along with his own name is himself."""
    anna = await logged_in(centre)
    answer = await ask(centre, headers=anna | basic("agent15001"))
    assert answer.body["user"]["userName"] == "agent15001"


async def test_a_client_id_is_no_cookie(centre: Centre) -> None:
    """What tells a Bayeux session, and the browser that has it, tells no user."""
    anna = await logged_in(centre)
    handshake = [{"channel": "/meta/handshake", "version": "1.0"}]
    answer = await ask(centre, "POST", NOTIFICATIONS, anna, json=handshake)
    stolen = [answer.body[0]["clientId"]]
    browser = cookie_of(answer)["Cookie"] if "Set-Cookie" in answer.headers else ""
    stolen += [one.partition("=")[2] for one in browser.split("; ") if "JSESSIONID" not in one]
    for value in filter(None, stolen):
        for headers in (
            {"Cookie": f"JSESSIONID={value}"},
            {"Cookie": f"BAYEUX_BROWSER={value}"},
            {"Authorization": f"Bearer {value}"},
        ):
            for method, path in routes(centre.app):
                answer = await ask(centre, method, path, headers)
                assert answer.status == 403, (method, path)


async def test_the_cookie_of_one_who_has_gone_home(centre: Centre) -> None:
    stolen = await logged_in(centre)
    end = {"operationName": "EndContactCenterSession"}
    assert (await ask(centre, "POST", "/api/v2/me", stolen, json=end)).status == 200
    for method, path in routes(centre.app):
        answer = await ask(centre, method, path, stolen)
        assert answer.status == 403, (method, path)
        assert "Set-Cookie" not in answer.headers
