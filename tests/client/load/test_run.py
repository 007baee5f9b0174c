"""Schedule, log-in, report, command line."""

import asyncio
import os
import sys
from itertools import chain

import pytest

from switchbell_client.errors import AuthenticationFailed
from switchbell_client.load import run as module
from switchbell_client.load.__main__ import _say, main
from switchbell_client.load.crowd import logged_in
from switchbell_client.load.report import report
from switchbell_client.load.run import run, schedule
from switchbell_client.load.tally import Tally
from tests.client.fakes import NO_CALLS, FakeServer, Hang, Raw, call_event, one_call
from tests.client.load.fakes import told


def test_the_pairs_take_turns_at_the_rate() -> None:
    times = [list(schedule(100.0, 2.0, 5.0, pair=pair, pairs=3)) for pair in range(3)]
    assert sorted(chain(*times)) == pytest.approx([100.0 + turn / 5 for turn in range(10)])
    assert times[1] == pytest.approx([100.2, 100.8, 101.4])


def good_tally() -> Tally:
    tally = Tally(done=20, seconds=2.0)
    tally.ledger.expect("a", "Held", "C1", since=0.0)
    tally.ledger.arrived("a", told("Held"))
    for milliseconds in range(1, 101):
        tally.latencies.record(milliseconds / 1000)
    return tally


def test_the_report() -> None:
    text = report(good_tally(), rate=12.5)
    assert "done 20  refused 0" in text
    assert "asked for 12.5/s  achieved 10.0/s" in text
    assert "expected 1  received 1  lost 0  doubled 0  unexpected 0  out of order 0" in text
    assert "p50 50.0  p90 90.0  p99 99.0  max 100.0" in text
    assert "load generator kept up" in text


def test_the_report_says_when_the_generator_was_too_slow() -> None:
    for spoil in ("lag", "lateness"):
        tally = good_tally()
        getattr(tally, spoil).record(0.2)
        assert "WAS THE BOTTLENECK" in report(tally, rate=1.0)
    tally = good_tally()
    tally.cpu = 0.97
    assert "WAS THE BOTTLENECK" in report(tally, rate=1.0)


def test_what_fails_a_run() -> None:
    assert good_tally().passed
    assert "FAILED" not in report(good_tally(), rate=1.0)
    lost = good_tally()
    lost.ledger.expect("a", "Established", "C1", since=0.0)
    assert not lost.passed
    doubled = good_tally()
    doubled.ledger.arrived("a", told("Held"))
    assert not doubled.passed
    for what in ("refused", "failed", "disconnections"):
        tally = good_tally()
        setattr(tally, what, 1)
        assert not tally.passed
    unexpected = good_tally()
    unexpected.ledger.arrived("a", told("Ringing"))
    assert not unexpected.passed


def test_the_report_says_what_failed() -> None:
    tally = good_tally()
    tally.failed, tally.disconnections = 3, 2
    lines = report(tally, rate=1.0).splitlines()
    assert "connections    lost 2" in lines
    assert lines[-1] == "FAILED         failed 3, connections lost 2"


def test_a_run_without_operations_fails_and_says_so() -> None:
    assert not Tally().passed
    last = report(Tally(), rate=0.1).splitlines()[-1]
    assert last.startswith("FAILED         no operation was done")


async def test_a_run_that_ends_before_it_starts_used_no_cpu(server: FakeServer) -> None:
    server.script["GET /api/v2/me/calls?fields=*"] += [NO_CALLS] * 6
    tally = await run(server.url, agents=2, rate=0.1, seconds=1.0, say=lambda _: None)
    assert (tally.cpu, tally.done) == (0.0, 0)


async def test_leftovers_are_ended_first_and_do_not_count(server: FakeServer) -> None:
    server.script["GET /api/v2/me/calls?fields=*"] += [one_call("C9"), *[NO_CALLS] * 5]
    server.push(call_event(call={"id": "C9", "state": "Released"}))
    said: list[str] = []
    tally = await run(server.url, agents=2, rate=0.1, seconds=1.0, say=said.append)
    assert len(server.requests["POST /api/v2/me/calls/C9"]) == 1
    assert "1 calls left over from an earlier program were ended" in said
    assert tally.faults == {}


async def test_an_interrupted_run_leaves_no_calls(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CLEAN_UP", 0.1)
    at_first, left_over, cleaning = [NO_CALLS] * 2, [one_call("C1"), NO_CALLS], [Hang(), Hang()]
    server.script["GET /api/v2/me/calls?fields=*"] += [*at_first, *left_over, *cleaning]
    running = asyncio.create_task(
        run(server.url, agents=2, rate=1.0, seconds=60.0, say=lambda _: None)
    )
    await server.seen("POST /api/v2/me/devices/631608b3-ce61-472b-ba05-2ae39555b0d1/calls")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 5)
    assert len(server.requests["POST /api/v2/me/calls/C1"]) == 1


async def test_the_crowd_logs_in_and_off(server: FakeServer) -> None:
    async with logged_in(server.url, 102) as agents:
        names = [agent.user_name for agent in agents]
    assert names[0] == "agent15000"
    assert names[-1] == "agent15102"  # 15100 is the supervisor's
    assert len(server.requests["/meta/disconnect"]) == 102


async def test_more_agents_than_the_centre_has(server: FakeServer) -> None:
    devices = Raw(200, '{"statusCode":0,"devices":[{"id":"D1"}]}')
    denied = Raw(403, '{"statusCode":20,"statusMessage":"Access denied"}')
    server.script["GET /api/v2/me/devices?fields=*"] += [devices, denied]
    with pytest.raises(
        AuthenticationFailed, match=r"the centre has fewer than 4 agents \(.*Access denied\)"
    ):
        async with logged_in(server.url, 4):
            pytest.fail("it began all the same")


async def test_one_who_cannot_log_in_sends_all_home(server: FakeServer) -> None:
    denied = Raw(403, '{"statusCode":20,"statusMessage":"Access denied"}')
    server.script["GET /api/v2/me/devices?fields=*"] += [denied]
    with pytest.raises(AuthenticationFailed):
        async with logged_in(server.url, 4):
            pytest.fail("it began all the same")


def test_an_unreachable_server_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--agents", "2", "--url", "http://127.0.0.1:1"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("The load test failed: http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--agents", "3"], "'3' is not an even number, at least 2"),
        (["--agents", "0"], "'0' is not an even number, at least 2"),
        (["--agents", "x"], "'x' is not an even number, at least 2"),
        (["--rate", "0"], "'0' is not a number above 0"),
        (["--rate", "x"], "'x' is not a number above 0"),
        (["--seconds", "inf"], "'inf' is not a number above 0"),
        (["--url", "x:80"], "'x:80' is not the URL of a server"),
    ],
)
def test_options_that_make_no_sense(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert f"loadtest: error: argument {arguments[0]}: {text}" in capsys.readouterr().err


def test_the_help_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert text.startswith("usage: loadtest ")
    assert "`" not in text


def test_who_stops_reading_gets_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        _say("one")
        _say("two")
