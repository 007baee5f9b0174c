"""Scenarios in which time passes: what happens by itself is heard when it does.

A step ``wait 30`` lets so many seconds pass; every other step is an operation. What is due at once
after a step belongs to it, as it does for those who listen to a server.
"""

from switchbell.voice.core import VoiceCore
from switchbell.voice.events import Event
from tests.server.voice.telling import new_core, operation, told

START = 1000.0

READY_A = ["A Login a", "A Ready"]
READY_B = ["B Login b", "B Ready"]


class Play:
    """A core with a clock, which begins at 1000."""

    def __init__(self, core: VoiceCore | None = None) -> None:
        self.core = core or new_core()
        self.now = START

    def heard(self, *steps: str) -> list[str]:
        """Play steps, and return what is heard of the last."""
        return [told(event) for event in self.events(*steps)]

    def events(self, *steps: str) -> list[Event]:
        """Play steps, and return the events of the last."""
        events: list[Event] = []
        for text in steps:
            events = self._step(text)
        return events

    def _step(self, text: str) -> list[Event]:
        if text.startswith("wait "):
            return self._until(self.now + float(text.removeprefix("wait ")))
        asked = self.core.execute(operation(self.core, text), self.now)
        return [*asked.events, *self._until(self.now)]

    def _until(self, end: float) -> list[Event]:
        """Let everything happen that is due, each thing at its time."""
        events: list[Event] = []
        while (deadline := self.core.next_deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            change = self.core.advance(self.now)
            assert change is not None
            assert change.time == self.now
            events += change.events
        self.now = end
        assert self.core.advance(end) is None
        return events


def played(*steps: str, core: VoiceCore | None = None) -> Play:
    play = Play(core)
    play.events(*steps)
    return play
