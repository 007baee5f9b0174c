"""What the server tells, typed: calls, notifications, devices, users.

Field for field the resources of the GWS Voice API, in Python spelling. Everything is immutable.
Fields that this package does not know are ignored, so a newer server does no harm; fields that a
server may leave out have a default.
"""

from typing import Any

from msgspec import Struct, field


class _Resource(Struct, frozen=True, kw_only=True, rename="camel"):
    """A JSON object of the API."""


class Participant(_Resource, frozen=True):
    """Another party of a call. For a plain extension ``e164_number`` is empty."""

    phone_number: str
    formatted_phone_number: str = ""
    e164_number: str = ""
    digits: str = ""


class Call(_Resource, frozen=True):
    """A call as one agent's device sees it.

    ``participants`` are the others, never the agent itself. ``capabilities`` are the operations
    allowed right now. ``duration`` is in whole seconds since the call began at this device.
    ``parent_call_uri`` is there on a consult call only. ``conn_id`` may change during a call's
    life: ``id`` does not.
    """

    id: str
    state: str
    call_uuid: str = ""
    conn_id: str = ""
    call_type: str = "Unknown"
    device_uri: str = ""
    participants: tuple[Participant, ...] = ()
    dnis: str = ""
    ani: str = ""
    capabilities: tuple[str, ...] = ()
    user_data: dict[str, Any] = field(default_factory=dict)
    duration: int = 0
    mute: str = "Off"
    recording_state: str | None = None
    supervisor_listening_in: bool = False
    monitored_user_muted: bool = False
    monitoring: bool = False
    uri: str = ""
    path: str = ""
    parent_call_uri: str | None = None
    parent_call_path: str | None = None


class Notification(_Resource, frozen=True):
    """Something happened to one of the agent's calls.

    ``call`` is the whole call after it; ``phone_number`` the agent's own number; ``received_at``
    the moment of arrival on the clock of ``time.monotonic()``, in seconds.
    """

    message_type: str
    notification_type: str
    call: Call
    phone_number: str = ""
    extensions: dict[str, Any] = field(default_factory=dict)
    received_at: float = 0.0


class UserState(_Resource, frozen=True):
    """Whether an agent takes calls: ``Ready``, ``NotReady``, ``LoggedOut`` ..."""

    state: str = ""
    display_name: str = ""
    work_mode: str | None = None


class Device(_Resource, frozen=True):
    """A telephone at the agent's desk."""

    id: str
    phone_number: str = ""
    device_state: str = ""
    user_state: UserState | None = None
    e164_number: str = ""
    capabilities: tuple[str, ...] = ()


class User(_Resource, frozen=True):
    """The agent as the directory knows it."""

    id: str
    user_name: str
    first_name: str = ""
    last_name: str = ""
    email_address: str = ""
    roles: tuple[str, ...] = ()
