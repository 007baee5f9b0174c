"""What the server tells, typed: calls, notifications, devices, users.

Field for field the resources of the GWS Voice API, in Python spelling. Everything is immutable.
Fields that this package does not know are ignored, so a newer server does no harm; fields that a
server may leave out have a default.
"""

from typing import Any, TypeAlias

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


class UserState(_Resource, frozen=True):
    """Whether an agent takes calls: ``Ready``, ``NotReady``, ``LoggedOut`` ...

    ``work_mode`` is ``AfterCallWork`` or ``AuxWork`` where that is why he is not ready; ``reason``
    what he gave as one.
    """

    state: str = ""
    id: str = ""
    display_name: str = ""
    work_mode: str | None = None
    reason: str | None = None


class SupervisorMonitoringState(_Resource, frozen=True):
    """Whom a supervisor monitors, how (``ListenIn``, ``Coach``, ``BargeIn``), and which calls."""

    state: str
    mode: str = ""
    scope: str = ""
    target_device_uri: str = ""


class Device(_Resource, frozen=True):
    """A telephone at the agent's desk.

    ``capabilities`` are the operations allowed right now. ``forward_to`` and
    ``supervisor_monitoring_state`` are there only while calls are forwarded, or somebody is
    monitored.
    """

    id: str
    phone_number: str = ""
    device_state: str = ""
    user_state: UserState | None = None
    e164_number: str = ""
    capabilities: tuple[str, ...] = ()
    do_not_disturb: str = "Off"
    forward_to: str | None = None
    supervisor_monitoring_state: SupervisorMonitoringState | None = None
    channels: tuple[str, ...] = ()
    description: str = ""
    dynamic_phone_number: str = ""
    telephony_network: str = ""
    voice_environment_uri: str = ""
    uri: str = ""
    path: str = ""


class CallNotification(_Resource, frozen=True):
    """Something happened to one of the agent's calls (Web Services, "Envelope").

    ``call`` is the whole call after it; ``phone_number`` the agent's own number; ``received_at``
    the moment of arrival on the clock of ``time.monotonic()``, in seconds. ``replay_id`` grows from
    one notification of an agent to the next, where the server numbers them.
    """

    message_type: str
    notification_type: str
    call: Call
    phone_number: str = ""
    extensions: dict[str, Any] = field(default_factory=dict)
    received_at: float = 0.0
    replay_id: int | None = None


class DeviceNotification(_Resource, frozen=True):
    """The agent's state changed, or a setting of the telephone, or who is monitored from it (Web
    Services, "Channels").

    ``devices`` are those concerned, as they are after it; ``received_at`` and ``replay_id`` as with
    calls.
    """

    message_type: str
    devices: tuple[Device, ...]
    received_at: float = 0.0
    replay_id: int | None = None


class ErrorNotification(_Resource, frozen=True):
    """Something that the server had agreed to do has failed since (Web Services, "Envelope"): a
    number that was dialled is none, for example.

    ``error_code`` is T-Library's; ``call_uri`` is the call that it is about, if it is about one;
    ``received_at`` and ``replay_id`` as with calls.
    """

    message_type: str
    error_code: int = 0
    error_message: str = ""
    device_uri: str = ""
    device_path: str = ""
    call_uri: str | None = None
    call_path: str | None = None
    phone_number: str = ""
    received_at: float = 0.0
    replay_id: int | None = None


class Resynchronised(Struct, frozen=True, kw_only=True):
    """Notifications may have been missed; these are all calls and devices of the agent, read since.

    Whatever was known of calls and devices before is to be replaced by it. A notification that
    follows may be of before the reading, but of each call and device the last one is of after it.
    """

    calls: tuple[Call, ...]
    devices: tuple[Device, ...]


Notification: TypeAlias = CallNotification | DeviceNotification | ErrorNotification | Resynchronised
"""What an agent is told. ``isinstance`` or ``match`` tells which it is."""


class FailedChannel(_Resource, frozen=True):
    """A channel on which an agent could not be logged in; ``status_code`` and ``status_message``
    say why, as in ``OperationRefused``."""

    channel: str
    status_code: int
    status_message: str = ""


class OutsideCall(_Resource, frozen=True):
    """A call as its far end sees it: a customer, who is at ``number``.

    ``participants`` are the numbers of the others. ``id`` is of use on the trunk only: agents know
    the call by others. ``duration`` is in whole seconds.
    """

    id: str
    number: str
    state: str
    call_type: str = "Unknown"
    conn_id: str = ""
    dnis: str = ""
    participants: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    user_data: dict[str, Any] = field(default_factory=dict)
    duration: int = 0


class User(_Resource, frozen=True):
    """The agent as the directory knows it."""

    id: str
    user_name: str
    first_name: str = ""
    last_name: str = ""
    email_address: str = ""
    roles: tuple[str, ...] = ()
