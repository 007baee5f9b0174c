"""What is read, over real sockets."""

import pytest

from tests.centre import Centre, Json

OFFLINE = {
    "id": "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB",
    "displayName": "Offline",
    "state": "LoggedOut",
}


async def test_me(centre: Centre) -> None:
    assert await centre.desk("supervisor").get("/api/v2/me") == (
        200,
        {
            "statusCode": 0,
            "user": {
                "id": "supervisor",
                "userName": "supervisor",
                "firstName": "Super",
                "lastName": "Visor",
                "emailAddress": "",
                "roles": ["ROLE_AGENT", "ROLE_SUPERVISOR"],
                "enabled": True,
                "changePasswordOnFirstLogin": False,
                "contactCenterId": "switchbell",
                "uri": f"{centre.url}/api/v2/users/supervisor",
                "path": "/users/supervisor",
            },
        },
    )


async def test_devices_as_uris_whole_and_one(centre: Centre) -> None:
    desk = centre.desk("agent15007")
    _, answer = await desk.get("/api/v2/me/devices?fields=*")
    [device] = answer.pop("devices")
    assert answer == {"statusCode": 0}
    assert (device["phoneNumber"], device["deviceState"]) == ("15007", "Active")
    assert device["uri"] == f"{centre.url}/api/v2/devices/{device['id']}"
    assert await desk.get("/api/v2/me/devices") == (
        200,
        {"statusCode": 0, "uris": [device["uri"]]},
    )
    for path in (f"/api/v2/me/devices/{device['id']}", f"/api/v2/devices/{device['id']}"):
        assert await desk.get(path) == (200, {"statusCode": 0, "device": device})


async def test_the_device_has_the_fields_of_the_documentation(centre: Centre) -> None:
    _, answer = await centre.desk().get("/api/v2/me/devices?fields=*")
    [device] = answer["devices"]
    path = f"/devices/{device['id']}"
    assert device == {
        "id": device["id"],
        "deviceState": "Active",
        "userState": OFFLINE,
        "phoneNumber": "15000",
        "description": "",
        "e164Number": "",
        "telephonyNetwork": "Private",
        "doNotDisturb": "Off",
        "voiceEnvironmentUri": f"{centre.url}/api/v2/voice-environments/voice",
        "capabilities": ["DoNotDisturbOn", "ForwardCallsOn"],
        "channels": ["voice"],
        "dynamicPhoneNumber": "",
        "uri": f"{centre.url}/api/v2{path}",
        "path": path,
    }


async def user(centre: Centre, query: str, path: str = "/me") -> Json:
    status, answer = await centre.desk().get(f"/api/v2{path}{query}")
    assert (status, answer["statusCode"]) == (200, 0)
    found: Json = answer["user"]
    return found


SUBRESOURCES = {"devices", "calls", "channels", "features", "skills", "groups", "settings"}


@pytest.mark.parametrize(
    ("query", "added"),
    [
        ("", set()),
        ("?subresources=", set()),
        ("?subresources=*", SUBRESOURCES),
        ("?subresources=devices", {"devices"}),
        ("?subresources=devices,calls,interactions,chats", {"devices", "calls"}),
        ("?subresources=settings,%20skills%20", {"settings", "skills"}),
        ("?subresources=nothing,id,*", set()),
    ],
)
async def test_me_with_subresources(centre: Centre, query: str, added: set[str]) -> None:
    bare = await user(centre, "")
    full = await user(centre, query)
    assert full.keys() - bare.keys() == added
    assert {name: full[name] for name in bare} == bare


async def test_me_with_all_subresources_has_what_single_reads_have(centre: Centre) -> None:
    desk = centre.desk()
    await desk.dial("15001")
    whole = await user(centre, "?subresources=*")
    for name in ("devices", "calls", "channels", "features", "skills", "groups"):
        _, answer = await desk.get(f"/api/v2/me/{name}?fields=*")
        for call in (*whole["calls"], *answer.get("calls", ())):
            call["duration"] = "0"
        assert answer == {"statusCode": 0, name: whole[name]}
    assert len(whole["calls"]) == len(whole["devices"]) == len(whole["channels"]) == 1
    assert whole["features"] == [
        {
            "id": "api-voice",
            "displayName": "Voice API",
            "description": "API for Voice",
            "autoAssignOnContactCenterCreate": True,
            "uri": f"{centre.url}/api/v2/features/api-voice",
            "path": "/features/api-voice",
        }
    ]
    assert whole["skills"] == whole["groups"] == []
    # An object of objects: a client dereferences it without asking whether it is there.
    assert whole["settings"] == {}


async def test_a_slash_at_the_end_makes_no_difference(centre: Centre) -> None:
    desk = centre.desk()
    assert await desk.get("/api/v2/me/?subresources=devices") == await desk.get(
        "/api/v2/me?subresources=devices"
    )
    assert await desk.get("/api/v2/me/calls/") == await desk.get("/api/v2/me/calls")
    await desk.dial("15001")
    [call] = await desk.calls()
    answer = await desk.post(f"/api/v2/me/calls/{call['id']}/", {"operationName": "Hangup"})
    assert answer == (200, {"statusCode": 0})


async def test_a_user_reads_himself_at_his_own_uri_and_nobody_else(centre: Centre) -> None:
    assert await user(centre, "", "/users/agent15000") == await user(centre, "")
    assert "devices" in await user(centre, "?subresources=devices", "/users/agent15000")
    status, answer = await centre.desk().get("/api/v2/users/agent15001")
    assert (status, answer["statusCode"]) == (404, 6)


