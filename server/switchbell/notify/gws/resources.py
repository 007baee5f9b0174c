"""Calls and devices in the form in which Web Services shows them."""

from collections.abc import Iterable
from typing import Any

from switchbell.notify.gws.participants import participant
from switchbell.voice.model import Device, Leg, PartyState

API = "/api/v2"

# Web Services has no state for a caller who hears the busy tone.
STATES = {state: state.value for state in PartyState} | {PartyState.BUSY: "Dialing"}


class Resources:
    """Renders resources.

    ``public_url`` starts every absolute URI: it is what clients reach the server by, a load
    balancer's address perhaps, and never taken from a request. ``recording`` says whether calls can
    be recorded here; otherwise they do not mention it.
    """

    def __init__(self, public_url: str, devices: Iterable[Device], *, recording: bool) -> None:
        self._api = public_url.rstrip("/") + API
        self._devices = {device.dn: device for device in devices}
        self._recording = recording

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
            "supervisorListeningIn": False,
            "monitoredUserMuted": False,
            "monitoring": False,
            "uri": self.call_uri(leg.id),
            "path": f"/calls/{leg.id}",
        }
        if leg.user_data:
            resource["userData"] = leg.user_data
        if self._recording and leg.state is not PartyState.RELEASED:
            resource["recordingState"] = leg.recording
        if leg.parent is not None:
            resource["parentCallUri"] = self.call_uri(leg.parent)
            resource["parentCallPath"] = f"/calls/{leg.parent}"
        return resource

    def device(self, device: Device) -> dict[str, Any]:
        return {
            "id": device.id,
            "deviceState": "Active",
            "phoneNumber": device.dn,
            "e164Number": "",
            "telephonyNetwork": "Private",
            "doNotDisturb": "Off",
            "channels": ["voice"],
            "capabilities": [],
            "uri": self.device_uri(device),
            "path": f"/devices/{device.id}",
        }

    def call_uri(self, call_id: str) -> str:
        return f"{self._api}/me/calls/{call_id}"

    def device_uri(self, device: Device) -> str:
        return f"{self._api}/devices/{device.id}"

    def user_uri(self, user_id: str) -> str:
        return f"{self._api}/users/{user_id}"
