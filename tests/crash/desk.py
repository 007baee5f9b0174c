"""An agent's desktop that knows of the calls only what it is told."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TypeAlias

from msgspec.structs import replace

from switchbell_client import (
    AgentClient,
    Call,
    CallNotification,
    ConnectionLost,
    ConnectionType,
    Device,
    DeviceNotification,
    Notification,
    Resynchronised,
)

# Seconds: until all is told, and from one trial or look to the next; and how often one looks.
PATIENCE = 30.0
PAUSE = 0.1
LOOKS = 20

Shown: TypeAlias = Call | Device


class Desk:
    """Follows the notifications of one agent, and makes a picture of his calls and devices."""

    def __init__(self, url: str, user: str, *connection_types: ConnectionType) -> None:
        self.user = user
        self.agent = AgentClient(url, user, "switchbell", connection_types=connection_types)
        self.calls: dict[str, Call] = {}
        self.devices: dict[str, Device] = {}
        self.told: list[Notification] = []
        self._has_left = False
        self._news = asyncio.Condition()

    async def follow(self) -> None:
        """Until the agent logs off. A lost connection is left to the client."""
        for device in await self.agent.devices():
            self.devices[device.id] = device
        while not self._has_left:
            with suppress(ConnectionLost):
                async for notification in self.agent.notifications():
                    await self._take(notification)
                self._has_left = True

    async def _take(self, notification: Notification) -> None:
        match notification:
            case CallNotification(call=call) if call.state == "Released":
                self.calls.pop(call.id, None)
            case CallNotification(call=call):
                self.calls[call.id] = call
            case DeviceNotification(devices=devices):
                self.devices.update({device.id: device for device in devices})
            case Resynchronised(calls=calls, devices=devices):
                self.calls = {call.id: call for call in calls}
                self.devices = {device.id: device for device in devices}
        async with self._news:
            self.told.append(notification)
            self._news.notify_all()

    async def be_told_of(self, reason: str) -> None:
        """Have the agent be not ready for this reason, and wait until that is told; all that
        happened before has been told then."""
        before = len(self.told)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._be_not_ready(reason)
                async with self._news:
                    await self._news.wait_for(
                        lambda: any(is_about(one, reason) for one in self.told[before:])
                    )
        except TimeoutError:
            last = self.told[-1] if self.told else "nothing"
            raise AssertionError(
                f"{self.user} was never told of {reason}; at last of {last}"
            ) from None

    async def _be_not_ready(self, reason: str) -> None:
        while True:
            try:
                await self.agent.start_session()  # the server may have forgotten it
                return await self.agent.not_ready(reason)
            except ConnectionLost:
                await asyncio.sleep(PAUSE)

    async def faults(self) -> list[str]:
        """In what the picture differs from what is read. A timer may change both at any moment, so
        a difference counts only if it lasts."""
        faults: list[str] = []
        async with asyncio.timeout(PATIENCE):
            for _ in range(LOOKS):
                faults = [
                    *differences(self.user, self.calls.values(), await self.agent.calls()),
                    *differences(self.user, self.devices.values(), await self.agent.devices()),
                ]
                if not faults:
                    return []
                await asyncio.sleep(PAUSE)
        return faults


def is_about(notification: Notification, reason: str) -> bool:
    """Whether an agent is told that he is not ready for this reason."""
    if isinstance(notification, CallNotification):
        return False
    states = [device.user_state for device in notification.devices]
    return any(state is not None and state.reason == reason for state in states)


def differences(user: str, picture: Iterable[Shown], read: Iterable[Shown]) -> list[str]:
    """Whatever is not the same, but for how long calls have lasted."""
    seen = {one.id: timeless(one) for one in picture}
    there = {one.id: timeless(one) for one in read}
    return [
        f"{user} sees {seen.get(one)} where there is {there.get(one)}"
        for one in sorted(seen.keys() | there.keys())
        if seen.get(one) != there.get(one)
    ]


def timeless(one: Shown) -> Shown:
    return replace(one, duration=0) if isinstance(one, Call) else one
