from tests.centre import Centre


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
