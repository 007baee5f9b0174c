"""What a leg lists, against the samples and tables of Web Services."""

import pytest

from tests.server.voice.telling import CONFERENCE, CONSULT, CONSULT_RINGS, TALK, new_core, play

UD = {"UpdateUserData", "AttachUserData", "DeleteUserDataPair", "DeleteUserData"}

# The call resource's sample, but for StartCallRecording.
TWO_PARTIES = {
    "UpdateUserData",
    "SendDtmf",
    "InitiateConference",
    "Hold",
    "SingleStepTransfer",
    "InitiateTransfer",
    "AttachUserData",
    "DeleteUserDataPair",
    "SingleStepConference",
    "DeleteUserData",
    "Hangup",
}
# CompleteConference's second sample notification.
OWNER = {
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
}
DIALING = {"Hangup", "SendDtmf"} | UD
ON_HOLD = {"Hangup", "SingleStepTransfer", "SingleStepConference"} | UD
HELD = ON_HOLD | {"Retrieve", "InitiateConference", "InitiateTransfer"}
COMPLETING = {"CompleteConference", "CompleteTransfer"}
BOTH = COMPLETING | {"SwapCalls", "MergeWithOtherCall"}

TABLE = [
    (["A Dial B"], "A", [DIALING]),
    (["A Dial B"], "B", [{"Answer", "ClearCall"} | UD]),
    (TALK, "A", [TWO_PARTIES]),
    (TALK, "B", [TWO_PARTIES]),
    ([*TALK, "A Hold 1"], "A", [HELD]),
    ([*TALK, "A Hold 1"], "B", [TWO_PARTIES]),
    (CONSULT_RINGS, "A", [ON_HOLD | {"CompleteTransfer"}, DIALING | {"CompleteTransfer"}]),
    (CONSULT, "A", [ON_HOLD | BOTH, TWO_PARTIES | BOTH]),
    (CONSULT, "B", [TWO_PARTIES]),
    (CONSULT, "C", [TWO_PARTIES]),
    (
        [*CONSULT, "A Hold 2"],
        "A",
        [
            ON_HOLD | {"Retrieve"} | COMPLETING,
            HELD | COMPLETING,
        ],
    ),
    ([*CONSULT, "C Hangup 2"], "A", [HELD]),
    ([*CONSULT, "B Hangup 1"], "A", [TWO_PARTIES]),
    (CONFERENCE, "A", [OWNER]),
    (CONFERENCE, "B", [OWNER]),
    ([*CONFERENCE, "A Hold 1"], "A", [HELD]),
    ([*CONFERENCE, "B Hangup 1"], "A", [TWO_PARTIES]),
    ([*CONFERENCE, "A Hangup 1"], "C", [TWO_PARTIES]),
    (["B Dial A", "A Dial C"], "A", [{"ClearCall"} | UD, DIALING]),
    ([*TALK, "C Dial A"], "A", [TWO_PARTIES, {"Answer", "ClearCall"} | UD]),
]


@pytest.mark.parametrize(("steps", "dn", "listed"), TABLE)
def test_capabilities(steps: list[str], dn: str, listed: list[set[str]]) -> None:
    legs = play(*steps).legs(dn)
    assert [set(leg.capabilities) for leg in legs] == listed
    for leg in legs:
        assert len(set(leg.capabilities)) == len(leg.capabilities)


def test_on_a_busy_call_one_can_only_hang_up() -> None:
    core = play("A Dial B", "C Dial B", core=new_core(lines=1))
    assert set(core.legs("C")[0].capabilities) == {"Hangup"} | UD


def test_without_a_free_line_nobody_can_be_consulted() -> None:
    core = play(*TALK, core=new_core(lines=1))
    consulting = {"InitiateConference", "InitiateTransfer"}
    assert set(core.legs("A")[0].capabilities) == TWO_PARTIES - consulting
