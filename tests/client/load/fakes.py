"""Two agents and a switch that may lose, double, swap or refuse, all in memory."""

import asyncio
import time
from collections.abc import AsyncIterator

from switchbell_client import (
    Call,
    CallNotification,
    ConnectionLost,
    Device,
    Notification,
    OperationRefused,
)


def told(state: str, call_id: str = "C1", **more: str) -> CallNotification:
    return CallNotification(
        message_type="CallStateChangeMessage",
        notification_type=more.pop("type", "StatusChange"),
        call=Call(id=call_id, state=state),
        received_at=time.monotonic(),
    )


class FakeAgent:
    """What a pair uses of an ``AgentClient``."""

    def __init__(self, centre: "FakeCentre", number: str) -> None:
        self.user_name = f"agent{number}"
        self.device = Device(id=f"D{number}", phone_number=number)
        self.current: tuple[Call, ...] = ()
        self.inbox: asyncio.Queue[Notification | Exception] = asyncio.Queue()
        self._centre = centre

    async def notifications_(self) -> AsyncIterator[Notification]:
        while True:
            each = await self.inbox.get()
            if isinstance(each, Exception):
                raise each
            yield each

    def notifications(self) -> AsyncIterator[Notification]:
        return self.notifications_()

    async def calls(self) -> tuple[Call, ...]:
        if self._centre.dead:
            raise ConnectionLost("gone")
        return self.current

    async def dial(self, number: str) -> None:
        self._centre.dial(number)

    async def answer(self, call: str) -> None:
        self._centre.tell("Answer", call, both="Established")

    async def hold(self, call: str) -> None:
        self._centre.tell("Hold", call, caller="Held")

    async def retrieve(self, call: str) -> None:
        self._centre.tell("Retrieve", call, caller="Established")

    async def hangup(self, call: str) -> None:
        self._centre.tell("Hangup", call, both="Released")


class FakeCentre:
    """``lose`` and ``double`` name notifications by operation and agent; ``refuse`` operations;
    ``unanswered`` ones are not done either, but nobody says so; a ``dead`` one answers nothing."""

    def __init__(self) -> None:
        self.caller = FakeAgent(self, "15000")
        self.callee = FakeAgent(self, "15001")
        self.asked: list[str] = []
        self.lose: set[tuple[str, str]] = set()
        self.double: set[tuple[str, str]] = set()
        self.refuse: set[str] = set()
        self.unanswered: set[str] = set()
        self.dead = False
        self._calls = 0

    def dial(self, number: str) -> None:
        assert number == "15001"
        self._calls += 1
        self.tell("Dial", f"C{self._calls}", caller="Dialing", callee="Ringing")

    def tell(self, operation: str, call: str, *, both: str = "", **states: str) -> None:
        self.asked.append(operation)
        if self.dead or operation in self.unanswered:
            self.unanswered.discard(operation)
            raise ConnectionLost("gone")
        if operation in self.refuse:
            self.refuse.remove(operation)
            raise OperationRefused(3, "no", 403)
        for side, agent in (("caller", self.caller), ("callee", self.callee)):
            state = both or states.get(side)
            agent.current = () if operation == "Hangup" else (Call(id=call, state="?"),)
            if state is None or (operation, side) in self.lose:
                self.lose.discard((operation, side))
                continue
            for _ in range(2 if (operation, side) in self.double else 1):
                agent.inbox.put_nowait(told(state, call))
