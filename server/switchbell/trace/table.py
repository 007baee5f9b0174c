"""A trace as a table with a column for each party, as the call models are written."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from textwrap import wrap

from switchbell.trace.player import Moment
from switchbell.trace.scenario import Request, Scenario
from switchbell.trace.wording import asked, heading, refused, told
from switchbell.voice.events import Event

# The longest pair of name and value, ThirdPartyDNRole ConferenceMember, with its indent.
COLUMN = 35
SEPARATOR = " | "

Cells = dict[str, list[str]]


def lines(scenario: Scenario, moments: Iterable[Moment]) -> Iterator[str]:
    """Give the lines of the table, as the moments come."""
    parties = scenario.parties
    width = len(parties) * (COLUMN + len(SEPARATOR)) - len(SEPARATOR)
    yield scenario.title
    yield ""
    yield from _row({dn: [f"Party {dn}"] for dn in parties}, parties)
    for moment in moments:
        yield f"--- {heading(moment)} ".ljust(width, "-")
        for number, cells in enumerate(_rows(moment)):
            if number:
                yield from _row({dn: [""] for dn in parties}, parties)
            yield from _row(cells, parties)


def _rows(moment: Moment) -> Iterator[Cells]:
    if isinstance(moment.step, Request):
        yield {moment.step.party: [asked(moment.step)]}
        if moment.refusal is not None:
            yield {moment.step.party: _indented(refused(moment.refusal))}
    for events in _side_by_side(moment.events):
        cells: Cells = {}
        for event in events:
            cells.setdefault(event.this_dn, []).extend(_indented(told(event)))
        yield cells


def _side_by_side(events: Iterable[Event]) -> list[list[Event]]:
    """The events of each row. A party hears of one call in a row, and lifts its receiver before
    that or puts it down after it; what it hears next begins a new row."""
    rows: list[list[Event]] = []
    heard: set[str] = set()
    for event in events:
        if not rows or (event.conn_id is not None and event.this_dn in heard):
            rows.append([])
            heard.clear()
        rows[-1].append(event)
        if event.conn_id is not None:
            heard.add(event.this_dn)
    return rows


def _indented(words: list[str]) -> list[str]:
    first, *rest = words
    return [first, *[f"  {word}" for word in rest]]


def _row(cells: Mapping[str, list[str]], parties: Iterable[str]) -> Iterator[str]:
    columns = [_wrapped(cells.get(dn, ())) for dn in parties]
    for texts in zip_longest(*columns, fillvalue=""):
        yield SEPARATOR.join(text.ljust(COLUMN) for text in texts).rstrip()


def _wrapped(texts: Iterable[str]) -> list[str]:
    wrapped: list[str] = []
    for text in texts:
        wrapped += wrap(text, COLUMN, subsequent_indent="    ", break_on_hyphens=False) or [""]
    return wrapped
