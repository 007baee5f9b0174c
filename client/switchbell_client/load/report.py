"""A tally as text."""

from switchbell_client.load.latency import Latencies
from switchbell_client.load.tally import Tally

_MEASURED = "from the operation's intended time to the notification's arrival"


def report(tally: Tally, *, rate: float) -> str:
    """The lines to print, for a run that was asked to do ``rate`` operations per second."""
    ledger = tally.ledger
    operations = (
        f"operations     done {tally.done}  refused {tally.refused}  failed {tally.failed}"
        f"  missed {tally.missed}  asked for {rate:.1f}/s  achieved {tally.achieved_rate:.1f}/s"
    )
    notifications = (
        f"notifications  expected {ledger.expected}  received {ledger.received}"
        f"  lost {ledger.outstanding}  doubled {ledger.doubled}"
        f"  unexpected {ledger.unexpected}  out of order {ledger.out_of_order}"
    )
    latency = f"latency (ms)   {_percentiles(tally.latencies)}  {_MEASURED}"
    lines = [operations, notifications, latency]
    if tally.disconnections:
        lines.append(f"connections    lost {tally.disconnections}")
    lines.append(_generator(tally))
    if not tally.passed:
        lines.append(f"FAILED         {_reason(tally)}")
    return "\n".join(lines)


def _reason(tally: Tally) -> str:
    if tally.faults:
        return ", ".join(f"{what} {count}" for what, count in tally.faults.items())
    return "no operation was done: the rate and the seconds allow for none, or none had its turn"


def _percentiles(times: Latencies) -> str:
    shown = [f"p{percent} {_ms(times.percentile(percent))}" for percent in (50, 90, 99)]
    return "  ".join([*shown, f"max {_ms(times.longest)}"])


def _generator(tally: Tally) -> str:
    measured = (
        f"loop lag p99 {_ms(tally.lag.percentile(99))} ms,"
        f" late starts p99 {_ms(tally.lateness.percentile(99))} ms, CPU {tally.cpu:.0%}"
    )
    if tally.generator_was_the_bottleneck:
        return f"load generator WAS THE BOTTLENECK, these latencies are partly its own: {measured}"
    return f"load generator kept up: {measured}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
