"""Service channels: one client asks, the server answers it alone."""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, TypeAlias

from msgspec import Struct

from switchbell.bayeux import channel as channels


class ServiceRequest(Struct, frozen=True, kw_only=True):
    """A message on a ``/service/`` channel, and who sent it. ``id`` and ``ext`` are those of the
    message; an answer that takes time is given by ``push`` with the same ``id``."""

    channel: str
    data: Any
    client_id: str
    user: str | None
    id: str | float | None = None
    ext: Any = None


class Answer(Struct, frozen=True):
    """What a remote call is answered with. It goes back on the same channel with the same id."""

    data: Any


Service: TypeAlias = Callable[[ServiceRequest], Answer | None]
"""Handles the messages of one service channel: a plain function, which must not wait. If it raises,
that is logged, and the message is answered with an error."""


def checked(services: Mapping[str, Service]) -> dict[str, Service]:
    """The handlers by the names of their channels. Raises InvalidChannel for what is no name of a
    service channel, and TypeError for a coroutine function."""
    for name, service in services.items():
        if not channels.is_service(channels.name(name)):
            raise channels.InvalidChannel(name)
        if iscoroutinefunction(service):
            raise TypeError(
                f"The handler of {name} is a coroutine function. One whose answer takes time "
                "starts a task, returns None, and answers by push with the id of the request."
            )
    return {channels.name(name): service for name, service in services.items()}
