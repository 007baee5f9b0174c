"""The centre of a scenario: who of the parties is a device, a queue or outside."""

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Any

from msgspec import ValidationError, convert
from msgspec.structs import replace

from switchbell.trace.names import CALL_STATES
from switchbell.voice.model import CallState, Centre, Device, FarEnd, Queue
from switchbell.voice.numbers import LONGEST, Numbers

# What a caller can be told of a number at once, by T-Library's name.
UNREACHABLE: Mapping[str, CallState] = MappingProxyType(
    {
        CALL_STATES[state]: state
        for state in (CallState.BUSY, CallState.ALL_TRUNKS_BUSY, CallState.SIT_INVALID_NUMBER)
    }
)


class _FarEnd(FarEnd, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


def centre_of(
    parties: tuple[str, ...],
    *,
    queues: tuple[str, ...],
    supervisors: tuple[str, ...],
    far_ends: tuple[dict[str, Any], ...],
) -> Centre:
    """Return the centre in which ``parties`` that are no queues and match no far end's pattern are
    devices. Raises ValidationError."""
    _check_chosen("queues", queues, parties)
    _check_chosen("supervisors", supervisors, parties)
    others = Centre(
        devices=(),
        queues=tuple([Queue(dn=dn) for dn in queues]),
        far_ends=_far_ends(far_ends),
    )
    numbers = Numbers(others)
    dns = [dn for dn in parties if numbers.kind(dn) is None]
    for dn in supervisors:
        if dn not in dns:
            raise ValidationError(f"supervisors: {dn!r} is not a device")
    devices = [Device(id=dn, dn=dn, user=dn, supervisor=dn in supervisors) for dn in dns]
    return replace(others, devices=tuple(devices))


def _check_chosen(key: str, chosen: tuple[str, ...], parties: tuple[str, ...]) -> None:
    for dn in chosen:
        if dn not in parties:
            raise ValidationError(f"{key}: {dn!r} is not one of the parties")
    if len(set(chosen)) < len(chosen):
        raise ValidationError(f"{key}: each must be there once")


def _far_ends(tables: tuple[dict[str, Any], ...]) -> tuple[FarEnd, ...]:
    far_ends: list[FarEnd] = []
    for number, table in enumerate(tables, 1):
        try:
            far_end = _far_end(table)
            # The first that matches decides.
            if far_end.pattern in {one.pattern for one in far_ends}:
                raise ValidationError(f"pattern {far_end.pattern!r} was there before")
        except ValidationError as error:
            raise ValidationError(f"far_ends {number}: {error}") from None
        far_ends.append(far_end)
    return tuple(far_ends)


def _far_end(table: dict[str, Any]) -> FarEnd:
    name = table.get("unreachable")
    if name is not None and (not isinstance(name, str) or name not in UNREACHABLE):
        raise ValidationError(f"unreachable must be one of {', '.join(UNREACHABLE)}")
    behaviour = {key: value for key, value in table.items() if key != "unreachable"}
    far_end = convert(behaviour, _FarEnd)
    _check_behaviour(far_end, unreachable=name is not None)
    return far_end if name is None else replace(far_end, unreachable=UNREACHABLE[name])


def _check_behaviour(far_end: FarEnd, *, unreachable: bool) -> None:
    pattern = far_end.pattern
    if not 0 < len(pattern) <= LONGEST or not (pattern.isascii() and pattern.isprintable()):
        raise ValidationError(f"pattern must be printable ASCII of {LONGEST} characters at most")
    seconds = {
        "answers_after": far_end.answers_after,
        "rejects_after": far_end.rejects_after,
        "hangs_up_after": far_end.hangs_up_after,
    }
    given = {name: value for name, value in seconds.items() if value is not None}
    for name, value in given.items():
        if not 0 < value < inf:
            raise ValidationError(f"{name} must be above 0, and finite")
    if unreachable and given:
        raise ValidationError(f"who is unreachable has no {next(iter(given))}")
    if "answers_after" in given and "rejects_after" in given:
        raise ValidationError("who answers does not reject")
