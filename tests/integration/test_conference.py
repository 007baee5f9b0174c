"""CompleteConference, with the request and the two notifications of its documentation."""

import asyncio
from typing import Any

from tests.centre import Centre, Desk, Json

MEMBER_OF_CONFERENCE = [
    "UpdateUserData",
    "SendDtmf",
    "InitiateConference",
    "Hold",
    "SingleStepTransfer",
    "InitiateTransfer",
    "RemoveParticipantFromConference",
    "AttachUserData",
    "DeleteUserDataPair",
    "SingleStepConference",
    "DeleteUserData",
    "MuteCall",
    "Hangup",
]


def participant(number: str) -> Json:
    return {
        "e164Number": "",
        "formattedPhoneNumber": number,
        "phoneNumber": number,
        "digits": number,
    }


def numbers(call: Json) -> list[str]:
    return [one["digits"] for one in call["participants"]]


async def consultation(centre: Centre) -> tuple[list[Desk], str, str]:
    """15000 talks to 15001, has it on hold, and talks to 15002 about it."""
    desks = [anna, berta, carla] = await centre.listening("15000", "15001", "15002")
    await anna.dial("15001")
    main = (await anna.hear_state("Dialing"))["id"]
    assert (await berta.hear_state("Ringing"))["id"] == main
    await berta.operate(main, "Answer")
    await anna.hear_state("Established")
    await berta.hear_state("Established")

    await anna.operate(main, "InitiateConference", destination={"phoneNumber": "15002"})
    assert (await anna.hear_state("Held"))["id"] == main
    consult = await anna.hear_state("Dialing")
    assert consult["callType"] == "Consult"
    assert consult["parentCallPath"] == f"/calls/{main}"
    assert (await carla.hear_state("Ringing"))["callType"] == "Consult"
    await carla.operate(consult["id"], "Answer")
    assert (await anna.hear_state("Established"))["id"] == consult["id"]
    # The main call can now be completed too, and says so.
    main_call = await anna.hear_state("Held")
    assert main_call["id"] == main
    assert "CompleteConference" in main_call["capabilities"]
    await carla.hear_state("Established")
    return desks, main, consult["id"]


async def test_the_sample(centre: Centre) -> None:
    [anna, *_], main, consult = await consultation(centre)
    device = f"{centre.url}/api/v2/devices/{await anna.device_id()}"

    answer = await anna.post(
        f"/api/v2/me/calls/{consult}", data=b'{\n"operationName": "CompleteConference"\n}'
    )
    assert answer == (200, {"statusCode": 0})

    first, second = await anna.hear(), await anna.hear()
    varying: dict[str, Any] = {
        "connId": first["call"]["connId"],
        "duration": first["call"]["duration"],
    }
    assert first == {
        "notificationType": "StatusChange",
        "call": {
            **varying,
            "id": consult,
            "state": "Released",
            "callUuid": consult,
            "deviceUri": device,
            "participants": [participant("15002")],
            "dnis": "15002",
            "callType": "Consult",
            "capabilities": [],
            "parentCallUri": f"{centre.url}/api/v2/me/calls/{main}",
            "mute": "Off",
            "supervisorListeningIn": False,
            "monitoredUserMuted": False,
            "monitoring": False,
            "uri": f"{centre.url}/api/v2/me/calls/{consult}",
            "path": f"/calls/{consult}",
            "parentCallPath": f"/calls/{main}",
        },
        "phoneNumber": "15000",
        "extensions": {"BusinessCall": 0},
        "messageType": "CallStateChangeMessage",
    }
    capabilities = second["call"].pop("capabilities")
    assert sorted(capabilities) == sorted(MEMBER_OF_CONFERENCE)
    varying = {"connId": second["call"]["connId"], "duration": second["call"]["duration"]}
    assert second == {
        "notificationType": "ParticipantsUpdated",
        "call": {
            **varying,
            "id": main,
            "state": "Established",
            "callUuid": main,
            "deviceUri": device,
            "participants": [participant("15002"), participant("15001")],
            "dnis": "15001",
            "callType": "Internal",
            "mute": "Off",
            "supervisorListeningIn": False,
            "monitoredUserMuted": False,
            "monitoring": False,
            "uri": f"{centre.url}/api/v2/me/calls/{main}",
            "path": f"/calls/{main}",
        },
        "phoneNumber": "15000",
        "extensions": {"BusinessCall": 0},
        "messageType": "CallStateChangeMessage",
    }
    assert first["call"]["connId"] != second["call"]["connId"]


async def test_the_others_hear_who_is_there_and_keep_their_call(centre: Centre) -> None:
    [anna, berta, carla], main, consult = await consultation(centre)
    await anna.operate(main, "CompleteConference", consultCallUri=f"/api/v2/me/calls/{consult}")
    of_berta = await berta.hear_state("Established", "ParticipantsUpdated")
    of_carla = await carla.hear_state("Established", "ParticipantsUpdated")
    assert (of_berta["id"], sorted(numbers(of_berta))) == (main, ["15000", "15002"])
    assert (of_carla["id"], sorted(numbers(of_carla))) == (consult, ["15000", "15001"])
    assert of_berta["connId"] == of_carla["connId"]
    assert (of_carla["callType"], of_carla["dnis"]) == ("Consult", "15002")
    assert "parentCallUri" not in of_carla


