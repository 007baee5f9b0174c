"""Agents on a stage: each step waits for the notifications that it must bring."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from switchbell_client.agent import AgentClient
from switchbell_client.errors import SwitchbellError
from switchbell_client.model import Call, CallNotification

Show = Callable[[str, CallNotification], None]


class StepFailed(Exception):
    """A step did not go as it must; the text says in a line what was wrong."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """A notification that must come. ``None`` means that anything will do."""

    agent: str
    state: str
    type: str = "StatusChange"
    call_type: str | None = None
    participants: frozenset[str] | None = None

    def matches(self, agent: str, notification: CallNotification) -> bool:
        """Whether this is the one."""
        call = notification.call
        others = frozenset(participant.phone_number for participant in call.participants)
        return (
            (agent, notification.notification_type, call.state)
            == (self.agent, self.type, self.state)
            and self.call_type in (None, call.call_type)
            and self.participants in (None, others)
        )

    def __str__(self) -> str:
        """For people."""
        kind = f" ({self.call_type})" if self.call_type else ""
        others = f" with {', '.join(sorted(self.participants))}" if self.participants else ""
        return f"{self.type} {self.state}{kind}{others} at {self.agent}"


class Stage:
    """Follows the calls of some agents. ``patience`` is how long a step may take, in s."""

    def __init__(self, agents: Mapping[str, AgentClient], show: Show, *, patience: float) -> None:
        self._agents = agents
        self._show = show
        self._patience = patience
        self._unclaimed: list[tuple[str, CallNotification]] = []
        self._failure: SwitchbellError | None = None
        self._arrived = asyncio.Event()

    async def follow(self, name: str) -> None:
        """Show and keep what one agent is told of calls, until the agent logs off."""
        try:
            async for notification in self._agents[name].notifications():
                if isinstance(notification, CallNotification):
                    self._show(name, notification)
                    self._unclaimed.append((name, notification))
                    self._arrived.set()
        except SwitchbellError as error:
            self._failure = error
            self._arrived.set()

    async def step(self, operation: Awaitable[None], *cues: Cue) -> list[Call]:
        """Do an operation and wait for its cues; return their calls, in the order of the cues.

        Raises ``StepFailed`` when it is refused or a cue is missing.
        """
        found: dict[Cue, Call] = {}
        self._unclaimed.clear()
        try:
            async with asyncio.timeout(self._patience):
                await operation
                while missing := [cue for cue in cues if cue not in found]:
                    await self._claim(missing, found)
        except TimeoutError:
            lacking = "; ".join(str(cue) for cue in cues if cue not in found)
            raise StepFailed(f"missing after {self._patience:g} s: {lacking}") from None
        except SwitchbellError as error:
            raise StepFailed(str(error)) from error
        return [found[cue] for cue in cues]

    async def _claim(self, missing: list[Cue], found: dict[Cue, Call]) -> None:
        """Give each missing cue the first notification that fits, or wait for more of them."""
        self._arrived.clear()
        before = len(found)
        for cue in missing:
            for each in self._unclaimed:
                if cue.matches(*each):
                    self._unclaimed.remove(each)
                    found[cue] = each[1].call
                    break
        if len(found) == before:
            if self._failure is not None:
                raise self._failure
            await self._arrived.wait()
