from typing import Any

import pytest

from switchbell.bayeux.extensions.timesync import TimeSync
from switchbell.bayeux.message import Reply

TC = 1_700_000_000_000


class Clock:
    def __init__(self, milliseconds: float) -> None:
        self.milliseconds = milliseconds

    def __call__(self) -> float:
        return self.milliseconds / 1000


def received(
    clock: Clock, times: object, channel: object = "/meta/handshake"
) -> tuple[TimeSync, Reply]:
    """The reply to a message that has just come."""
    extension, reply = TimeSync(clock), {"channel": channel, "successful": True}
    extension.incoming({"channel": channel, "ext": {"timesync": times}}, reply, None, 0.0)
    return extension, reply


def answered(clock: Clock, times: object, after: float = 0) -> Any:
    """What the reply says that is sent so many milliseconds later; None if nothing."""
    extension, reply = received(clock, times)
    clock.milliseconds += after
    extension.sending(None, [], [reply], 0.0)
    return reply.get("ext", {}).get("timesync")


def test_the_answer_follows_the_formula() -> None:
    assert answered(Clock(TC + 900), {"tc": TC, "l": 30, "o": 500}, after=12) == {
        "tc": TC,
        "ts": TC + 900,
        "p": 12,
        "a": TC + 500 + 30 - (TC + 900),
    }


def test_an_offset_that_is_missing_is_0() -> None:
    assert answered(Clock(TC), {"tc": TC + 100, "l": 40})["a"] == 140


@pytest.mark.parametrize("lag", [None, "40", True, []])
def test_without_a_lag_there_is_no_accuracy(lag: object) -> None:
    assert answered(Clock(TC), {"tc": TC, "l": lag, "o": 7}) == {"tc": TC, "ts": TC, "p": 0}


@pytest.mark.parametrize(
    ("lag", "off", "is_answered"),
    [
        (10, 24, False),
        (10, -24, False),
        (10, 0, False),
        (10, 25, True),
        (10, -25, True),
        (-10, 5, False),
        (0, 0, True),
        (0, 24, True),
        (0.5, 24, False),
    ],
)
def test_who_has_measured_and_is_close_hears_nothing(
    lag: float, off: float, is_answered: bool
) -> None:
    times = answered(Clock(TC), {"tc": TC, "l": lag, "o": off - lag})
    assert (times is not None) is is_answered


@pytest.mark.parametrize(
    "times", [None, 5, "now", [], {}, {"tc": None}, {"tc": "1"}, {"tc": False}, {"l": 1, "o": 1}]
)
def test_nonsense_is_not_answered(times: object) -> None:
    assert answered(Clock(TC), times) is None


@pytest.mark.parametrize("channel", ["/a", "/service/a", None, 5, "/metaphor"])
def test_nor_are_messages_that_are_not_the_protocols(channel: object) -> None:
    _, reply = received(Clock(TC), {"tc": TC}, channel)
    assert "ext" not in reply


@pytest.mark.parametrize("ext", [None, 5, [], {}])
def test_a_message_may_have_nothing_to_say(ext: object) -> None:
    reply: Reply = {"channel": "/meta/connect"}
    message = {"channel": "/meta/connect", "ext": ext}
    TimeSync(Clock(TC)).incoming(message, reply, None, 0.0)
    assert "ext" not in reply


def test_each_reply_has_its_own_time_and_others_stay_as_they_are() -> None:
    clock = Clock(TC)
    extension, first = received(clock, {"tc": TC})
    clock.milliseconds += 100
    second: Reply = {"channel": "/meta/connect"}
    extension.incoming(
        {"channel": "/meta/connect", "ext": {"timesync": {"tc": TC}}}, second, None, 0.0
    )
    clock.milliseconds += 10
    other: Reply = {"channel": "/a", "ext": {"ack": 1}}
    extension.sending(None, [], [first, other, second], 0.0)
    assert first["ext"]["timesync"]["p"] == 110
    assert second["ext"]["timesync"]["p"] == 10
    assert other["ext"] == {"ack": 1}
