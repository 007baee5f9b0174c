"""Two agents who call each other, step by step, on schedule."""

import asyncio
import time
from collections.abc import Iterable

from switchbell_client.agent import AgentClient
from switchbell_client.errors import OperationRefused, SwitchbellError, UnexpectedAnswer
from switchbell_client.load.cycle import CYCLE, HANGUP, Side, Step
from switchbell_client.load.ledger import Expectation
from switchbell_client.load.tally import Tally
from switchbell_client.model import CallNotification, Resynchronised


class Pair:
    """Does the next step of its cycle when its time has come and the step before is complete.

    ``patience`` is how long, in seconds, the notifications of a step may take. After that, or
    after a refusal, the pair hangs up and begins anew; what comes late is still accounted for.
    """

    def __init__(
        self, caller: AgentClient, callee: AgentClient, tally: Tally, *, patience: float
    ) -> None:
        self._agents = {Side.CALLER: caller, Side.CALLEE: callee}
        self._tally = tally
        self._patience = patience
        self._call_ids: dict[Side, str | None] = dict.fromkeys(Side)
        self._arrived = asyncio.Event()

    async def listen(self, side: Side) -> None:
        """Account for one agent's notifications, until the agent logs off."""
        agent = self._agents[side]
        while True:
            try:
                async for notification in agent.notifications():
                    if isinstance(notification, Resynchronised):
                        self._tally.disconnections += 1
                    if not isinstance(notification, CallNotification):
                        continue
                    met = self._tally.ledger.arrived(agent.user_name, notification)
                    if met is None:
                        continue
                    if met.measured:
                        self._tally.latencies.record(notification.received_at - met.since)
                    self._arrived.set()
            except UnexpectedAnswer:
                self._tally.ledger.unexpected += 1
            except SwitchbellError:
                self._tally.disconnections += 1  # iterating again waits for its return, or ends
            else:
                return

    async def run(self, schedule: Iterable[float], end: float) -> None:
        """Do one step for each time of the schedule, but none after ``end``."""
        step = 0
        for intended in schedule:
            await self._wait_until(intended)
            if time.monotonic() >= end:
                self._tally.missed += 1
            elif await self._do(CYCLE[step], since=intended):
                step = (step + 1) % len(CYCLE)
            else:
                await self.finish()
                step = 0

    async def finish(self) -> None:
        """End the call that there is, if any. No operation of the test, so it does not count as
        done; but its notifications must come like all others, and it may fail like all others."""
        expected: dict[Side, Expectation] = {}
        try:
            for side, agent in self._agents.items():
                calls = await agent.calls()
                self._call_ids[side] = calls[0].id if calls else None
            call_id = self._call_ids[Side.CALLER]
            if call_id and self._call_ids[Side.CALLEE]:
                expected = self._expect(HANGUP, since=time.monotonic(), measured=False)
                await self._agents[Side.CALLER].hangup(call_id)
                await self._all_come(expected.values())
        except SwitchbellError as error:
            self._note(error, expected)
        self._call_ids = dict.fromkeys(Side)

    async def _wait_until(self, intended: float) -> None:
        wait = intended - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
            self._tally.lateness.record(time.monotonic() - intended)

    async def _do(self, step: Step, *, since: float) -> bool:
        """Ask for a step and wait for what it brings. False when the pair must begin anew."""
        expected = self._expect(step, since=since)
        number = self._agents[Side.CALLEE].device.phone_number
        try:
            # Without a call yet, the step is to dial.
            await step.ask(self._agents[step.actor], self._call_ids[step.actor] or number)
        except SwitchbellError as error:
            self._note(error, expected)
            return False
        self._tally.done += 1
        if not await self._all_come(expected.values()):
            return False
        for side, expectation in expected.items():
            if expectation.notification is not None:
                self._call_ids[side] = expectation.notification.call.id
        if step is HANGUP:
            self._call_ids = dict.fromkeys(Side)
        return True

    def _expect(
        self, step: Step, *, since: float, measured: bool = True
    ) -> dict[Side, Expectation]:
        return {
            side: self._tally.ledger.expect(
                self._agents[side].user_name,
                state,
                self._call_ids[side],
                since=since,
                measured=measured,
            )
            for side, state in step.brings
        }

    def _note(self, error: SwitchbellError, expected: dict[Side, Expectation]) -> None:
        """Only a refusal says that nothing was done, and that nothing is to come of it."""
        ledger = self._tally.ledger
        if isinstance(error, OperationRefused):
            self._tally.refused += 1
            settle = ledger.withdraw
        else:
            self._tally.failed += 1
            settle = ledger.doubt
        for expectation in expected.values():
            settle(expectation)

    async def _all_come(self, expected: Iterable[Expectation]) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                while any(expectation.notification is None for expectation in expected):
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return False
        return True
