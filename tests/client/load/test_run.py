"""Schedule, log-in, report, command line."""

import asyncio
from itertools import chain

import pytest

from switchbell_client.errors import AuthenticationFailed
from switchbell_client.load.__main__ import main
from switchbell_client.load.crowd import each, logged_in
from switchbell_client.load.report import report
from switchbell_client.load.run import schedule
from switchbell_client.load.tally import Tally
from tests.client.fakes import FakeServer, Raw
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
    assert not Tally().passed  # nothing happened
    lost = good_tally()
    lost.ledger.expect("a", "Established", "C1", since=0.0)
    assert not lost.passed
    doubled = good_tally()
    doubled.ledger.arrived("a", told("Held"))
    assert not doubled.passed


async def test_the_crowd_logs_in_and_off(server: FakeServer) -> None:
    async with logged_in(server.url, 102) as agents:
        names = [agent.user_name for agent in agents]
    assert names[0] == "agent15000"
    assert names[-1] == "agent15102"  # 15100 is the supervisor's
    assert len(server.requests["/meta/disconnect"]) == 102


async def test_one_who_cannot_log_in_sends_all_home(server: FakeServer) -> None:
    denied = Raw(403, '{"statusCode":20,"statusMessage":"Access denied"}')
    server.script["GET /api/v2/me/devices?fields=*"] += [denied]
    with pytest.raises(AuthenticationFailed):
        async with logged_in(server.url, 4):
            pytest.fail("it began all the same")


async def test_only_a_few_at_a_time() -> None:
    at_once, most = 0, 0

    async def action(_: int) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1

    await each(action, range(200))
    assert most == 50


def test_an_unreachable_server_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--agents", "2", "--url", "http://127.0.0.1:1"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("The load test failed: http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "arguments", [["--agents", "3"], ["--agents", "0"], ["--rate", "0"], ["--seconds", "inf"]]
)
def test_options_that_make_no_sense(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
