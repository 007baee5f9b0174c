"""The operations of a centre whose switch records calls; the demo centre's does not."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from switchbell.directory import demo
from switchbell.rest.gws import requests
from switchbell.voice.model import Settings
from tests.centre import Json
from tests.server.rest.gws.situations import talking
from tests.server.rest.gws.stage import Stage, staged
from tests.server.rest.gws.test_operations import RECORDING_OPERATIONS

DONE = (200, {"statusCode": 0})

# What is asked for, the state and the data that come of it, and what can be asked for then.
STEPS = [
    ("StartCallRecording", "Recording", "ON", {"PauseCallRecording", "StopCallRecording"}),
    ("PauseCallRecording", "Paused", "PAUSED", {"ResumeCallRecording", "StopCallRecording"}),
    ("ResumeCallRecording", "Recording", "ON", {"PauseCallRecording", "StopCallRecording"}),
    ("StopCallRecording", "Stopped", "OFF", {"StartCallRecording"}),
]


@pytest.fixture
async def recording() -> AsyncIterator[Stage]:
    """A and B talk where calls can be recorded."""
    async with staged(replace(demo(), settings=Settings(recording=True))) as stage:
        await talking(stage)
        yield stage


async def call_of(stage: Stage, who: str) -> Json:
    [call] = await stage.desks[who].calls()
    return call


async def test_each_step_is_told_and_read(recording: Stage) -> None:
    call = await call_of(recording, "A")
    assert call["recordingState"] == "Stopped"
    assert RECORDING_OPERATIONS.intersection(call["capabilities"]) == {"StartCallRecording"}
    for name, state, data, able in STEPS:
        assert await recording.do("A", "main", f'{{"operationName": "{name}"}}') == DONE
        told = await recording.heard("A")
        assert [one["notificationType"] for one in told] == [
            "CallRecordingStateChange",
            "AttachedDataChanged",
        ]
        for call in (told[-1]["call"], await call_of(recording, "A")):
            assert call["recordingState"] == state
            assert call["userData"]["GSIP_RECORD"] == data
            assert call["userData"]["GSIP_REC_FN"]
            assert RECORDING_OPERATIONS.intersection(call["capabilities"]) == able
        [data_at_b] = await recording.heard("B")
        assert data_at_b["notificationType"] == "AttachedDataChanged"


async def test_what_cannot_be_done_now_is_refused(recording: Stage) -> None:
    for name in RECORDING_OPERATIONS - {"StartCallRecording"}:
        status, answer = await recording.do("A", "main", f'{{"operationName": "{name}"}}')
        assert (status, answer["statusCode"]) == (403, 3)
    assert await recording.lines() == {}


async def test_there_is_a_feature_for_it(recording: Stage) -> None:
    _, answer = await recording.desks["A"].get("/api/v2/me/features?fields=id")
    assert {one["id"] for one in answer["features"]} == {"api-voice", "api-voice-recording"}


def test_these_are_all() -> None:
    assert {name for name, *_ in STEPS} == RECORDING_OPERATIONS
    assert requests.CALL_OPERATIONS.keys() >= RECORDING_OPERATIONS
