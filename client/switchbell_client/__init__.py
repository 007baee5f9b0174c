"""Client of a Switchbell server: agents, their calls and the notifications about them."""

from aiocometd.constants import ConnectionType

from switchbell_client.agent import AgentClient
from switchbell_client.errors import (
    AuthenticationFailed,
    ConnectionLost,
    NotLoggedIn,
    OperationRefused,
    SwitchbellError,
    UnexpectedAnswer,
)
from switchbell_client.model import (
    Call,
    CallNotification,
    Device,
    DeviceNotification,
    ErrorNotification,
    FailedChannel,
    Notification,
    OutsideCall,
    Participant,
    Resynchronised,
    SupervisorMonitoringState,
    User,
    UserState,
)
from switchbell_client.notifications import Notifications
from switchbell_client.trunk import Trunk

__all__ = [
    "AgentClient",
    "AuthenticationFailed",
    "Call",
    "CallNotification",
    "ConnectionLost",
    "ConnectionType",
    "Device",
    "DeviceNotification",
    "ErrorNotification",
    "FailedChannel",
    "NotLoggedIn",
    "Notification",
    "Notifications",
    "OperationRefused",
    "OutsideCall",
    "Participant",
    "Resynchronised",
    "SupervisorMonitoringState",
    "SwitchbellError",
    "Trunk",
    "UnexpectedAnswer",
    "User",
    "UserState",
]
