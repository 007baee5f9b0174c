"""Bodies of operations, and the operations of the core that they ask for."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from switchbell.rest.gws.answers import GwsError, StatusCode
from switchbell.voice.agents import MonitoringMode
from switchbell.voice.capabilities import OPERATIONS
from switchbell.voice.dn_capabilities import DN_OPERATIONS
from switchbell.voice.model import MonitoringScope
from switchbell.voice.operations import (
    AfterCallWork,
    AuxWork,
    CallOperation,
    Dial,
    Logout,
    NotReady,
    Operation,
    Ready,
)

LONGEST_REASON = 255
"""Characters. It goes into every notification and read of an agent's state."""

MOST_CHANNELS = 32
"""Each that is not there is answered at length."""


class Destination(Struct, frozen=True, rename="camel"):
    phone_number: str | None = None


class OperationRequest(Struct, frozen=True, rename="camel"):
    """The body of an operation, with the parameters of all operations."""

    operation_name: str | None = None
    destination: Destination | str | None = None
    consult_call_uri: str | None = None
    other_call_uri: str | None = None
    digits: str | None = None
    key: str | None = None
    user_data: dict[str, Any] | None = None
    participant: str | None = None
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)] | None = None
    target_device_uri: str | None = None
    phone_number: str | None = None
    supervisor_monitoring_scope: MonitoringScope | None = None
    supervisor_monitoring_mode: MonitoringMode | None = None
    channels: Annotated[tuple[str, ...], Meta(max_length=MOST_CHANNELS)] | None = None
    place: str | None = None
    login_code: str | None = None
    queue: str | None = None
    device_path: str | None = None


DEEPEST_USER_DATA = 32


class SessionOperation(Struct, frozen=True, kw_only=True):
    """What a user asks for himself, not for a call or a device."""


class StartContactCenterSession(SessionOperation, frozen=True, kw_only=True):
    """Begin to work: log in on the channels that are named, and be ready."""

    channels: tuple[str, ...] = ("voice",)
    place: str | None = None
    login_code: str | None = None
    queue: str | None = None
    device_path: str | None = None


class EndContactCenterSession(SessionOperation, frozen=True, kw_only=True):
    """Log out everywhere, and end the HTTP session."""


Table: TypeAlias = Mapping[str, type[Operation]]
"""The operations of one kind of resource by name."""

Operations: TypeAlias = Table | Mapping[str, type[SessionOperation]]

Body = TypeVar("Body", bound=Struct)

# msgspec repeats a value that is none of those that there are, whatever it is.
_ECHO = re.compile(r"Invalid enum value .*(?= - at `)", re.DOTALL)

_decoder = msgspec.json.Decoder(OperationRequest)


def decode(body: bytes) -> OperationRequest:
    """The body of an operation. Raises GwsError."""
    request = decoded(_decoder, body)
    require_presentable(request.user_data)
    return request


def decoded(decoder: msgspec.json.Decoder[Body], body: bytes) -> Body:
    """What a body says. Raises GwsError."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        text = _ECHO.sub("Invalid value", str(error))
        raise GwsError(StatusCode.PARAMETER_INVALID, f"{text}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise GwsError(StatusCode.PARAMETER_INVALID, "The body is not JSON.") from None
    except RecursionError:
        raise GwsError(StatusCode.PARAMETER_INVALID, "The body is nested too deeply.") from None


def require_presentable(user_data: dict[str, Any] | None) -> None:
    """Raise GwsError for user data of which no JSON could be made again."""
    if user_data and not _can_be_shown(user_data, DEEPEST_USER_DATA):
        raise GwsError(
            StatusCode.PARAMETER_INVALID,
            f"userData may be {DEEPEST_USER_DATA} levels deep, with integers of 64 bits.",
        )


def _can_be_shown(value: object, levels: int) -> bool:
    """Whether JSON can be made of a value again, wherever it is put: user data become part of
    every read and notification of their call."""
    match value:
        case dict() | list() if levels == 0:
            return False
        case dict():
            return all(_can_be_shown(member, levels - 1) for member in value.values())
        case list():
            return all(_can_be_shown(member, levels - 1) for member in value)
        case int():
            return -(2**63) <= value < 2**63
        case _:
            return True


Kind = TypeVar("Kind", Operation, SessionOperation)


def operation(table: Table, dn: str, request: OperationRequest, *, call: str = "") -> Operation:
    """The operation that ``request`` asks for, if ``table`` has it, by ``dn``; ``call`` is the id
    of the call that it is about, if it is about one. Raises GwsError."""
    kind = _kind(table, request)
    values = _values(kind, request)
    if issubclass(kind, CallOperation):
        return kind(dn=dn, call=call, **values)
    return kind(dn=dn, **values)


def session_operation(request: OperationRequest) -> SessionOperation:
    """The operation of the user's session that ``request`` asks for. Raises GwsError."""
    kind = _kind(SESSION_OPERATIONS, request)
    return kind(**_values(kind, request))


