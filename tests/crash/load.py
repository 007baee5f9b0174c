"""What agents do, at random, as far as their desktops show that it can be done."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from itertools import count
from random import Random
from typing import NamedTuple, TypeAlias

from switchbell_client import AgentClient, Call, ConnectionLost, OperationRefused
from tests.crash.desk import Desk

# Seconds that an agent thinks at most; and waits when the server is not there.
THOUGHT = 0.05
PAUSE = 0.05


@dataclass(frozen=True)
class Done:
    """An operation that was answered with statusCode 0, and how it shows.

    ``mark`` is what it left in a call's user data, or as reason for not being ready. Where it could
    leave none, ``shown_by`` is the state that the call came to be in by it, or a type of
    notification where one cannot know of which call.
    """

    user: str
    operation: str
    _: KW_ONLY
    call_id: str | None = None
    mark: str | None = None
    shown_by: str | None = None


@dataclass
class Account:
    """What was answered, and how often there was no answer or a refusal."""

    done: list[Done] = field(default_factory=list)
    unanswered: int = 0
    refused: int = 0


Ask: TypeAlias = Callable[[], Awaitable[None]]


class OnCall(NamedTuple):
    """How to ask for an operation, the state of the call by which it shows, and how often it is
    chosen among others."""

    ask: Callable[[AgentClient, Call], Awaitable[None]]
    state: str
    weight: float = 1.0


# By the capability.
ON_CALLS = {
    "Answer": OnCall(AgentClient.answer, "Established", weight=3.0),
    "Hold": OnCall(AgentClient.hold, "Held"),
    "Retrieve": OnCall(AgentClient.retrieve, "Established"),
    "Hangup": OnCall(AgentClient.hangup, "Released", weight=0.3),
}


class Clerk:
    """Works at a desk until he is told to stop."""

    def __init__(
        self, desk: Desk, numbers: Sequence[str], account: Account, chance: Random
    ) -> None:
        self._desk = desk
        self._others = [number for number in numbers if not desk.user.endswith(number)]
        self._account = account
        self._chance = chance
        self._marks = count(1)

    async def work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            done, ask = self._choose()
            try:
                await ask()
            except ConnectionLost:
                self._account.unanswered += 1
                await asyncio.sleep(PAUSE)
            except OperationRefused:  # the desktop is a little behind
                self._account.refused += 1
            else:
                self._account.done.append(done)
            await asyncio.sleep(self._chance.random() * THOUGHT)

    def _choose(self) -> tuple[Done, Ask]:
        choices = [*self._choices()]
        weights = [weight for _, _, weight in choices]
        [(done, ask, _)] = self._chance.choices(choices, weights)
        return done, ask

    def _choices(self) -> Iterator[tuple[Done, Ask, float]]:
        """What there is to do, how to ask for it, and how often to choose it among others."""
        user, agent = self._desk.user, self._desk.agent
        mark = f"{user} {next(self._marks)}"
        marked, other = {"mark": mark}, self._chance.choice(self._others)
        yield Done(user, "NotReady", mark=mark), partial(agent.not_ready, mark), 0.3
        if not self._desk.calls:
            yield Done(user, "Dial", mark=mark), partial(agent.dial, other, marked), 5.0
        for call in self._desk.calls.values():
            done = partial(Done, user, call_id=call.id)
            for name, on_call in ON_CALLS.items():
                if name in call.capabilities:
                    ask = partial(on_call.ask, agent, call)
                    yield done(name, shown_by=on_call.state), ask, on_call.weight
            if "UpdateUserData" in call.capabilities:
                ask = partial(agent.update_user_data, call, marked)
                yield done("UpdateUserData", mark=mark), ask, 1.0
            if "InitiateConference" in call.capabilities:
                ask = partial(agent.initiate_conference, call, other, marked)
                yield done("InitiateConference", mark=mark), ask, 0.3
            if "CompleteConference" in call.capabilities and call.call_type == "Consult":
                ask = partial(agent.complete_conference, call)
                yield Done(user, "CompleteConference", shown_by="ParticipantsUpdated"), ask, 1.0
