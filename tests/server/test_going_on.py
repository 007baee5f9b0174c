"""A core that goes on from what is in a file goes on as it would have, whatever has happened."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.switchboard import Switchboard
from switchbell.voice.core import OPERATIONS, Snapshot, VoiceCore
from switchbell.voice.errors import VoiceError
from switchbell.voice.operations import Answer, Dial, Operation
from tests.server.voice.telling import DNS, QUEUES, new_core

OPTIONS = JournalOptions(durability="normal", max_age=10**12)
OUTSIDE = ("X1", "X2", "answers", "leaves")
NUMBERS = (*DNS, *QUEUES, *OUTSIDE)
KINDS = sorted(OPERATIONS, key=lambda kind: kind.__name__)

Step = tuple[str, type[Operation], int, int]


class Centre:
    """A core on a file. It is driven one thing a second."""

    def __init__(self, directory: Path) -> None:
        self.now = 1000.0
        self.core = new_core(wrap_up=5.0)
        self.journal = SqliteJournal(directory, OPTIONS)
        self.switchboard = Switchboard(self.core, self.journal, lambda: self.now)

    async def carry_out(self, steps: Sequence[Step]) -> None:
        """Do what is due, and what of these steps can be done."""
        for step in steps:
            self.now += 1.0
            while (due := self.core.advance(self.now)) is not None:
                await self.journal.commit(due)
            asked = operation(self.core, *step)
            if asked is not None:
                with suppress(VoiceError):
                    await self.switchboard.execute(asked)


def operation(
    core: VoiceCore, dn: str, kind: type[Operation], choice: int, other: int
) -> Operation | None:
    """What a step asks for; nothing without a call to ask it for."""
    legs = core.legs(dn) if dn in DNS else core.far_ends(dn)
    calls = [leg.id for leg in legs]
    number = NUMBERS[other % len(NUMBERS)]
    values = {
        "agent_id": f"agent {dn}",
        "destination": number,
        "target": number,
        "participant": number,
        "user_data": {"key": choice, "other": [other, None, {"a": 0.5}]},
        "key": "key",
        "digits": "123",
    }
    if calls:
        values["call"] = calls[choice % len(calls)]
        values["consult_call"] = values["other_call"] = calls[(choice + 1) % len(calls)]
    fields = kind.__struct_fields__
    if "call" in fields and not calls:
        return None
    return kind(dn=dn, **{name: value for name, value in values.items() if name in fields})


def all_of(state: Snapshot) -> tuple[object, ...]:
    """A snapshot in an order of its own."""
    calls = sorted(state.calls, key=lambda call: call.conn_id)
    return calls, sorted(state.dn_states, key=lambda one: one.dn), state.site, state.issued


def sight(core: VoiceCore) -> tuple[object, ...]:
    """All that can be seen of a core."""
    return (
        all_of(core.snapshot()),
        {dn: core.legs(dn) for dn in DNS},
        sorted(core.far_ends(), key=lambda leg: (leg.dn, leg.id)),
        core.next_deadline(),
    )


def steps() -> st.SearchStrategy[list[Step]]:
    kinds = st.one_of(st.sampled_from([Dial, Answer]), st.sampled_from(KINDS))
    one = st.tuples(
        st.sampled_from([*DNS, "X1"]), kinds, st.integers(0, 5), st.integers(0, len(NUMBERS) - 1)
    )
    return st.lists(one, min_size=5, max_size=40)


@settings(max_examples=60, deadline=None)
@given(steps=steps())
async def test_it_goes_on_as_it_would_have(
    steps: list[Step], tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("journal")
    before, after = Centre(directory), Centre(directory)
    await before.switchboard.open()
    await before.carry_out(steps)
    assert all_of(before.core.snapshot()) == all_of(before.journal.state)
    await before.journal.close()
    await after.switchboard.open()
    await after.journal.close()
    assert sight(after.core) == sight(before.core)
    for later in (1.0, 10.0, 100.0):
        now = before.now + later
        while (change := before.core.advance(now)) is not None:
            assert after.core.advance(now) == change
        assert sight(after.core) == sight(before.core)


@settings(max_examples=30, deadline=None)
@given(kept=steps(), lost=steps())
async def test_it_goes_back_to_what_is_kept(
    kept: list[Step], lost: list[Step], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What was done on top of that, and is lost, leaves no trace but for the names it has used."""
    centre = Centre(tmp_path_factory.mktemp("journal"))
    await centre.switchboard.open()
    await centre.carry_out(kept)
    before = sight(centre.core)
    for dn, kind, choice, other in lost:
        asked = operation(centre.core, dn, kind, choice, other)
        if asked is not None:
            with suppress(VoiceError):
                centre.core.execute(asked, centre.now)
    issued = centre.core.snapshot().issued
    centre.switchboard._go_back()
    calls, states, site, _ = all_of(centre.core.snapshot())
    assert (calls, states, site) == all_of(centre.journal.state)[:3]
    assert sight(centre.core)[1:] == before[1:]
    assert centre.core.snapshot().issued == issued
    await centre.journal.close()
