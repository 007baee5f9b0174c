"""A step waits for what it must bring, and says what is missing."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from io import StringIO

import pytest
from rich.console import Console

from switchbell_client import (
    Call,
    CallNotification,
    ConnectionLost,
    DeviceNotification,
    Notification,
    OperationRefused,
    Participant,
)
from switchbell_client.demo import __main__ as demo
from switchbell_client.demo.__main__ import main
from switchbell_client.demo.stage import Cue, Stage, StepFailed
from switchbell_client.demo.timeline import Screen, Timeline
from tests.client.fakes import NO_CALLS, FakeServer, one_call

HELD = Cue(agent="15000", state="Held", call_type="Internal", participants=frozenset({"15001"}))
DIALING = Cue(agent="15000", state="Dialing", call_type="Consult")


def told(state: str, call_type: str, *others: str) -> CallNotification:
    participants = tuple(Participant(phone_number=other) for other in others)
    return CallNotification(
        message_type="CallStateChangeMessage",
        notification_type="StatusChange",
        call=Call(id=f"C-{state}", state=state, call_type=call_type, participants=participants),
        received_at=time.monotonic(),
    )


class FakeAgent:
    def __init__(self) -> None:
        self.inbox: asyncio.Queue[Notification | Exception] = asyncio.Queue()

    async def notifications(self) -> AsyncIterator[Notification]:
        while True:
            each = await self.inbox.get()
            if isinstance(each, Exception):
                raise each
            yield each

    async def does(self, *each: Notification | Exception) -> None:
        for one in each:
            self.inbox.put_nowait(one)

    async def is_refused(self) -> None:
        raise OperationRefused(3, "Not now", 403)


@pytest.fixture
def agent() -> FakeAgent:
    return FakeAgent()


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
async def stage(agent: FakeAgent, shown: list[str]) -> AsyncIterator[Stage]:
    stage = Stage({"15000": agent}, lambda _, n: shown.append(n.call.state), patience=0.1)
    following = asyncio.create_task(stage.follow("15000"))
    yield stage
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_a_step_returns_the_calls_of_its_cues(
    stage: Stage, agent: FakeAgent, shown: list[str]
) -> None:
    operation = agent.does(told("Dialing", "Consult", "15002"), told("Held", "Internal", "15001"))
    held, dialing = await stage.step(operation, HELD, DIALING)
    assert (held.id, dialing.id) == ("C-Held", "C-Dialing")
    assert shown == ["Dialing", "Held"]


async def test_it_follows_calls_only(stage: Stage, agent: FakeAgent, shown: list[str]) -> None:
    device = DeviceNotification(message_type="DeviceStateChangeMessage", devices=())
    await stage.step(agent.does(device, told("Held", "Internal", "15001")), HELD)
    assert shown == ["Held"]


@pytest.mark.parametrize(
    "wrong",
    [
        told("Established", "Internal", "15001"),
        told("Held", "Consult", "15001"),
        told("Held", "Internal", "15001", "15002"),
    ],
)
async def test_a_cue_that_is_missing_is_named(
    stage: Stage, agent: FakeAgent, wrong: CallNotification
) -> None:
    with pytest.raises(StepFailed) as caught:
        await stage.step(agent.does(wrong), HELD)
    text = "missing after 0.1 s: StatusChange Held (Internal) with 15001 at 15000"
    assert str(caught.value) == text


async def test_what_a_step_did_not_ask_for_does_not_serve_the_next(
    stage: Stage, agent: FakeAgent
) -> None:
    await stage.step(
        agent.does(told("Held", "Internal", "15001"), told("Dialing", "Consult", "15002")), DIALING
    )
    with pytest.raises(StepFailed):
        await stage.step(agent.does(), HELD)


async def test_one_notification_serves_one_cue(stage: Stage, agent: FakeAgent) -> None:
    with pytest.raises(StepFailed, match="missing"):
        await stage.step(
            agent.does(told("Held", "Internal", "15001")), HELD, Cue(agent="15000", state="Held")
        )


async def test_a_refusal_fails_the_step(stage: Stage, agent: FakeAgent) -> None:
    with pytest.raises(StepFailed, match="Not now"):
        await stage.step(agent.is_refused(), HELD)


async def test_a_lost_connection_fails_the_step(stage: Stage, agent: FakeAgent) -> None:
    with pytest.raises(StepFailed, match="gone"):
        await stage.step(agent.does(ConnectionLost("gone")), HELD)


def test_the_timeline_needs_no_terminal() -> None:
    out = StringIO()
    timeline = Timeline(Console(file=out, highlight=False))
    timeline.heading("http://x")
    timeline.notification("15000", told("Held", "Internal", "15001", "15002"))
    timeline.notification("15000", told("Dialing", "Consult", "15002"))
    heading, held, dialing = out.getvalue().splitlines()[1:]
    assert held.split()[1:] == ["15000", "StatusChange", "main", "Held", "15001,", "15002"]
    assert dialing.split()[3] == "consult"
    assert heading.index("state") == held.index("Held") == dialing.index("Dialing")


def test_an_unreachable_server_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", "http://127.0.0.1:1"]) == 1
    written = capsys.readouterr()
    [line] = written.err.splitlines()
    assert line.startswith("The demo failed: http://127.0.0.1:1/")
    assert written.out == ""  # nobody has logged in


def test_the_help_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert text.startswith("usage: demo ")
    assert "`" not in text


def test_a_url_needs_its_scheme(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--url", "localhost:8080"])
    assert "'localhost:8080' is not the URL of a server" in capsys.readouterr().err


def test_who_stops_reading_gets_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as file:
        timeline = Timeline(Screen(file=file))
        timeline.heading("http://x")
        timeline.end("over")


async def test_leftovers_are_ended_before_the_play(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = "GET /api/v2/me/calls?fields=*"
    server.script[calls] += [one_call("C9"), *[NO_CALLS] * 5]

    async def play(*_: object) -> None:
        assert len(server.requests["POST /api/v2/me/calls/C9"]) == 1

    monkeypatch.setattr(demo, "play", play)
    out = StringIO()
    await demo.perform(server.url, Console(file=out))
    assert "Calls left over from an earlier program are ended: 1" in out.getvalue()
