"""Calls and devices in the form in which Web Services shows them."""

from collections.abc import Iterable
from typing import Any

from switchbell.notify.gws.participants import participant
from switchbell.notify.gws.user_states import user_state
from switchbell.voice.agents import DnState
from switchbell.voice.dn_capabilities import dn_capabilities
from switchbell.voice.model import CallType, Device, Leg, PartyState

API = "/api/v2"

VOICE = "voice"
"""The one channel there is; and the id of the voice environment, and of its service."""

# Web Services has no state for a caller who hears the busy tone, and none for a supervisor who only
# listens.
STATES = {state: state.value for state in PartyState} | {
    PartyState.BUSY: "Dialing",
    PartyState.OBSERVING: "Established",
}


class Resources:
    """Renders resources.

    ``public_url`` starts every absolute URI: it is what clients reach the server by, a load
    balancer's address perhaps, and never taken from a request. ``recording`` says whether calls can
    be recorded here; otherwise they do not mention it.
    """

    def __init__(self, public_url: str, devices: Iterable[Device], *, recording: bool) -> None:
        self._api = public_url.rstrip("/") + API
        self._devices = {device.dn: device for device in devices}
        self.recording = recording

    def call(self, leg: Leg, now: float) -> dict[str, Any]:
        """The call resource as the party sees it at time ``now`` (seconds since 1970)."""
        resource: dict[str, Any] = {
            "id": leg.id,
            "state": STATES[leg.state],
            "callUuid": leg.id,
            "connId": leg.conn_id,
            "deviceUri": self.device_uri(self._devices[leg.dn]),
            "participants": [participant(number) for number in leg.participants],
            "dnis": leg.dnis,
            "callType": leg.call_type,
            "capabilities": list(leg.capabilities),
            "duration": str(max(0, int(now - leg.since))),
            "mute": "On" if leg.muted else "Off",
            "supervisorListeningIn": leg.supervised,
            "monitoredUserMuted": leg.monitored_user_muted,
            "monitoring": leg.monitors is not None,
            "uri": self.call_uri(leg.id),
            "path": self.call_path(leg.id),
        }
        if leg.call_type is CallType.INBOUND:
            resource["ani"] = leg.ani
        if leg.user_data:
            resource["userData"] = leg.user_data
        if self.recording and leg.state is not PartyState.RELEASED:
            resource["recordingState"] = leg.recording
        if leg.parent is not None:
            resource["parentCallUri"] = self.call_uri(leg.parent)
            resource["parentCallPath"] = self.call_path(leg.parent)
        return resource

    def device(self, device: Device, state: DnState) -> dict[str, Any]:
        """The device resource (Devices, agent state, session)."""
        resource: dict[str, Any] = {
            "id": device.id,
            # Telephones are always there; whether somebody is logged in says userState.
            "deviceState": "Active",
            "userState": user_state(state.agent),
            "phoneNumber": device.dn,
            "description": "",
            "e164Number": "",
            "telephonyNetwork": "Private",
            "doNotDisturb": "On" if state.do_not_disturb else "Off",
            "voiceEnvironmentUri": self.uri(f"/voice-environments/{VOICE}"),
            "capabilities": list(dn_capabilities(device, state)),
            "channels": [VOICE],
            "dynamicPhoneNumber": "",
            "uri": self.device_uri(device),
            "path": self.device_path(device),
        }
        if state.forward_to is not None:
            resource["forwardTo"] = state.forward_to
        if state.monitoring is not None:
            resource["supervisorMonitoringState"] = {
                "state": state.monitoring.type,
                "mode": state.monitoring.mode,
                "scope": state.monitoring.scope,
                "targetDeviceUri": self.device_uri(self._devices[state.monitoring.target]),
            }
        return resource

    def voice_channel(self, state: DnState) -> dict[str, Any]:
        """The channel resource of an agent with a voice device (Query agent state)."""
        return {
            "channel": VOICE,
            "userState": user_state(state.agent),
            "uri": self.uri(f"/me/channels/{VOICE}"),
            "path": f"/channels/{VOICE}",
        }

    def call_uri(self, call_id: str) -> str:
        return self.uri(f"/me/calls/{call_id}")

    def call_path(self, call_id: str) -> str:
        return f"/calls/{call_id}"

    def device_uri(self, device: Device) -> str:
        return self.uri(self.device_path(device))

    def device_path(self, device: Device) -> str:
        return f"/devices/{device.id}"

    def uri(self, path: str) -> str:
        """The absolute URI of a path below ``/api/v2``."""
        return self._api + path
