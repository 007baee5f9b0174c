"""What requests say, in bodies and in queries. Numbers and truth values may come as text."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from switchbell.rest.cc_gateway.retcodes import Refused, RetCode

Number = Annotated[str, Meta(max_length=24, pattern=r"\A\+?[0-9*#]+\Z")]
"""A telephone number. Those outside begin with ``+`` here."""

Tones = Annotated[str, Meta(max_length=24, pattern=r"\A[0-9*#]+\Z")]
AppData = Annotated[str, Meta(max_length=16 * 1024)]
Name = Annotated[str, Meta(min_length=1, max_length=24)]

ShapeT = TypeVar("ShapeT", bound=Struct)


class SignIn(Struct, frozen=True):
    """The body of sign-in. What is listed in the interface beyond this has no effect here."""

    password: Annotated[str, Meta(min_length=1, max_length=32)]
    phonenum: Name
    autoanswer: bool | None = None
    autoenteridle: bool | None = None
    releasephone: bool | None = None
    agenttype: int | None = 4
    status: int | None = 4
    ip: str | None = None
    callBackUri: str | None = None  # noqa: N815 - the name on the wire
    serviceToken: str | None = None  # noqa: N815 - so is this


class Skills(Struct, frozen=True):
    skillid: Annotated[str, Meta(max_length=4000)] = ""


class Busy(Struct, frozen=True):
    reason: int = 0
    prolong: bool = False


class TalkRight(Struct, frozen=True):
    flag: Annotated[int, Meta(ge=0, le=1)]


class CallOut(Struct, frozen=True):
    called: Number
    callappdata: AppData | None = None


class CallSkill(Struct, frozen=True, rename={"skill_id": "skillId"}):
    skill_id: Name
    callappdata: AppData | None = None


class NamedCall(Struct, frozen=True):
    callid: str | None = None


class Help(Struct, frozen=True):
    """Of ``holdflag`` nothing but true can be had: the call that is consulted about is held."""

    dstaddress: Name
    devicetype: int = 2
    mode: int = 1
    callappdata: AppData | None = None
    holdflag: bool = True


class Transfer(Struct, frozen=True):
    devicetype: int
    address: Number
    mode: int
    callappdata: AppData | None = None
    holdflag: bool = True


class Join(Struct, frozen=True):
    callid: Annotated[str, Meta(min_length=1)]


class Dtmf(Struct, frozen=True):
    number: Tones


class PickUp(Struct, frozen=True, rename={"agent_id": "destWorkNo"}):
    agent_id: Name


class LastCall(Struct, frozen=True, rename={"without_last": "isNoContainLastCall"}):
    without_last: bool = False


def from_body(shape: type[ShapeT], body: bytes) -> ShapeT:
    """What a body says; an empty one is as good as ``{}``. Raises Refused."""
    try:
        return msgspec.json.decode(body or b"{}", type=shape, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(str(error), RetCode.PARAMETER_INVALID) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused("The body is not JSON.", RetCode.MESSAGE_INVALID) from None


def from_text(shape: type[ShapeT], said: Mapping[str, str]) -> ShapeT:
    """What a query says. A parameter without a value is as good as none. Raises Refused."""
    given = {name: value for name, value in said.items() if value}
    try:
        return msgspec.convert(given, shape, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(str(error), RetCode.PARAMETER_INVALID) from None
