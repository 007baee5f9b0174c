"""Stories that are told by notifications come out as what is read, whoever listens."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import Resources
from switchbell.notify.notification import Notification
from switchbell.trace.scenario import Scenario, Wait, parse
from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import CallState
from switchbell.voice.numbering import Numbering

Json = dict[str, Any]

SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios").glob("*.toml"))

CALLS = "/v2/me/calls"
DEVICES = "/v2/me/devices"


class Desktop:
    """Knows what it was told and nothing else."""

    def __init__(self) -> None:
        self.calls: dict[str, Json] = {}
        self.device: Json | None = None

    def hear(self, told: Notification) -> None:
        if told.channel == DEVICES:
            assert told.payload["messageType"] == "DeviceStateChangeMessage"
            [self.device] = told.payload["devices"]
            return
        assert told.channel == CALLS
        if told.payload["messageType"] == "ErrorMessage":
            return
        assert told.payload["messageType"] == "CallStateChangeMessage"
        call = told.payload["call"]
        if call["state"] == "Released":
            assert call["capabilities"] == []
            del self.calls[call["id"]]
        else:
            self.calls[call["id"]] = call


class Story:
    """A scenario that is played on a core, and told to all whose devices it has."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.devices = scenario.centre.devices
        self.core = VoiceCore(
            scenario.centre, numbering=Numbering("story"), settings=scenario.settings
        )
        self.resources = Resources(
            "http://centre.example", self.devices, recording=scenario.settings.recording
        )
        self.compose = GwsNotifications(self.resources, self.devices).compose
        self.desktops = {device.user: Desktop() for device in self.devices}
        self.now = 1000.0
        self._numbers: dict[str, int] = {}

    def play(self) -> Iterator[tuple[Change, list[Notification]]]:
        """Give each change with what is told of it, after it was told."""
        for step in self.scenario.steps:
            if isinstance(step, Wait):
                end = self.now + step.wait
                yield from self._let_happen(end)
                self.now = end
                continue
            operation = step.operation(lambda number, who=step.party: self._call_id(who, number))
            try:
                change = self.core.execute(operation, self.now)
            except VoiceError:
                assert step.refused
                continue
            yield self._tell(change)
            yield from self._let_happen(self.now)

    def _let_happen(self, end: float) -> Iterator[tuple[Change, list[Notification]]]:
        while (deadline := self.core.next_deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            change = self.core.advance(self.now)
            assert change is not None
            yield self._tell(change)

    def _tell(self, change: Change) -> tuple[Change, list[Notification]]:
        for call in change.calls:
            self._numbers.setdefault(call.conn_id, len(self._numbers) + 1)
        told = self.compose(change)
        for one in told:
            self.desktops[one.audience].hear(one)
        return change, told

    def _call_id(self, party: str, number: int) -> str:
        legs = (*(leg for dn in self.dns for leg in self.core.legs(dn)), *self.core.far_ends())
        for leg in legs:
            if leg.dn == party and self._numbers[leg.conn_id] == number:
                return leg.id
        return ""

    @property
    def dns(self) -> list[str]:
        return [device.dn for device in self.devices]


def without_duration(call: Json) -> Json:
    return call | {"duration": ""}


@pytest.fixture(params=SCENARIOS, ids=lambda path: path.stem)
def story(request: pytest.FixtureRequest) -> Story:
    return Story(parse(request.param.read_text("utf-8")))


def test_the_last_that_is_told_is_what_is_read(story: Story) -> None:
    """After each change, of each call and each device."""
    changes = 0
    for _ in story.play():
        changes += 1
        for device in story.devices:
            desktop = story.desktops[device.user]
            read = [story.resources.call(leg, story.now) for leg in story.core.legs(device.dn)]
            assert [without_duration(call) for call in read] == [
                without_duration(desktop.calls[call["id"]]) for call in read
            ]
            assert len(read) == len(desktop.calls)
            if desktop.device is not None:
                state = story.core.dn_state(device.dn)
                assert desktop.device == story.resources.device(device, state)
    assert changes > 5


def test_each_is_told_in_the_order_of_the_events(story: Story) -> None:
    """And of what only looks different after them."""
    users = {device.dn: device.user for device in story.devices}
    for change, told in story.play():
        expected = defaultdict(list)
        for event in change.events:
            if event.leg is not None and not _is_told_already_or_by_the_next(event):
                expected[users[event.this_dn]].append((CALLS, event.leg.id))
            elif event.dn_state is not None:
                expected[users[event.this_dn]].append((DEVICES, event.this_dn))
        for leg in change.refreshed:
            expected[users[leg.dn]].append((CALLS, leg.id))
        heard = defaultdict(list)
        for one in told:
            if one.payload["messageType"] == "ErrorMessage":
                # Right after its call.
                assert heard[one.audience][-1] == (CALLS, one.payload["callPath"].split("/")[2])
                continue
            of_call = one.channel == CALLS
            about = one.payload["call"]["id"] if of_call else one.payload["devices"][0]
            heard[one.audience].append((one.channel, about if of_call else about["phoneNumber"]))
        assert heard == expected


def _is_told_already_or_by_the_next(event: Event) -> bool:
    """Completing a conference retrieves a call, and is told of once; so is dialling, although the
    call reaches the network after that."""
    if event.name is EventName.NETWORK_REACHED:
        return True
    return event.name is EventName.RETRIEVED and event.call_state is CallState.CONFERENCED
