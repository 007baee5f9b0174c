"""The two ways by which a client's messages reach the server, and its answers the client."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from tests.conformance.sockets import Closed, Socket
from tests.conformance.wire import LONG_POLLING, WEBSOCKET, Answer, Message, is_reply, promptly


class Line(Protocol):
    """What tests that hold for every transport need of one."""

    transport: str

    async def say(self, messages: list[Message]) -> list[Message]:
        """What comes until each of ``messages`` has its reply."""

    async def hold(self, connect: Message) -> list[Message]:
        """What comes first to a client that has nothing outstanding but this connect."""

    async def leave(self) -> list[Message]:
        """Go where nothing comes until the next message is sent. Returns what came before that
        nobody has waited for."""


class Posts:
    """Over HTTP everything comes in answers."""

    transport = LONG_POLLING

    def __init__(self, post: Callable[[object], Awaitable[Answer]]) -> None:
        self._post = post

    async def say(self, messages: list[Message]) -> list[Message]:
        return (await self._post(messages)).messages

    async def hold(self, connect: Message) -> list[Message]:
        return (await self._post([connect])).messages

    async def leave(self) -> list[Message]:
        """Between two requests, a client is away."""
        return []


@dataclass
class _Asked:
    missing: int
    answer: asyncio.Future[list[Message]]


class Conversation:
    """Over a WebSocket what comes has to be sorted.

    The replies to the messages of one payload come in their order, but for that to a held connect,
    which is known by its id: a connect that is to be held is given one, if it has none, that its
    reply is relieved of. Events are for who waits for replies, since they may come in a frame of
    their own before these; and for a held connect if nobody does. They leave its reply outstanding,
    which is then passed over.

    A socket that was closed is replaced when there is something to be said.
    """

    transport = WEBSOCKET

    def __init__(self, open_socket: Callable[[], Awaitable[Socket]]) -> None:
        self._open_socket = open_socket
        self._opening = asyncio.Lock()
        self._socket: Socket | None = None
        self._reading: asyncio.Task[None] | None = None
        self._unread: list[Message] = []
        self._asked: deque[_Asked] = deque()
        self._held: dict[object, asyncio.Future[list[Message]]] = {}
        self._passed_over: set[object] = set()
        self._names = count(1)

    async def say(self, messages: list[Message]) -> list[Message]:
        """See Line."""
        socket = await self._open()
        asked = _Asked(len(messages), asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        await socket.send(messages)
        return await self._result(asked.answer)

    async def hold(self, connect: Message) -> list[Message]:
        """See Line."""
        socket = await self._open()
        name = connect.get("id", f"unnamed {next(self._names)}")
        answer = self._held[name] = asyncio.get_running_loop().create_future()
        self._passed_over.discard(name)
        await socket.send([{**connect, "id": name}])
        self._hand_events_over()
        messages = await self._result(answer)
        if "id" in connect:
            return messages
        return [
            {key: value for key, value in message.items() if (key, value) != ("id", name)}
            for message in messages
        ]

    async def leave(self) -> list[Message]:
        """See Line."""
        if self._socket is not None and self._reading is not None:
            # The server closes its side when it has forgotten the socket.
            if not self._reading.done():
                await self._socket.say_goodbye()
            await promptly(asyncio.shield(self._reading))
        unread, self._unread = self._unread, []
        return unread

    async def _open(self) -> Socket:
        async with self._opening:
            if self._socket is None or self._reading is None or self._reading.done():
                self._socket = await self._open_socket()
                self._reading = asyncio.create_task(self._read(self._socket))
            return self._socket

    async def _result(self, answer: asyncio.Future[list[Message]]) -> list[Message]:
        messages = await answer
        if any(_is_farewell(message) for message in messages) and self._reading is not None:
            # The server hangs up: what is said from now on needs another socket.
            await promptly(asyncio.shield(self._reading))
        return messages

    async def _read(self, socket: Socket) -> None:
        try:
            while True:
                self._sort(await socket.next())
        except Closed as closed:
            for waiting in [*self._held.values(), *(asked.answer for asked in self._asked)]:
                if not waiting.done():
                    waiting.set_exception(closed)
            self._held.clear()
            self._asked.clear()

    def _sort(self, frame: list[Message]) -> None:
        for message in frame:
            name = message.get("id") if message["channel"] == "/meta/connect" else None
            if name in self._passed_over:
                self._passed_over.remove(name)
                continue
            self._unread.append(message)
            if name in self._held:
                self._hand_over(self._held.pop(name))
            elif is_reply(message) and self._asked:
                self._asked[0].missing -= 1
                if not self._asked[0].missing:
                    self._hand_over(self._asked.popleft().answer)
        self._hand_events_over()

    def _hand_events_over(self) -> None:
        if self._unread and self._held and not self._asked:
            name, answer = self._held.popitem()
            self._passed_over.add(name)
            self._hand_over(answer)

    def _hand_over(self, answer: asyncio.Future[list[Message]]) -> None:
        if not answer.done():
            answer.set_result(self._unread)
            self._unread = []


def _is_farewell(message: Message) -> bool:
    return message["channel"] == "/meta/disconnect" and message.get("successful") is True
