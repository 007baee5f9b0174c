"""CallStateChangeMessages: what Web Services tells an agent of a change."""

from collections.abc import Iterable
from typing import Any

from switchbell.notify.gws.resources import Resources
from switchbell.notify.notification import Notification
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import CallState, Device, Leg

CALLS = "/v2/me/calls"

STATUS_CHANGE = "StatusChange"
PARTICIPANTS_UPDATED = "ParticipantsUpdated"
ATTACHED_DATA_CHANGED = "AttachedDataChanged"
DTMF_SENT = "DtmfSent"
CALL_RECORDING_STATE_CHANGE = "CallRecordingStateChange"

# notificationType by T-Library event. Events of the hook say nothing about a call.
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
    EventName.PRIVATE_INFO: CALL_RECORDING_STATE_CHANGE,
}

# Completing a conference retrieves the main call, but is told of once: by the EventPartyAdded that
# follows (CompleteConference, sample of the second notification).
UNTOLD = {(EventName.RETRIEVED, CallState.CONFERENCED)}


class GwsNotifications:
    """Turns changes into notifications for the users at the devices concerned."""

    def __init__(self, resources: Resources, devices: Iterable[Device]) -> None:
        self._resources = resources
        self._users = {device.dn: device.user for device in devices}

    def compose(self, change: Change) -> list[Notification]:
        """The notifications of a change, in the order in which they are to be sent."""
        told = [
            self._notification(NOTIFICATION_TYPES[event.name], event.leg, change.time)
            for event in change.events
            if event.leg is not None and _is_told(event)
        ]
        refreshed = [
            self._notification(STATUS_CHANGE, leg, change.time) for leg in change.refreshed
        ]
        return told + refreshed

    def _notification(self, notification_type: str, leg: Leg, time: float) -> Notification:
        payload: dict[str, Any] = {
            "notificationType": notification_type,
            "call": self._resources.call(leg, time),
            "phoneNumber": leg.dn,
            "extensions": {"BusinessCall": 0},
            "messageType": "CallStateChangeMessage",
        }
        return Notification(audience=self._users[leg.dn], channel=CALLS, payload=payload)


def _is_told(event: Event) -> bool:
    return event.name in NOTIFICATION_TYPES and (event.name, event.call_state) not in UNTOLD
