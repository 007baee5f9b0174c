"""The stream of an agent's notifications."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from aiocometd.exceptions import AiocometdException, ClientInvalidOperation, ServerError

from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client, EventsMissed
from switchbell_client.errors import AuthenticationFailed, ConnectionLost, UnexpectedAnswer
from switchbell_client.model import (
    CallNotification,
    DeviceNotification,
    ErrorNotification,
    Notification,
    Resynchronised,
)
from switchbell_client.replay import replay_id

LOGGER = logging.getLogger(__name__)

# By messageType (Web Services, "Envelope").
_TYPES: Mapping[str, type[CallNotification | DeviceNotification | ErrorNotification]] = {
    "CallStateChangeMessage": CallNotification,
    "DeviceStateChangeMessage": DeviceNotification,
    "ErrorMessage": ErrorNotification,
}
_NOT_AUTHENTICATED = (401, 403)


class Notifications:
    """Iterates over the notifications of one agent, in order, each of them once.

    One iteration at a time. Breaking out of it and iterating again loses nothing, nor does
    cancelling it. It ends when the agent's client is closed; raises ``ConnectionLost`` when the
    connection does not come back in time (iterate again to go on waiting) or the server ended the
    session, ``UnexpectedAnswer`` for a notification that cannot be understood.

    Where a lost session has taken with it what the server cannot tell again, there is a
    ``Resynchronised``: all calls and devices of the agent, read after the subscription was renewed.
    So this has always the calls that there are, once all that has come is read::

        calls = {call.id: call for call in await agent.calls()}
        async for notification in agent.notifications():
            match notification:
                case CallNotification(call=call) if call.state == "Released":
                    calls.pop(call.id, None)
                case CallNotification(call=call):
                    calls[call.id] = call
                case Resynchronised():
                    calls = {call.id: call for call in notification.calls}

    ``read`` reads calls and devices. While it raises ``ConnectionLost`` it is repeated, for
    ``patience`` seconds, or for ever if that is 0. ``last_ids`` is kept up to date: by channel, the
    number of the last notification given.
    """

    def __init__(
        self,
        client: Client,
        read: Callable[[], Awaitable[Resynchronised]],
        *,
        patience: float,
        last_ids: dict[str, int],
    ) -> None:
        self._client = client
        self._read = read
        self._patience = patience
        self._last_ids = last_ids
        self._waiting = False
        self._has_missed = False

    def __aiter__(self) -> "Notifications":
        """This object: it has no beginning, only a next."""
        return self

    async def __anext__(self) -> Notification:
        """Wait for the next notification."""
        if self._waiting:
            raise RuntimeError("The notifications of an agent can be iterated once at a time.")
        self._waiting = True
        try:
            while (notification := await self._next()) is None:
                pass
            return notification
        finally:
            self._waiting = False

    async def _next(self) -> Notification | None:
        if not self._has_missed:
            try:
                message = await self._receive()
            except EventsMissed:
                self._has_missed = True
            else:
                number = replay_id(message)
                if number is not None:
                    self._last_ids[message["channel"]] = number
                return _notification(message, number)
        everything = await self._read_everything()
        # The next notification may be far from the last one before.
        self._last_ids.clear()
        self._has_missed = False
        return everything

    async def _receive(self) -> dict[str, Any]:
        try:
            with bayeux_errors():
                return await self._client.receive()
        except ClientInvalidOperation:
            raise StopAsyncIteration from None

    async def _read_everything(self) -> Resynchronised:
        """Read how things stand, though the server may be lost again."""
        loop, backoff = asyncio.get_running_loop(), Backoff()
        give_up = loop.time() + self._patience if self._patience else math.inf
        failures = 0
        while not await self._client.closes(within=backoff.delay(failures) if failures else 0):
            try:
                return await self._read()
            except ConnectionLost:
                failures += 1
                if loop.time() > give_up:
                    raise
        raise StopAsyncIteration


def _notification(message: dict[str, Any], number: int | None) -> Notification | None:
    """The event as a notification; ``None`` for one of another kind."""
    data = message.get("data")
    kind = _TYPES.get(str(data.get("messageType"))) if isinstance(data, dict) else None
    if not isinstance(data, dict) or kind is None:
        LOGGER.warning("Neither a change of a call's or a device's state nor an error: %r", data)
        return None
    received_at = message.get("ext", {}).get("receivedAt", 0.0)
    try:
        # Not strict: the API writes a call's duration as a string of digits.
        more = {"receivedAt": received_at, "replayId": number}
        return msgspec.convert({**data, **more}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise UnexpectedAnswer(f"a notification cannot be understood: {error}") from error


@contextmanager
def bayeux_errors() -> Iterator[None]:
    """Translate the errors of the Bayeux client, except that it is closed or events are missing."""
    try:
        yield
    except (ClientInvalidOperation, EventsMissed):
        raise
    except ServerError as error:
        text = f"{error.message} {error.error or ''}".rstrip()
        if error.error_code in _NOT_AUTHENTICATED:
            raise AuthenticationFailed(text) from error
        raise ConnectionLost(text) from error
    except AiocometdException as error:
        raise ConnectionLost(str(error)) from error
