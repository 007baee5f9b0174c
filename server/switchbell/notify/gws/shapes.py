"""The forms of resources, field by field, for those who describe or check them.

What is rendered is rendered without these: see ``Resources``. A field that may be left out is never
null.
"""

from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

from switchbell.voice.agents import MonitoringMode
from switchbell.voice.model import CallType, MonitoringScope, MonitoringType, Recording

Switch: TypeAlias = Literal["On", "Off"]


class Shape(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A form. Fields that it does not name are not in the resource."""


class Country(Shape, frozen=True):
    """The country of a telephone number."""

    name: str
    code: str
    calling_code: str


class Participant(Shape, frozen=True):
    """Another party of a call. Country and the like are there for numbers with a country code."""

    e164_number: str
    formatted_phone_number: str
    phone_number: str
    digits: str
    country: Country | UnsetType = UNSET
    location: str | UnsetType = UNSET
    local_phone_number: str | UnsetType = UNSET
    e164_digits: str | UnsetType = field(name="E164digits", default=UNSET)


class Call(Shape, frozen=True):
    """A call as one of its parties sees it."""

    id: str
    state: Literal["Dialing", "Ringing", "Established", "Held", "Released"]
    call_uuid: str
    conn_id: str
    device_uri: str
    participants: list[Participant]
    dnis: str
    call_type: CallType
    capabilities: list[str]
    duration: str
    mute: Switch
    supervisor_listening_in: bool
    monitored_user_muted: bool
    monitoring: bool
    uri: str
    path: str
    ani: str | UnsetType = UNSET
    user_data: dict[str, Any] | UnsetType = UNSET
    recording_state: Recording | UnsetType = UNSET
    parent_call_uri: str | UnsetType = UNSET
    parent_call_path: str | UnsetType = UNSET


class UserState(Shape, frozen=True):
    """The state of an agent at a device or on a channel."""

    state: Literal["Ready", "NotReady", "LoggedIn", "LoggedOut"]
    id: str | UnsetType = UNSET
    display_name: str | UnsetType = UNSET
    work_mode: Literal["AfterCallWork", "AuxWork"] | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class SupervisorMonitoringState(Shape, frozen=True):
    """Whom a supervisor monitors, and how."""

    state: MonitoringType
    mode: MonitoringMode
    scope: MonitoringScope
    target_device_uri: str


class Device(Shape, frozen=True):
    """A telephone."""

    id: str
    device_state: Literal["Active", "Inactive"]
    user_state: UserState
    phone_number: str
    description: str
    e164_number: str
    telephony_network: str
    do_not_disturb: Switch
    voice_environment_uri: str
    capabilities: list[str]
    channels: list[str]
    dynamic_phone_number: str
    uri: str
    path: str
    forward_to: str | UnsetType = UNSET
    supervisor_monitoring_state: SupervisorMonitoringState | UnsetType = UNSET


class Channel(Shape, frozen=True):
    """A medium that an agent works with."""

    channel: str
    user_state: UserState
    uri: str
    path: str
