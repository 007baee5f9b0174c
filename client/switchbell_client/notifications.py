"""The stream of an agent's notifications."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from aiocometd.exceptions import AiocometdException, ClientInvalidOperation, ServerError

from switchbell_client.cometd import Client, SessionReplaced
from switchbell_client.errors import (
    AuthenticationFailed,
    ConnectionLost,
    NotificationsMissed,
    UnexpectedAnswer,
)
from switchbell_client.model import (
    CallNotification,
    DeviceNotification,
    ErrorNotification,
    Notification,
)

LOGGER = logging.getLogger(__name__)

# By messageType (Web Services, "Envelope").
_TYPES: Mapping[str, type[Notification]] = {
    "CallStateChangeMessage": CallNotification,
    "DeviceStateChangeMessage": DeviceNotification,
    "ErrorMessage": ErrorNotification,
}
_NOT_AUTHENTICATED = (401, 403)


class Notifications:
    """Iterates over the notifications of one agent, in the order of arrival.

    One iteration at a time. Breaking out of it and iterating again loses nothing, nor does
    cancelling it. It ends when the agent's client is closed; raises ``ConnectionLost`` when the
    connection does not come back in time (iterate again to go on waiting) or the server ended the
    session, ``UnexpectedAnswer`` for a notification that cannot be understood.

    It raises ``NotificationsMissed``, once each time, when the session was lost and replaced: after
    all notifications of the old session and before those of the new one. Then read ``calls()`` and
    ``devices()`` to know how things stand, and iterate again::

        while True:
            try:
                async for notification in agent.notifications():
                    match notification:
                        case CallNotification(call=call):
                            show(call)
                        case DeviceNotification(devices=devices):
                            show_devices(devices)
                        case ErrorNotification(error_message=text):
                            show_error(text)
                break  # the client was closed
            except NotificationsMissed:
                show_all(await agent.calls(), await agent.devices())
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting = False

    def __aiter__(self) -> "Notifications":
        """This object: it has no beginning, only a next."""
        return self

    async def __anext__(self) -> Notification:
        """Wait for the next notification."""
        if self._waiting:
            raise RuntimeError("The notifications of an agent can be iterated once at a time.")
        self._waiting = True
        try:
            while (notification := _notification(await self._receive())) is None:
                pass
            return notification
        finally:
            self._waiting = False

    async def _receive(self) -> dict[str, Any]:
        try:
            with bayeux_errors():
                return await self._client.receive()
        except ClientInvalidOperation:
            raise StopAsyncIteration from None


def _notification(message: dict[str, Any]) -> Notification | None:
    """The event as a notification; ``None`` for one of another kind."""
    data = message.get("data")
    kind = _TYPES.get(str(data.get("messageType"))) if isinstance(data, dict) else None
    if not isinstance(data, dict) or kind is None:
        LOGGER.warning("Neither a change of a call's or a device's state nor an error: %r", data)
        return None
    received_at = message.get("ext", {}).get("receivedAt", 0.0)
    try:
        # Not strict: the API writes a call's duration as a string of digits.
        return msgspec.convert({**data, "receivedAt": received_at}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise UnexpectedAnswer(f"a notification cannot be understood: {error}") from error


@contextmanager
def bayeux_errors() -> Iterator[None]:
    """Translate the errors of the Bayeux client, except that the client is closed."""
    try:
        yield
    except ClientInvalidOperation:
        raise
    except SessionReplaced as error:
        text = "the session was lost, and notifications with it: read calls() to know what is so"
        raise NotificationsMissed(text) from error
    except ServerError as error:
        text = f"{error.message} {error.error or ''}".rstrip()
        if error.error_code in _NOT_AUTHENTICATED:
            raise AuthenticationFailed(text) from error
        raise ConnectionLost(text) from error
    except AiocometdException as error:
        raise ConnectionLost(str(error)) from error
