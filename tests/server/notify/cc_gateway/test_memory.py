"""Whatever agents and customers do, the projection knows of each call what the core does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from switchbell.notify.cc_gateway.seat import SeatOptions
from switchbell.voice.errors import VoiceError
from switchbell.voice.model import PartyState
from tests.server.notify.cc_gateway.gateway import SignedIn

AGENTS = "ABCD"
OPTIONS = {
    "B": SeatOptions(),
    "C": SeatOptions(autoanswer=False, autoenteridle=False, releasephone=False),
}

dns = st.sampled_from(AGENTS)
calls = st.integers(1, 4).map(str)
targets = st.sampled_from([*AGENTS, "E", "Q", "X1", "busy", "answers", "leaves"])
alone = st.sampled_from(
    ["Answer", "Hangup", "Reject", "Hold", "Retrieve", "ClearCall", "Reconnect"]
)
pairs = st.sampled_from(
    ["CompleteTransfer", "CompleteConference", "SwapCalls", "MergeWithOtherCall"]
)
thirds = st.sampled_from(
    [
        *("InitiateTransfer", "InitiateConference", "SingleStepTransfer", "MuteTransfer"),
        *("SingleStepConference", "Redirect", "Remove"),
    ]
)
steps = st.one_of(
    st.builds("{} Dial {}".format, dns, targets),
    st.builds("X1 Dial {}".format, st.sampled_from([*AGENTS, "Q"])),
    st.builds("{} {} {}".format, dns, alone, calls),
    st.builds("{} {} {}".format, dns, alone, calls),
    st.builds("{} {} {}".format, dns, pairs, calls),
    st.builds("{} {} {} {}".format, dns, thirds, calls, targets),
    st.builds("{} {}".format, dns, st.sampled_from(["Ready", "NotReady", "AfterCallWork"])),
    st.builds("E {} {}".format, st.sampled_from(["ListenIn", "BargeIn"]), dns),
    st.sampled_from(["E CancelSupervisorMonitoring", "X1 Hangup 1", "wait 3", "wait 30"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=25))
def test_calls_are_known_as_they_are(story: list[str]) -> None:
    centre = SignedIn(AGENTS, OPTIONS)
    talking: dict[str, bool] = dict.fromkeys(AGENTS, False)
    for text in story:
        try:
            told = centre.do(text)
        except VoiceError:
            continue
        for dn in AGENTS:
            lines = centre.seats[dn].lines
            known = {id_: line.leg.state for id_, line in lines.items()}
            assert known == {leg.id: leg.state for leg in centre.core.legs(dn)}
            assert PartyState.BUSY not in known.values()
            _check_told(talking, dn, told)
            assert talking[dn] is bool(lines)
        assert not any("ShutdownService" in line for line in told)


def _check_told(talking: dict[str, bool], dn: str, told: list[str]) -> None:
    """A desktop that goes by AgentState_Busy and by the states that follow knows whether its agent
    has a call."""
    for line in told:
        who, name, *_ = line.split()
        if who == dn and name.startswith("AgentState_"):
            busy = name == "AgentState_Busy"
            assert not (busy and talking[dn])
            talking[dn] = busy
