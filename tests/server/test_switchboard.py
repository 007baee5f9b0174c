"""What happens by itself is kept and told like what is asked for."""

import asyncio
import time

from switchbell.journal.memory import MemoryJournal
from switchbell.switchboard import Switchboard
from switchbell.voice.core import VoiceCore
from switchbell.voice.events import EventName
from switchbell.voice.model import Centre, Device, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import Answer, Dial


async def test_calls_that_are_not_answered_end_in_time_and_others_do_not() -> None:
    devices = [Device(id=dn, dn=dn, user=dn) for dn in "ABCD"]
    centre = Centre(devices=tuple(devices))
    core = VoiceCore(centre, numbering=Numbering("test"), settings=Settings(ring_timeout=0.1))
    journal = MemoryJournal()
    switchboard = Switchboard(core, journal, time.monotonic)
    await switchboard.open()
    timekeeping = asyncio.create_task(switchboard.keep_time())
    await asyncio.sleep(0)  # it waits for nothing yet, and has to be woken
    begun = time.monotonic()
    await switchboard.execute(Dial(dn="A", destination="B"))
    await switchboard.execute(Dial(dn="C", destination="D"))
    await switchboard.execute(Answer(dn="D", call=switchboard.legs("D")[0].id))
    async with asyncio.timeout(5):
        entry = await anext(journal.follow(3))
    assert time.monotonic() - begun >= 0.1
    names = [(event.this_dn, event.name) for event in entry.change.events]
    assert names[:2] == [("B", EventName.ABANDONED), ("A", EventName.RELEASED)]
    assert len(switchboard.legs("C")) == 1
    timekeeping.cancel()
    await asyncio.wait([timekeeping])
