"""What was missed is told again: the same, under the same numbers, and to the same people only."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchbell.bayeux.message import Event
from switchbell.bayeux.retention import ReplayIdInvalid
from switchbell.delivery import retention as module
from switchbell.delivery.retention import JournalRetention
from switchbell.journal.base import Journal, JournalUnavailable
from switchbell.journal.memory import MemoryJournal
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.notify.notification import Notification
from switchbell.voice.agents import DnState
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change, EventName
from switchbell.voice.events import Event as Heard

CALLS, DEVICES = "/v2/me/calls", "/v2/me/devices"
ANN, BOB = "ann", "bob"
DNS = {ANN: ["1", "2"], BOB: ["3"]}
USERS = {dn: user for user, dns in DNS.items() for dn in dns}
BEGINNING = Snapshot(site="test")

ALL = -2

FOR_EVER = JournalOptions(max_age=10**12)


def change(*told: str) -> Change:
    """A change that tells these DNs something."""
    events = tuple(
        Heard(name=EventName.DND_ON, this_dn=dn, time=1.0, dn_state=DnState(dn=dn)) for dn in told
    )
    return Change(time=1.0, events=events, calls=())


def compose(change: Change) -> list[Notification]:
    """One notification for each event: of a call for DN 2, of a device for the others."""
    return [
        Notification(
            audience=USERS[event.this_dn],
            channel=CALLS if event.this_dn == "2" else DEVICES,
            payload={"dn": event.this_dn, "place": place},
        )
        for place, event in enumerate(change.events)
    ]


class Desk:
    """A journal, its retention, and all that was ever published."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.retention = JournalRetention(journal, compose, DNS)
        self.published: list[tuple[int, str, str, object]] = []

    async def happen(self, *told: str, delivered: bool = True) -> None:
        await self.journal.commit(change(*told))
        if delivered:
            await self.deliver()

    def forget(self) -> None:
        """Have nothing in memory, as when the server has been started again."""
        self.retention._recent = module.Recent(0, 0, since=self.retention.last)
        self.retention._asked = (None, [])

    async def deliver(self) -> None:
        """Publish what is to be published, as the server does."""
        for entry in await self.journal.replay(self.retention.delivered, 1_000_000):
            for place, one in enumerate(compose(entry.change)):
                event = Event({"channel": one.channel, "data": one.payload})
                event.replay_id = self.retention.numbers.of(entry.number, place)
                assert self.retention.keep(event, (one.audience,)) == event.replay_id
                self.published.append((event.replay_id, one.channel, one.audience, one.payload))
            self.retention.delivered = entry.number

    def told(self, user: str, after: int = ALL, pattern: str = "/v2/me/*") -> list[object]:
        if after == ALL:
            events = self.retention.all(pattern, user)
        else:
            events = self.retention.after(after, pattern, user)
        return [
            (event.replay_id, event.fields["channel"], event.fields["data"]) for event in events
        ]

    def expected(
        self, user: str, after: int = ALL, channels: tuple[str, ...] = (CALLS, DEVICES)
    ) -> list[object]:
        return [
            (number, channel, payload)
            for number, channel, audience, payload in self.published
            if number > after and audience == user and channel in channels
        ]


async def opened(journal: Journal) -> Desk:
    await journal.open(BEGINNING)
    desk = Desk(journal)
    desk.retention.begin()
    return desk


