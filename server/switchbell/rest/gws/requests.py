"""Bodies of operations, and the operations of the core that they ask for."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

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

Builder: TypeAlias = Callable[[str, str, OperationRequest], Operation]
"""Makes an operation of the DN, the id in the path, and the body."""

Table: TypeAlias = Mapping[str, Builder]
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
    """The operation that ``request`` asks for, if ``table`` has it. Raises GwsError."""
    if request.operation_name is None:
        raise _missing("operationName")
    build = table.get(request.operation_name)
    if build is None:
        raise GwsError(
            StatusCode.OPERATION_FORBIDDEN,
            f"operationName is not one of the operations available here: {', '.join(table)}.",
        )
    return build(dn, target, request)


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
    """The name of a parameter in bodies, and how its value is had; None if it is not there."""

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


def _parameters(kind: type[Operation], request: OperationRequest) -> dict[str, Any]:
    """The values for the fields of an operation. Raises GwsError if one is missing that has no
    default."""
    values = {}
    for field in msgspec.structs.fields(kind):
        parameter = PARAMETERS.get(field.name)
        if parameter is None:
            continue
        value = parameter.value(request)
        if value is not None:
            values[field.name] = value
        elif field.required:
            raise _missing(parameter.name)
    return values


def _dial(dn: str, _: str, request: OperationRequest) -> Operation:
    return Dial(dn=dn, **_parameters(Dial, request))


def _on_call(kind: type[CallOperation]) -> Builder:
    return lambda dn, call, request: kind(dn=dn, call=call, **_parameters(kind, request))


DEVICE_OPERATIONS: Table = {"Dial": _dial}
"""Operations that are posted to the calls of a device."""

CALL_OPERATIONS: Table = {name: _on_call(kind) for name, kind in OPERATIONS.items()}
"""Operations that are posted to a call."""
