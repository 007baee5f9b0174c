"""Operations on calls, as desktops post them and hear of them."""

import pytest

from tests.centre import Centre, Desk
from tests.integration.test_conference import consultation, numbers

CAROL = {"phoneNumber": "15002"}


async def conversation(centre: Centre) -> tuple[list[Desk], str]:
    """15000 talks to 15001, and 15002 is there."""
    desks = [anna, berta, _] = await centre.listening("15000", "15001", "15002")
    await anna.dial("15001")
    call = (await anna.hear_state("Dialing"))["id"]
    await berta.hear_state("Ringing")
    await berta.operate(call, "Answer")
    await anna.hear_state("Established")
    await berta.hear_state("Established")
    return desks, call


async def test_a_call_is_handed_over_in_two_steps(centre: Centre) -> None:
    [anna, berta, carla], main, consult = await consultation(centre)
    await anna.operate(main, "CompleteTransfer")
    released = [await anna.hear_state("Released") for _ in range(2)]
    assert {call["id"] for call in released} == {main, consult}
    call = await berta.hear_state("Established", "ParticipantsUpdated")
    assert (call["id"], numbers(call)) == (main, ["15002"])
    call = await carla.hear_state("Established", "ParticipantsUpdated")
    assert (call["id"], numbers(call)) == (consult, ["15001"])
    assert await anna.calls() == []
    await carla.operate(consult, "Hangup")
    await berta.hear_state("Released")


async def test_a_call_is_handed_over_before_the_answer(centre: Centre) -> None:
    [anna, berta, carla], call = await conversation(centre)
    await anna.operate(call, "InitiateTransfer", destination=CAROL)
    await anna.hear_state("Held")
    consult = (await anna.hear_state("Dialing"))["id"]
    await carla.hear_state("Ringing")
    await anna.operate(consult, "CompleteTransfer", consultCallUri=f"/me/calls/{consult}")
    assert numbers(await berta.hear_state("Established", "ParticipantsUpdated")) == ["15002"]
    await carla.hear_state("Ringing", "ParticipantsUpdated")
    await carla.operate(consult, "Answer")
    assert numbers(await carla.hear_state("Established")) == ["15001"]


async def test_a_call_is_handed_over_in_one_step(centre: Centre) -> None:
    [anna, berta, carla], call = await conversation(centre)
    data = {"reason": "billing"}
    await anna.operate(call, "SingleStepTransfer", destination=CAROL, userData=data)
    assert numbers(await anna.hear_state("Released")) == ["15001"]
    ringing = await carla.hear_state("Ringing")
    assert (ringing["userData"], numbers(ringing)) == (data, ["15001"])
    assert numbers(await berta.hear_state("Established", "ParticipantsUpdated")) == ["15002"]
    await carla.operate(ringing["id"], "Answer")
    await carla.hear_state("Established")


async def test_a_third_is_added_in_one_step(centre: Centre) -> None:
    [anna, berta, carla], call = await conversation(centre)
    await anna.operate(call, "SingleStepConference", destination=CAROL)
    ringing = await carla.hear_state("Ringing")
    for desk in (anna, berta):
        member = await desk.hear_state("Established", "ParticipantsUpdated")
        assert "15002" in numbers(member)
    await carla.operate(ringing["id"], "Answer")
    assert numbers(await carla.hear_state("Established")) == ["15001", "15000"]


async def test_two_calls_are_swapped(centre: Centre) -> None:
    [anna, *_], main, consult = await consultation(centre)
    uri = f"{centre.url}/api/v2/me/calls/{main}"
    await anna.operate(consult, "SwapCalls", otherCallUri=uri)
    assert (await anna.hear_state("Held"))["id"] == consult
    assert (await anna.hear_state("Established"))["id"] == main


async def test_two_calls_are_merged(centre: Centre) -> None:
    [anna, berta, _], main, consult = await consultation(centre)
    await anna.operate(consult, "MergeWithOtherCall", otherCallUri=f"/me/calls/{main}")
    assert (await anna.hear_state("Released"))["id"] == consult
    merged = await anna.hear_state("Established", "ParticipantsUpdated")
    assert (merged["id"], numbers(merged)) == (main, ["15002", "15001"])
    assert numbers(await berta.hear_state("Established", "ParticipantsUpdated")) == [
        "15002",
        "15000",
    ]


async def test_tones_are_sent(centre: Centre) -> None:
    [anna, berta, _], call = await conversation(centre)
    await anna.operate(call, "SendDtmf", digits="12#")
    await anna.hear_state("Established", "DtmfSent")
    assert berta.has_heard_all()
    answer = {"operationName": "SendDtmf", "digits": "twelve"}
    status, refusal = await anna.post(f"/api/v2/me/calls/{call}", answer)
    assert (status, refusal["statusCode"]) == (400, 2)


async def test_user_data_change_for_everybody(centre: Centre) -> None:
    [anna, berta, _], call = await conversation(centre)
    for name, parameters, expected in [
        ("AttachUserData", {"userData": {"a": 1, "b": {"c": [2]}}}, {"a": 1, "b": {"c": [2]}}),
        ("UpdateUserData", {"userData": {"a": 3}}, {"a": 3, "b": {"c": [2]}}),
        ("DeleteUserDataPair", {"key": "b"}, {"a": 3}),
        ("DeleteUserData", {}, None),
    ]:
        await anna.operate(call, name, **parameters)
        for desk in (anna, berta):
            changed = await desk.hear_state("Established", "AttachedDataChanged")
            assert changed.get("userData") == expected


async def test_one_is_muted_on_a_conference(centre: Centre) -> None:
    [anna, *_], main, consult = await consultation(centre)
    await anna.operate(main, "CompleteConference")
    assert (await anna.hear_state("Released"))["id"] == consult
    assert (
        "MuteCall" in (await anna.hear_state("Established", "ParticipantsUpdated"))["capabilities"]
    )
    await anna.operate(main, "MuteCall")
    muted = await anna.hear_state("Established")
    assert muted["mute"] == "On"
    assert "UnmuteCall" in muted["capabilities"]
    assert "MuteCall" not in muted["capabilities"]
    await anna.operate(main, "UnmuteCall")
    assert (await anna.hear_state("Established"))["mute"] == "Off"


async def test_a_ringing_call_is_cleared(centre: Centre) -> None:
    anna, berta = await centre.listening("15000", "15001")
    await anna.dial("15001")
    await anna.hear_state("Dialing")
    await berta.operate((await berta.hear_state("Ringing"))["id"], "ClearCall")
    await berta.hear_state("Released")
    await anna.hear_state("Released")


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("InitiateTransfer", "destination"),
        ("SingleStepTransfer", "destination"),
        ("SingleStepConference", "destination"),
        ("SendDtmf", "digits"),
        ("AttachUserData", "userData"),
        ("UpdateUserData", "userData"),
        ("DeleteUserDataPair", "key"),
    ],
)
async def test_a_parameter_that_is_missing_is_named(
    centre: Centre, name: str, missing: str
) -> None:
    desk = centre.desk("agent15000")
    status, answer = await desk.post("/api/v2/me/calls/X", {"operationName": name})
    assert (status, answer) == (
        400,
        {"statusCode": 1, "statusMessage": f"The parameter {missing} is missing."},
    )