async def test_the_consult_call_that_is_named_is_the_one_that_is_meant(centre: Centre) -> None:
    [anna, *_], main, consult = await consultation(centre)
    for named, status in [(main, 403), ("nothing", 404)]:
        body = {"operationName": "CompleteConference", "consultCallUri": f"/calls/{named}"}
        assert (await anna.post(f"/api/v2/me/calls/{main}", body))[0] == status
    uri = f"{centre.url}/api/v2/me/calls/{consult}/"
    await anna.operate(main, "CompleteConference", consultCallUri=uri)
    await anna.hear_state("Released")


async def test_a_consultation_has_user_data_of_its_own(centre: Centre) -> None:
    [anna, berta, carla] = await centre.listening("15000", "15001", "15002")
    await anna.dial("15001", userData={"of": "main"})
    call = (await berta.hear_state("Ringing"))["id"]
    await berta.operate(call, "Answer")
    await anna.operate(
        call,
        "InitiateConference",
        destination={"phoneNumber": "15002"},
        userData={"of": "consultation"},
    )
    assert (await carla.hear_state("Ringing"))["userData"] == {"of": "consultation"}
    assert [one["userData"]["of"] for one in await anna.calls()] == ["main", "consultation"]


async def test_what_happened_while_a_poll_was_cut_is_told_by_the_next(centre: Centre) -> None:
    anna, berta = centre.desk("agent15000"), centre.desk("agent15001")
    await berta.join()
    poll = asyncio.ensure_future(berta.connect())
    await asyncio.sleep(0.1)  # it is held; nothing shows that from here
    poll.cancel()
    await asyncio.sleep(0.1)  # the server has seen it go
    await anna.dial("15001")
    [event, reply] = await asyncio.wait_for(berta.connect(), 5)
    assert event["data"]["call"]["state"] == "Ringing"
    assert reply["successful"]


async def test_what_is_read_is_what_was_heard(centre: Centre) -> None:
    [anna, berta, carla], _, consult = await consultation(centre)
    await anna.operate(consult, "CompleteConference")
    await anna.hear_state("Released")
    for desk in (anna, berta, carla):
        heard = await desk.hear_state("Established", "ParticipantsUpdated")
        [read] = await desk.calls()
        heard["duration"] = read["duration"] = "0"
        assert read == heard


async def test_leaving_one_after_the_other_ends_the_conference(centre: Centre) -> None:
    [anna, berta, carla], main, consult = await consultation(centre)
    await anna.operate(consult, "CompleteConference")
    await anna.hear_state("Released")
    for desk in (anna, berta, carla):
        await desk.hear_state("Established", "ParticipantsUpdated")

    await anna.operate(main, "Hangup")
    await anna.hear_state("Released")
    left = await berta.hear_state("Established", "ParticipantsUpdated")
    assert numbers(left) == ["15002"]
    assert "RemoveParticipantFromConference" not in left["capabilities"]
    assert numbers(await carla.hear_state("Established", "ParticipantsUpdated")) == ["15001"]

    await carla.operate(consult, "Hangup")
    await carla.hear_state("Released")
    await berta.hear_state("Released")
    for desk in (anna, berta, carla):
        assert await desk.calls() == []
        assert desk.has_heard_all()


async def test_who_is_removed_is_released_and_the_others_are_told(centre: Centre) -> None:
    [anna, berta, carla], main, consult = await consultation(centre)
    await anna.operate(consult, "CompleteConference")
    await anna.hear_state("Released")
    for desk in (anna, berta, carla):
        await desk.hear_state("Established", "ParticipantsUpdated")

    remove = {"operationName": "RemoveParticipantFromConference", "participant": "15009"}
    status, answer = await anna.post(f"/api/v2/me/calls/{main}", remove)
    assert (status, answer["statusCode"]) == (400, 2)

    await anna.operate(main, "RemoveParticipantFromConference", participant="15002")
    assert numbers(await anna.hear_state("Established", "ParticipantsUpdated")) == ["15001"]
    assert (await carla.hear_state("Released"))["id"] == consult
    assert numbers(await berta.hear_state("Established", "ParticipantsUpdated")) == ["15000"]
    assert await carla.calls() == []


async def test_hold_and_retrieve_are_heard_by_the_one_who_asked(centre: Centre) -> None:
    [anna, berta] = await centre.listening("15000", "15001")
    await anna.dial("15001", userData={"AccountNumber": "12345678"})
    call = (await anna.hear_state("Dialing"))["id"]
    ringing = await berta.hear_state("Ringing")
    assert ringing["userData"] == {"AccountNumber": "12345678"}
    await berta.operate(call, "Answer")
    await anna.hear_state("Established")
    await berta.hear_state("Established")
    await berta.operate(call, "Hold")
    await berta.hear_state("Held")
    await berta.operate(call, "Retrieve")
    await berta.hear_state("Established")
    assert anna.has_heard_all()


async def test_all_sessions_of_a_user_hear_of_its_calls_and_nobody_else_does(
    centre: Centre,
) -> None:
    [anna, again, berta, carla] = await centre.listening("15000", "15000", "15001", "15002")
    await anna.dial("15001")
    for desk in (anna, again):
        await desk.hear_state("Dialing")
    call = (await berta.hear_state("Ringing"))["id"]
    await anna.operate(call, "Hangup")
    for desk in (anna, again, berta):
        await desk.hear_state("Released")
    assert carla.has_heard_all()
