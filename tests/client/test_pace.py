"""Pauses before the attempts to be connected again, in plain numbers."""

from dataclasses import dataclass

import pytest

from switchbell_client.backoff import Backoff
from switchbell_client.pace import Pace
from tests.client.fakes import (
    CONNECT_FAILED,
    CONNECTED,
    HANDSHAKEN,
    SESSION_UNKNOWN,
)

HANDSHAKE_FAILED = {"channel": "/meta/handshake", "successful": False}
HANDSHAKE_LATER = {**HANDSHAKE_FAILED, "advice": {"reconnect": "handshake", "interval": 0}}
CONNECT_AGAIN = {**CONNECT_FAILED, "advice": {"reconnect": "retry", "interval": 0}}


@dataclass(frozen=True)
class Steps(Backoff):
    """Waits as many seconds as there were failures."""

    def delay(self, failures: int) -> float:
        return float(failures)


def pauses(*replies: dict[str, object]) -> list[float]:
    """The pause after each reply."""
    pace, waits = Pace(Steps()), []
    for reply in replies:
        pace.note(reply, handshaking=reply["channel"] == "/meta/handshake")
        waits.append(pace.pause())
    return waits


def test_there_is_none_at_first() -> None:
    assert Pace(Steps()).pause() == 0


@pytest.mark.parametrize("failed", [CONNECT_FAILED, HANDSHAKE_FAILED])
def test_who_does_not_answer_is_spared_ever_more(failed: dict[str, object]) -> None:
    assert pauses(failed, failed, failed) == [1, 2, 3]


@pytest.mark.parametrize("answer", [CONNECTED, HANDSHAKEN, SESSION_UNKNOWN])
def test_an_answer_ends_that(answer: dict[str, object]) -> None:
    assert pauses(*[CONNECT_FAILED] * 6, answer, CONNECT_FAILED)[6:] == [0, 1]


def test_the_return_of_a_server_is_followed_without_a_pause() -> None:
    replies = (*[CONNECT_FAILED] * 6, SESSION_UNKNOWN, HANDSHAKEN, CONNECTED)
    assert pauses(*replies)[6:] == [0, 0, 0]


def test_refusals_in_a_row_are_followed_ever_more_slowly_but_never_after_a_handshake() -> None:
    assert pauses(*[SESSION_UNKNOWN, HANDSHAKEN] * 4) == [0, 0, 1, 0, 2, 0, 3, 0]


@pytest.mark.parametrize("refusal", [HANDSHAKE_LATER, CONNECT_AGAIN])
def test_refusals_of_one_kind_are_counted_too(refusal: dict[str, object]) -> None:
    assert pauses(refusal, refusal, refusal) == [0, 1, 2]


def test_a_connect_that_succeeds_ends_the_row() -> None:
    cycle = (SESSION_UNKNOWN, HANDSHAKEN, CONNECTED)
    assert pauses(*cycle * 3) == [0] * 9
