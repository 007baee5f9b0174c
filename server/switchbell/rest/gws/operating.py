"""What can be done with calls, devices and channels: each POST names one operation."""

from aiohttp import web
from msgspec.structs import replace

from switchbell.rest import body
from switchbell.rest.gws import requests
from switchbell.rest.gws.answers import GwsError, StatusCode, success
from switchbell.rest.gws.own_device import OwnDevice
from switchbell.rest.gws.requests import OperationRequest
from switchbell.rest.gws.routes import Route
from switchbell.rest.gws.shapes import Success
from switchbell.switchboard import Switchboard
from switchbell.voice.errors import AlreadyInState
from switchbell.voice.model import Device
from switchbell.voice.operations import Monitor, Operation


class Operating:
    """Serves the operations of the voice core."""

    def __init__(self, switchboard: Switchboard, devices: OwnDevice) -> None:
        self._switchboard = switchboard
        self._devices = devices

    def routes(self) -> tuple[Route, ...]:
        """All operations, for the table of routes."""
        return (
            Route(
                method="POST",
                path="/me/calls/{id}",
                handler=self._operate_call,
                summary="Do something with a call",
                answer=Success,
                operations=requests.CALL_OPERATIONS,
            ),
            *(
                Route(
                    method="POST",
                    path=path,
                    handler=self._dial,
                    summary="Make a call from a device",
                    answer=Success,
                    operations=requests.DEVICE_OPERATIONS,
                )
                for path in ("/me/devices/{id}/calls", "/devices/{id}/calls")
            ),
            Route(
                method="POST",
                path="/me/devices/{id}",
                handler=self._operate_device,
                summary="Set a device, or supervise from it",
                answer=Success,
                operations=requests.SETTING_OPERATIONS,
            ),
            Route(
                method="POST",
                path="/me/channels/{id}",
                handler=self._operate_channel,
                summary="Be ready for calls, or not",
                answer=Success,
                operations=requests.CHANNEL_OPERATIONS,
            ),
        )

    async def _operate_call(self, request: web.Request) -> web.Response:
        device = self._devices.of(request)
        asked = await read(request)
        call = request.match_info["id"]
        return await self._execute(
            requests.operation(requests.CALL_OPERATIONS, device.dn, asked, call=call)
        )

    async def _dial(self, request: web.Request) -> web.Response:
        device = self._devices.named(request)
        asked = await read(request)
        return await self._execute(requests.operation(requests.DEVICE_OPERATIONS, device.dn, asked))

    async def _operate_device(self, request: web.Request) -> web.Response:
        device = self._devices.named(request)
        asked = await read(request)
        operation = requests.operation(requests.SETTING_OPERATIONS, device.dn, asked)
        if isinstance(operation, Monitor):
            operation = self._monitoring(device, operation)
        return await self._execute(operation)

    def _monitoring(self, device: Device, operation: Monitor) -> Monitor:
        if not device.supervisor:
            raise GwsError(StatusCode.NO_PERMISSION, "Only a supervisor may do this.")
        return replace(operation, target=self._devices.number(operation.target))

    async def _operate_channel(self, request: web.Request) -> web.Response:
        """An agent who is in the state already for which he asks is told that he is."""
        device = self._devices.of(request)
        if request.match_info["id"] != "voice":
            raise GwsError(StatusCode.NOT_FOUND, "The user has no such channel.")
        asked = await read(request)
        operation = requests.operation(requests.CHANNEL_OPERATIONS, device.dn, asked)
        try:
            return await self._execute(operation)
        except AlreadyInState:
            await self._switchboard.settled()
            return success()

    async def _execute(self, operation: Operation) -> web.Response:
        await self._switchboard.execute(operation)
        return success()


async def read(request: web.Request) -> OperationRequest:
    """The body of an operation. Raises GwsError, BodyNotRead and aiohttp's errors."""
    return requests.decode(await body.read(request))