async def test_the_channel(centre: Centre) -> None:
    desk = centre.desk()
    channel = {
        "channel": "voice",
        "userState": OFFLINE,
        "uri": f"{centre.url}/api/v2/me/channels/voice",
        "path": "/channels/voice",
    }
    for path, expected in [
        ("/me/channels", {"uris": [channel["uri"]]}),
        ("/me/channels?fields=*", {"channels": [channel]}),
        ("/me/channels?fields=userState,activity", {"channels": [{"userState": OFFLINE}]}),
        ("/me/channels/voice", {"channel": channel}),
        ("/me/channels/voice?fields=*", {"channel": channel}),
    ]:
        assert await desk.get(f"/api/v2{path}") == (200, {"statusCode": 0, **expected})
    status, answer = await desk.get("/api/v2/me/channels/chat")
    assert (status, answer["statusCode"]) == (404, 6)


async def test_what_a_whole_desktop_reads_when_it_starts(centre: Centre) -> None:
    desk = centre.desk()
    service = {
        "id": "voice",
        "name": "Switchbell",
        "type": "Voice",
        "state": "Active",
        "uri": f"{centre.url}/api/v2/services/voice",
        "path": "/services/voice",
    }
    device = await desk.device_id()
    expected: list[tuple[str, Json]] = [
        ("/diagnostics/version", {"version": "8.5.202.96"}),
        ("/services?fields=*", {"services": [service]}),
        ("/services/voice", {"service": service}),
        ("/me/groups?type=BusinessUnit&fields=*", {"groups": []}),
        ("/me/groups", {"uris": []}),
        ("/me/skills", {"uris": []}),
        ("/me/settings", {"settings": {}}),
        ("/me/features", {"uris": [f"{centre.url}/api/v2/features/api-voice"]}),
        ("/features?fields=id", {"features": [{"id": "api-voice"}]}),
        (f"/me/devices/{device}/settings/tserver", {"settings": [], "key": "name"}),
    ]
    for path, answer in expected:
        assert await desk.get(f"/api/v2{path}") == (200, {"statusCode": 0, **answer})
    for path in ("/features/api-chat", "/services/chat", "/me/devices/X/settings/tserver"):
        status, refusal = await desk.get(f"/api/v2{path}")
        assert (status, refusal["statusCode"]) == (404, 6)


async def test_every_uri_that_is_given_leads_to_the_resource(centre: Centre) -> None:
    desk = centre.desk()
    await desk.dial("15001")
    whole = await user(centre, "?subresources=devices,calls,channels,features")
    given = [whole, *(one for name in SUBRESOURCES & whole.keys() for one in whole[name])]
    assert len(given) == 5
    for resource in given:
        status, answer = await desk.get(resource["uri"].removeprefix(centre.url))
        assert (status, answer.pop("statusCode")) == (200, 0)
        [found] = answer.values()
        assert found["uri"] == resource["uri"]


async def test_calls_as_uris_whole_chosen_and_one(centre: Centre) -> None:
    desk = centre.desk()
    assert await desk.get("/api/v2/me/calls") == (200, {"statusCode": 0, "uris": []})
    await desk.dial("15001")
    [call] = await desk.calls()
    assert (call["state"], call["dnis"], call["callType"]) == ("Dialing", "15001", "Internal")
    assert await desk.get("/api/v2/me/calls") == (200, {"statusCode": 0, "uris": [call["uri"]]})
    assert await desk.get("/api/v2/me/calls?fields=state,id,nothing") == (
        200,
        {"statusCode": 0, "calls": [{"state": "Dialing", "id": call["id"]}]},
    )
    assert await desk.get("/api/v2/me/calls?fields=i*") == (200, {"statusCode": 0, "calls": [{}]})
    _, answer = await desk.get(f"/api/v2/me/calls/{call['id']}")
    one = answer.pop("call")
    assert answer == {"statusCode": 0}
    one["duration"] = call["duration"] = "0"
    assert one == call


async def test_dial_works_on_both_paths_and_with_a_plain_destination(centre: Centre) -> None:
    for user, path in [
        ("agent15000", "/api/v2/devices/{}/calls"),
        ("agent15001", "/api/v2/me/devices/{}/calls"),
    ]:
        desk = centre.desk(user)
        body = {"operationName": "Dial", "destination": "15002"}
        answer = await desk.post(path.format(await desk.device_id()), body)
        assert answer == (200, {"statusCode": 0})
        assert [call["state"] for call in await desk.calls()] == ["Dialing"]


async def test_a_read_after_an_answer_shows_its_effect(centre: Centre) -> None:
    anna, berta = centre.desk("agent15000"), centre.desk("agent15001")
    await anna.dial("15001")
    [call] = await berta.calls()
    assert call["state"] == "Ringing"
    for desk, name, state in [
        (berta, "Answer", "Established"),
        (anna, "Hold", "Held"),
        (anna, "Retrieve", "Established"),
    ]:
        await desk.operate(call["id"], name)
        assert [one["state"] for one in await desk.calls()] == [state]
    await anna.operate(call["id"], "Hangup")
    assert await anna.calls() == await berta.calls() == []


async def test_answers_are_json_that_is_not_kept(centre: Centre) -> None:
    for path in ("/api/v2/me", "/api/v2/nowhere"):
        async with centre.desk()._http.get(centre.url + path) as response:
            assert response.headers["Content-Type"] == "application/json; charset=utf-8"
            assert response.headers["Cache-Control"] == "no-store"
