"""A trace with one event to a line, which shows the order in which the parties are told."""

from collections.abc import Iterable, Iterator

from switchbell.trace.player import Moment
from switchbell.trace.scenario import Request, Scenario
from switchbell.trace.wording import asked, heading, refused, told


def lines(scenario: Scenario, moments: Iterable[Moment]) -> Iterator[str]:
    """Give the lines, as the moments come. Those that are no events begin with ``#``."""
    yield f"# {scenario.title}"
    for moment in moments:
        if isinstance(moment.step, Request):
            yield f"# {heading(moment)}: {moment.step.party} {asked(moment.step)}"
            if moment.refusal is not None:
                yield " ".join([f"{moment.step.party}:", *refused(moment.refusal)])
        else:
            yield f"# {heading(moment)}"
        for event in moment.events:
            yield " ".join([f"{event.this_dn}:", *told(event)])
