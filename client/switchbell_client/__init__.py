"""Client of a Switchbell server: agents, their calls and the notifications about them."""

from aiocometd.constants import ConnectionType

from switchbell_client.agent import AgentClient
from switchbell_client.errors import (
    AuthenticationFailed,
    ConnectionLost,
    NotificationsMissed,
    NotLoggedIn,
    OperationRefused,
    SwitchbellError,
    UnexpectedAnswer,
)
from switchbell_client.model import Call, Device, Notification, Participant, User, UserState
from switchbell_client.notifications import Notifications

__all__ = [
    "AgentClient",
    "AuthenticationFailed",
    "Call",
    "ConnectionLost",
    "ConnectionType",
    "Device",
    "NotLoggedIn",
    "Notification",
    "Notifications",
    "NotificationsMissed",
    "OperationRefused",
    "Participant",
    "SwitchbellError",
    "UnexpectedAnswer",
    "User",
    "UserState",
]
