"""Bodies of operations, and the operations of the core that they ask for."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from switchbell.rest.gws.answers import GwsError, StatusCode
from switchbell.voice.operations import (
    Answer,
    CallOperation,
    CompleteConference,
    Dial,
    Hangup,
    Hold,
    InitiateConference,
    Operation,
    RemoveParticipantFromConference,
    Retrieve,
)


class Destination(Struct, frozen=True, rename="camel"):
    phone_number: str | None = None


class OperationRequest(Struct, frozen=True, rename="camel"):
    """The body of an operation, with the parameters of all operations."""

    operation_name: str | None = None
    destination: Destination | str | None = None
    consult_call_uri: str | None = None
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


def _destination(request: OperationRequest) -> str:
    match request.destination:
        case Destination(phone_number=str() as number) | (str() as number):
            return number
        case _:
            raise _missing("destination")


def _without_parameters(kind: type[CallOperation]) -> Builder:
    return lambda dn, call, _: kind(dn=dn, call=call)


def _dial(dn: str, _: str, request: OperationRequest) -> Operation:
    return Dial(dn=dn, destination=_destination(request), user_data=request.user_data or {})


def _initiate_conference(dn: str, call: str, request: OperationRequest) -> Operation:
    return InitiateConference(
        dn=dn,
        call=call,
        destination=_destination(request),
        user_data=request.user_data or {},
    )


def _complete_conference(dn: str, call: str, request: OperationRequest) -> Operation:
    uri = request.consult_call_uri
    consult_call = uri.rstrip("/").rpartition("/")[2] if uri is not None else None
    return CompleteConference(dn=dn, call=call, consult_call=consult_call)


def _remove_participant(dn: str, call: str, request: OperationRequest) -> Operation:
    if request.participant is None:
        raise _missing("participant")
    return RemoveParticipantFromConference(dn=dn, call=call, participant=request.participant)


DEVICE_OPERATIONS: Table = {"Dial": _dial}
"""Operations that are posted to the calls of a device."""

CALL_OPERATIONS: Table = {
    "Answer": _without_parameters(Answer),
    "Hangup": _without_parameters(Hangup),
    "Hold": _without_parameters(Hold),
    "Retrieve": _without_parameters(Retrieve),
    "InitiateConference": _initiate_conference,
    "CompleteConference": _complete_conference,
    "RemoveParticipantFromConference": _remove_participant,
}
"""Operations that are posted to a call."""
