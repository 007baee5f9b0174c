"""Bodies of operations, and the operations of the core that they ask for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from switchbell.rest.gws.answers import GwsError, StatusCode
from switchbell.voice.capabilities import OPERATIONS
from switchbell.voice.operations import CallOperation, Dial, Operation


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


DEEPEST_USER_DATA = 32

Table: TypeAlias = Mapping[str, type[Operation]]
"""The operations of one kind of resource by name."""

_decoder = msgspec.json.Decoder(OperationRequest)


def decode(body: bytes) -> OperationRequest:
    """Raises GwsError."""
    try:
        request = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise GwsError(StatusCode.PARAMETER_INVALID, f"{error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise GwsError(StatusCode.PARAMETER_INVALID, "The body is not JSON.") from None
    except RecursionError:
        raise GwsError(StatusCode.PARAMETER_INVALID, "The body is nested too deeply.") from None
    if request.user_data and not _can_be_shown(request.user_data, DEEPEST_USER_DATA):
        raise GwsError(
            StatusCode.PARAMETER_INVALID,
            f"userData may be {DEEPEST_USER_DATA} levels deep, with integers of 64 bits.",
        )
    return request


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


def operation(table: Table, dn: str, target: str, request: OperationRequest) -> Operation:
    """The operation that ``request`` asks for, if ``table`` has it, by ``dn``; ``target`` is the id
    in the path. Raises GwsError."""
    if request.operation_name is None:
        raise _missing("operationName")
    kind = table.get(request.operation_name)
    if kind is None:
        raise GwsError(
            StatusCode.OPERATION_FORBIDDEN,
            f"operationName is not one of the operations available here: {', '.join(table)}.",
        )
    values = _values(kind, request)
    if issubclass(kind, CallOperation):
        return kind(dn=dn, call=target, **values)
    return kind(dn=dn, **values)


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


class Parameter(Struct, frozen=True):
    """The name of a parameter in bodies, which is that of a field of OperationRequest; and how its
    value is had, which is None if it is not there."""

    name: str
    value: Callable[[OperationRequest], Any]


# By field of an operation.
PARAMETERS: Mapping[str, Parameter] = {
    "destination": Parameter("destination", _destination),
    "user_data": Parameter("userData", lambda request: request.user_data),
    "consult_call": Parameter("consultCallUri", lambda request: _id_in(request.consult_call_uri)),
    "other_call": Parameter("otherCallUri", lambda request: _id_in(request.other_call_uri)),
    "participant": Parameter("participant", lambda request: request.participant),
    "digits": Parameter("digits", lambda request: request.digits),
    "key": Parameter("key", lambda request: request.key),
}


def parameters(kind: type[Operation]) -> Iterator[tuple[FieldInfo, Parameter]]:
    """The fields of an operation that come from its body, each with the parameter it comes from."""
    for field in msgspec.structs.fields(kind):
        if (parameter := PARAMETERS.get(field.name)) is not None:
            yield field, parameter


def _values(kind: type[Operation], request: OperationRequest) -> dict[str, Any]:
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
