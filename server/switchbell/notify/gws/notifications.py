"""What Web Services tells an agent of a change: CallStateChangeMessages, DeviceStateChangeMessages
and ErrorMessages."""

from collections.abc import Iterable, Mapping
from typing import Any

from switchbell.notify.gws.late_errors import LateError, error_message, late_error
from switchbell.notify.gws.resources import Resources
from switchbell.notify.notification import Notification
from switchbell.voice.agents import DnState
from switchbell.voice.events import Change, Event, EventName, PrivateMessage
from switchbell.voice.model import CallState, Device, Leg

CALLS = "/v2/me/calls"
DEVICES = "/v2/me/devices"

STATUS_CHANGE = "StatusChange"
PARTICIPANTS_UPDATED = "ParticipantsUpdated"
ATTACHED_DATA_CHANGED = "AttachedDataChanged"
DTMF_SENT = "DtmfSent"
CALL_RECORDING_STATE_CHANGE = "CallRecordingStateChange"
MONITORED_USER_MUTED_STATE_CHANGE = "MonitoredUserMutedStateChange"

# notificationType by T-Library event. Events of the hook say nothing about a call, and a call that
# has reached the network is Dialing as before.
NOTIFICATION_TYPES = {
    EventName.DIALING: STATUS_CHANGE,
    EventName.RINGING: STATUS_CHANGE,
    EventName.ESTABLISHED: STATUS_CHANGE,
    EventName.DESTINATION_BUSY: STATUS_CHANGE,
    EventName.ABANDONED: STATUS_CHANGE,
    EventName.HELD: STATUS_CHANGE,
    EventName.RETRIEVED: STATUS_CHANGE,
    EventName.RELEASED: STATUS_CHANGE,
    EventName.PARTY_ADDED: PARTICIPANTS_UPDATED,
    EventName.PARTY_CHANGED: PARTICIPANTS_UPDATED,
    EventName.PARTY_DELETED: PARTICIPANTS_UPDATED,
    EventName.ATTACHED_DATA_CHANGED: ATTACHED_DATA_CHANGED,
    EventName.DTMF_SENT: DTMF_SENT,
    EventName.MUTE_ON: STATUS_CHANGE,
    EventName.MUTE_OFF: STATUS_CHANGE,
    EventName.PRIVATE_INFO: STATUS_CHANGE,
}

# Completing a conference retrieves the main call, but is told of once: by the EventPartyAdded that
# follows (CompleteConference, sample of the second notification).
UNTOLD = {(EventName.RETRIEVED, CallState.CONFERENCED)}


# What an EventPrivateInfo is about decides.
PRIVATE_TYPES = {
    PrivateMessage.RECORDING: CALL_RECORDING_STATE_CHANGE,
    PrivateMessage.MONITORED_USER_MUTED: MONITORED_USER_MUTED_STATE_CHANGE,
    PrivateMessage.MONITORING_TYPE: STATUS_CHANGE,
}


# They say nothing of how the call came about (Notifications, envelope).
WITHOUT_EXTENSIONS = frozenset({ATTACHED_DATA_CHANGED})


class GwsNotifications:
    """Turns changes into notifications for the users at the devices concerned."""

    def __init__(self, resources: Resources, devices: Iterable[Device]) -> None:
        self._resources = resources
        self._devices = {device.dn: device for device in devices}

    def compose(self, change: Change) -> list[Notification]:
        """The notifications of a change, in the order in which they are to be sent."""
        told = []
        for event in change.events:
            if event.leg is not None and _is_told(event):
                told.append(self._of_call(_type(event), event.leg, change.time, event.extensions))
                if (error := late_error(event)) is not None:
                    told.append(self._of_error(error, event.leg))
            elif event.dn_state is not None:
                told.append(self._of_device(event.dn_state))
        told += [self._of_call(STATUS_CHANGE, leg, change.time) for leg in change.refreshed]
        return told

    def _of_call(
        self,
        notification_type: str,
        leg: Leg,
        time: float,
        extensions: Mapping[str, int] | None = None,
    ) -> Notification:
        payload: dict[str, Any] = {
            "notificationType": notification_type,
            "call": self._resources.call(leg, time),
            "phoneNumber": leg.dn,
            "messageType": "CallStateChangeMessage",
        }
        if extensions is not None and notification_type not in WITHOUT_EXTENSIONS:
            payload["extensions"] = extensions
        return Notification(audience=self._devices[leg.dn].user, channel=CALLS, payload=payload)

    def _of_error(self, error: LateError, leg: Leg) -> Notification:
        device = self._devices[leg.dn]
        payload = error_message(error, device, leg, self._resources)
        return Notification(audience=device.user, channel=CALLS, payload=payload)

    def _of_device(self, state: DnState) -> Notification:
        device = self._devices[state.dn]
        payload = {
            "devices": [self._resources.device(device, state)],
            "messageType": "DeviceStateChangeMessage",
        }
        return Notification(audience=device.user, channel=DEVICES, payload=payload)


def _type(event: Event) -> str:
    if event.private_message is not None:
        return PRIVATE_TYPES[event.private_message]
    return NOTIFICATION_TYPES[event.name]


def _is_told(event: Event) -> bool:
    return event.name in NOTIFICATION_TYPES and (event.name, event.call_state) not in UNTOLD
