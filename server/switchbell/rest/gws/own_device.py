"""The devices of a centre, and that of the user who asks."""

from collections.abc import Iterable

from aiohttp import web

from switchbell.rest.gws.answers import GwsError, StatusCode
from switchbell.rest.gws.routes import USER
from switchbell.voice.model import Device


class OwnDevice:
    """Finds the device at a user's desk."""

    def __init__(self, devices: Iterable[Device]) -> None:
        all_devices = tuple(devices)
        self._of_user = {device.user: device for device in all_devices}
        self._by_id = {device.id: device for device in all_devices}

    def find(self, request: web.Request) -> Device | None:
        """The device of the user who asks, if he has one."""
        return self._of_user.get(request[USER].name)

    def of(self, request: web.Request) -> Device:
        """The device of the user who asks. Raises GwsError."""
        device = self.find(request)
        if device is None:
            raise GwsError(StatusCode.NOT_FOUND, "The user has no device.")
        return device

    def named(self, request: web.Request) -> Device:
        """The device in the path. To anybody but its user it does not exist. Raises GwsError."""
        device = self.find(request)
        if device is None or device.id != request.match_info["id"]:
            raise GwsError(StatusCode.NOT_FOUND, "The user has no such device.")
        return device

    def is_user(self, name: str) -> bool:
        """Whether there is somebody of that name at a device."""
        return name in self._of_user

    def number(self, id_or_number: str) -> str:
        """The number of any device of the centre, by its id; what is no id is returned."""
        device = self._by_id.get(id_or_number)
        return id_or_number if device is None else device.dn