def _kind(table: Mapping[str, type[Kind]], request: OperationRequest) -> type[Kind]:
    if request.operation_name is None:
        raise _missing("operationName")
    kind = table.get(request.operation_name)
    if kind is None:
        raise GwsError(
            StatusCode.OPERATION_FORBIDDEN,
            f"operationName is not one of the operations available here: {', '.join(table)}.",
        )
    return kind


def _missing(name: str) -> GwsError:
    return GwsError(StatusCode.PARAMETER_MISSING, f"The parameter {name} is missing.")


def _destination(request: OperationRequest) -> str | None:
    match request.destination:
        case Destination(phone_number=str() as number) | (str() as number):
            return number
        case _:
            return None


def _id_in(uri: str | None) -> str | None:
    """The id at the end of a URI, absolute or not."""
    return uri.rstrip("/").rpartition("/")[2] if uri is not None else None


def _target(request: OperationRequest) -> str | None:
    return request.phone_number or _id_in(request.target_device_uri)


class Parameter(Struct, frozen=True):
    """The name of a parameter in bodies, which is that of a field of OperationRequest; and how its
    value is had, which is None if it is not there. It may be given by another name, ``instead``."""

    name: str
    value: Callable[[OperationRequest], Any]
    instead: str | None = None


# By field of an operation.
PARAMETERS: Mapping[str, Parameter] = {
    "destination": Parameter("destination", _destination),
    "user_data": Parameter("userData", lambda request: request.user_data),
    "consult_call": Parameter("consultCallUri", lambda request: _id_in(request.consult_call_uri)),
    "other_call": Parameter("otherCallUri", lambda request: _id_in(request.other_call_uri)),
    "participant": Parameter("participant", lambda request: request.participant),
    "digits": Parameter("digits", lambda request: request.digits),
    "key": Parameter("key", lambda request: request.key),
    "reason": Parameter("reason", lambda request: request.reason),
    # The number of a device, or its id.
    "target": Parameter("targetDeviceUri", _target, instead="phoneNumber"),
    "scope": Parameter(
        "supervisorMonitoringScope", lambda request: request.supervisor_monitoring_scope
    ),
    "mode": Parameter(
        "supervisorMonitoringMode", lambda request: request.supervisor_monitoring_mode
    ),
    "channels": Parameter("channels", lambda request: request.channels),
    "place": Parameter("place", lambda request: request.place),
    "login_code": Parameter("loginCode", lambda request: request.login_code),
    "queue": Parameter("queue", lambda request: request.queue),
    "device_path": Parameter("devicePath", lambda request: request.device_path),
}


def parameters(kind: type[Struct]) -> Iterator[tuple[FieldInfo, Parameter]]:
    """The fields of an operation that come from its body, each with the parameter it comes from."""
    for field in msgspec.structs.fields(kind):
        if (parameter := PARAMETERS.get(field.name)) is not None:
            yield field, parameter


def _values(kind: type[Struct], request: OperationRequest) -> dict[str, Any]:
    """The values for these fields. Raises GwsError if one is missing that has no default."""
    values = {}
    for field, parameter in parameters(kind):
        value = parameter.value(request)
        if value is not None:
            values[field.name] = value
        elif field.required:
            raise _missing(parameter.name)
    return values


DEVICE_OPERATIONS: Table = {"Dial": Dial}
"""Operations that are posted to the calls of a device."""

CALL_OPERATIONS: Table = OPERATIONS
"""Operations that are posted to a call."""

SETTING_OPERATIONS: Table = DN_OPERATIONS
"""Operations that are posted to a device itself."""

CHANNEL_OPERATIONS: Table = {
    "Ready": Ready,
    "NotReady": NotReady,
    "AfterCallWork": AfterCallWork,
    "AuxWork": AuxWork,
    "Offline": Logout,
}
"""Operations that are posted to the voice channel."""

SESSION_OPERATIONS: Mapping[str, type[SessionOperation]] = {
    kind.__name__: kind for kind in (StartContactCenterSession, EndContactCenterSession)
}
"""Operations that are posted to the user."""