@pytest.fixture(params=["memory", "sqlite"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    options = JournalOptions(max_changes=50, max_age=10**12)
    journal = (
        MemoryJournal(retention=50)
        if request.param == "memory"
        else SqliteJournal(tmp_path, options)
    )
    desk = await opened(journal)
    yield desk
    await journal.close()


async def test_each_hears_again_what_he_heard(desk: Desk) -> None:
    for told in (["1"], ["1", "3"], ["3", "2", "1"], [], ["2"]):
        await desk.happen(*told)
    for user in (ANN, BOB):
        assert desk.told(user) == desk.expected(user)
        for number, *_ in [*desk.published, (desk.retention.last, "")]:
            assert desk.told(user, number) == desk.expected(user, number)
    assert desk.told("eve") == []
    assert desk.retention.all("/**", None) == []


async def test_only_of_the_channels_that_are_asked_for(desk: Desk) -> None:
    await desk.happen("1", "2", "2", "1")
    for pattern, channels in {
        CALLS: (CALLS,),
        DEVICES: (DEVICES,),
        "/v2/me/*": (CALLS, DEVICES),
        "/**": (CALLS, DEVICES),
        "/v2/*": (),
        "/v2/me/other": (),
    }.items():
        assert desk.told(ANN, ALL, pattern) == desk.expected(ANN, ALL, channels)


async def test_what_is_about_to_be_delivered_is_left_to_that(desk: Desk) -> None:
    await desk.happen("1")
    await desk.happen("1", delivered=False)
    assert len(desk.told(ANN)) == 1
    assert desk.told(ANN, desk.retention.last) == []
    await desk.deliver()
    assert len(desk.told(ANN)) == 2


async def test_ids_of_other_journals_and_of_the_future_are_refused(desk: Desk) -> None:
    await desk.happen("1")
    first, last = desk.retention.numbers.of(1, 0), desk.retention.last
    beginning = desk.retention.numbers.latest(0)
    assert len(desk.told(ANN, beginning)) == 1
    for wrong in (0, 1, 4711, beginning - 1, first - 1025, last + 1, last + 10**9, 2**60, -3):
        with pytest.raises(ReplayIdInvalid):
            desk.told(ANN, wrong)


async def test_after_what_is_no_longer_kept_nothing_is_told(desk: Desk) -> None:
    for _ in range(120):
        await desk.happen("1")
    desk.forget()
    oldest = desk.journal.oldest
    assert 1 < oldest <= 71
    numbers = desk.retention.numbers
    with pytest.raises(ReplayIdInvalid):
        desk.told(ANN, numbers.of(oldest - 1, 0))
    everything = desk.expected(ANN, numbers.latest(oldest - 1))
    assert desk.told(ANN, numbers.latest(oldest - 1)) == everything == desk.told(ANN)


async def test_the_same_from_memory_and_from_the_journal(desk: Desk) -> None:
    desk.retention._recent = module.Recent(7, 10**6, since=desk.retention.last)
    for _ in range(5):
        await desk.happen("1", "3", "2")
    for number, *_ in desk.published:
        assert desk.told(ANN, number) == desk.expected(ANN, number)
    assert desk.told(ANN) == desk.expected(ANN)


async def test_who_missed_too_much_reads_instead(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MISSED", 10)
    monkeypatch.setattr(module, "MOST_HISTORY", 4)
    for _ in range(15):
        await desk.happen("1")
    numbers = [number for number, *_ in desk.published]
    for _ in range(2):
        assert desk.told(ANN, numbers[4]) == desk.expected(ANN, numbers[4])
        with pytest.raises(ReplayIdInvalid):
            desk.told(ANN, numbers[3])
        assert desk.told(ANN) == desk.expected(ANN)[-4:]
        desk.forget()


async def test_what_cannot_be_told_any_more_is_no_silent_gap(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.happen("1")
    await desk.journal.commit(change("1", "gone"))
    desk.retention.begin()
    await desk.happen("1")
    with pytest.raises(ReplayIdInvalid):
        desk.told(ANN, desk.retention.numbers.of(1, 0))
    assert caplog.records[-1].getMessage() == "Change 2 cannot be told again"
    assert len(desk.told(ANN)) == 2


async def test_what_cannot_be_read_is_no_silent_gap(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise JournalUnavailable("I/O error")

    await desk.happen("1")
    desk.forget()
    monkeypatch.setattr(type(desk.journal), "told", fail)
    for ask in (lambda: desk.told(ANN), lambda: desk.told(ANN, desk.retention.numbers.latest(0))):
        with pytest.raises(ReplayIdInvalid):
            ask()
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


STEPS = st.lists(
    st.one_of(
        st.lists(st.sampled_from(["1", "2", "3"]), max_size=3),
        st.just("restart"),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(steps=STEPS)
async def test_restarts_make_no_difference(
    steps: list[list[str] | str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("journal")
    desk = await opened(SqliteJournal(directory, FOR_EVER))
    for step in steps:
        if isinstance(step, list):
            await desk.happen(*step)
        else:
            await desk.journal.close()
            published = desk.published
            desk = await opened(SqliteJournal(directory, FOR_EVER))
            desk.published = published
    for user in (ANN, BOB):
        assert desk.told(user) == desk.expected(user)
        for number, *_ in desk.published:
            assert desk.told(user, number) == desk.expected(user, number)
    await desk.journal.close()
