"""The forms of answers, field by field. What is answered is encoded without these."""

from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, field
from msgspec.structs import fields

from switchbell.access.users import UserRole
from switchbell.notify.gws.shapes import Call, Channel, Device, Shape
from switchbell.rest.gws.answers import StatusCode


class Success(Shape, frozen=True):
    """What was asked for was done."""

    status_code: Literal[0]


class Failure(Shape, frozen=True):
    """A refusal, which has changed nothing."""

    status_code: Annotated[int, Meta(ge=1, le=max(StatusCode).value)]
    status_message: str


class ChannelDone(Shape, frozen=True):
    """A channel on which something was done."""

    status_code: Literal[0]
    channel: str


class ChannelFailed(Shape, frozen=True):
    """A channel on which it was not done."""

    status_code: Annotated[int, Meta(ge=1, le=max(StatusCode).value)]
    status_message: str
    channel: str


class SessionChanged(Shape, frozen=True):
    """A session was begun or ended: whole, or on some of the channels (statusCode 7)."""

    status_code: Literal[0, 7]
    succeeded: list[ChannelDone] | UnsetType = UNSET
    failed: list[ChannelFailed] | UnsetType = UNSET


class Feature(Shape, frozen=True):
    """A set of functions that the centre has."""

    id: str
    display_name: str
    description: str
    auto_assign_on_contact_center_create: bool
    uri: str
    path: str


class Skill(Shape, frozen=True):
    """What a user is good at, and how good."""

    id: str
    name: str
    level: str
    uri: str
    path: str


class Group(Shape, frozen=True):
    """A part of the centre that a user belongs to."""

    id: str
    name: str
    type: str
    contains: list[str]
    uri: str
    path: str


class Service(Shape, frozen=True):
    """Something that the centre depends on, and whether it is there."""

    id: str
    name: str
    type: str
    state: Literal["Active", "Inactive"]
    uri: str
    path: str


class User(Shape, frozen=True):
    """A user; and of his resources those that were asked for."""

    id: str
    user_name: str
    first_name: str
    last_name: str
    email_address: str
    roles: list[UserRole]
    enabled: bool
    change_password_on_first_login: bool
    contact_center_id: str
    uri: str
    path: str
    devices: list[Device] | UnsetType = UNSET
    calls: list[Call] | UnsetType = UNSET
    channels: list[Channel] | UnsetType = UNSET
    features: list[Feature] | UnsetType = UNSET
    skills: list[Skill] | UnsetType = UNSET
    groups: list[Group] | UnsetType = UNSET
    settings: dict[str, dict[str, Any]] | UnsetType = UNSET


class UserSettings(Success, frozen=True):
    """A user's settings by section and name."""

    settings: dict[str, dict[str, Any]]


class DeviceSetting(Shape, frozen=True):
    """An option of the switch for a device."""

    name: str
    value: str


class DeviceSettings(Success, frozen=True):
    """The options of the switch for a device."""

    settings: list[DeviceSetting]
    key: Literal["name"]


class Version(Success, frozen=True):
    """The version of the interface."""

    version: str


@cache
def one(name: str, shape: type[Shape]) -> type[Struct]:
    """The form of an answer with a resource in its field ``name``."""
    return defstruct(f"One{shape.__name__}", [(name, shape)], bases=(Success,), kw_only=True)


@cache
def many(name: str, shape: type[Shape]) -> type[Struct]:
    """The form of an answer with the URIs of resources; or, in its field ``name``, with some of
    the fields of each."""
    some = defstruct(
        f"{shape.__name__}Fields",
        [
            (one.name, one.type | UnsetType, field(name=one.encode_name, default=UNSET))
            for one in fields(shape)
        ],
        bases=(Shape,),
        kw_only=True,
    )
    uris = ("uris", list[str] | UnsetType, UNSET)
    resources = (name, GenericAlias(list, some) | UnsetType, UNSET)
    return defstruct(f"Many{shape.__name__}s", [uris, resources], bases=(Success,), kw_only=True)
