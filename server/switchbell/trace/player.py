"""Plays a scenario on a voice core of its own."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from switchbell.trace.scenario import Request, Scenario, Step, Wait
from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change, Event
from switchbell.voice.numbering import Numbering


class Unexpected(Exception):
    """A step was refused against expectation, or was not. The text is one line."""


class Moment(Struct, frozen=True, kw_only=True):
    """Something that was done, or that happened by itself, and what came of it.

    ``time`` is in seconds since the beginning, ``number`` that of the step. What happens by itself,
    at once after a request or while a step waits, is a moment of its own, without ``step``. The
    events are in the order of telling, and have the numbers of the calls for ConnIDs.
    """

    time: float
    number: int
    step: Step | None = None
    events: tuple[Event, ...] = ()
    refusal: VoiceError | None = None


def play(scenario: Scenario) -> Iterator[Moment]:
    """Give what happens, one thing after another. Raises Unexpected, once that moment is given."""
    player = _Player(scenario)
    for number, step in enumerate(scenario.steps, 1):
        if isinstance(step, Wait):
            yield from player.wait(number, step)
        else:
            moment = player.ask(number, step)
            yield moment
            _check(moment, step)
            yield from player.settle(number)


def _check(moment: Moment, request: Request) -> None:
    who_what = f"step {moment.number}: {request.party} {request.kind.__name__}"
    if request.refused and moment.refusal is None:
        raise Unexpected(f"{who_what} was not refused")
    if moment.refusal is not None and not request.refused:
        raise Unexpected(f"{who_what} was refused: {moment.refusal.code}, {moment.refusal}")


class _Player:
    def __init__(self, scenario: Scenario) -> None:
        self._devices = {device.dn for device in scenario.centre.devices}
        self._core = VoiceCore(
            scenario.centre, numbering=Numbering("trace"), settings=scenario.settings
        )
        self._now = 0.0
        self._numbers: dict[str, int] = {}

    def ask(self, number: int, request: Request) -> Moment:
        operation = request.operation(lambda call: self._call_id(request.party, call))
        moment = Moment(time=self._now, number=number, step=request)
        try:
            change = self._core.execute(operation, self._now)
        except VoiceError as refusal:
            return replace(moment, refusal=refusal)
        return replace(moment, events=self._events(change))

    def settle(self, number: int) -> Iterator[Moment]:
        """Give what follows at once by itself."""
        return self._due(number, self._now)

    def wait(self, number: int, step: Wait) -> Iterator[Moment]:
        yield Moment(time=self._now, number=number, step=step)
        end = self._now + step.wait
        yield from self._due(number, end)
        self._now = end

    def _due(self, number: int, end: float) -> Iterator[Moment]:
        while (deadline := self._core.next_deadline()) is not None and deadline <= end:
            # What could have happened long since has a deadline in the past.
            self._now = max(self._now, deadline)
            change = self._core.advance(self._now)
            assert change is not None
            yield Moment(time=self._now, number=number, events=self._events(change))

    def _call_id(self, party: str, call: int) -> str:
        """The id by which a party knows the call of this number; that of no call if it does not."""
        legs = self._core.legs(party) if party in self._devices else self._core.far_ends()
        for leg in legs:
            if leg.dn == party and self._numbers[leg.conn_id] == call:
                return leg.id
        return ""

    def _events(self, change: Change) -> tuple[Event, ...]:
        for call in change.calls:
            self._numbers.setdefault(call.conn_id, len(self._numbers) + 1)
        return tuple(
            replace(
                event,
                conn_id=self._number(event.conn_id),
                previous_conn_id=self._number(event.previous_conn_id),
            )
            for event in change.events
        )

    def _number(self, conn_id: str | None) -> str | None:
        return None if conn_id is None else str(self._numbers[conn_id])
