"""The interface below ``/api/v2``: who asks, what is served, and how operations are carried out."""

from collections.abc import Iterable

import orjson
from aiohttp import web

from switchbell.notify.gws.resources import Resources
from switchbell.rest.gws import body, requests
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.answers import GwsError, StatusCode, success
from switchbell.rest.gws.openapi import document
from switchbell.rest.gws.reads import Reads
from switchbell.rest.gws.routes import USER, Route, serve
from switchbell.rest.gws.shapes import Success
from switchbell.switchboard import Switchboard
from switchbell.voice.model import Device


class GwsApplication:
    """Web Services for the users of a centre, whom ``access`` lets in."""

    def __init__(
        self,
        switchboard: Switchboard,
        resources: Resources,
        devices: Iterable[Device],
        *,
        access: GwsAccess,
    ) -> None:
        self._switchboard = switchboard
        self._access = access
        self._devices = {device.user: device for device in devices}
        reads = Reads(switchboard, resources, self._devices.values())
        self._routes = (*reads.routes(), *self._operations())
        self._document = orjson.dumps(document(self._routes, resources.uri("")))

    def build(self) -> web.Application:
        app = web.Application(middlewares=self._access.middlewares())
        serve(self._routes, app)
        return app

    async def describe(self, request: web.Request) -> web.Response:
        """Answer with the OpenAPI document of the interface. This is for everybody."""
        return web.Response(body=self._document, content_type="application/json")

    def _operations(self) -> tuple[Route, ...]:
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
                    handler=self._operate_device,
                    summary="Make a call from a device",
                    answer=Success,
                    operations=requests.DEVICE_OPERATIONS,
                )
                for path in ("/me/devices/{id}/calls", "/devices/{id}/calls")
            ),
        )

    async def _operate_call(self, request: web.Request) -> web.Response:
        dn = self._own_device(request).dn
        return await self._operate(request, requests.CALL_OPERATIONS, dn)

    async def _operate_device(self, request: web.Request) -> web.Response:
        dn = self._named_device(request).dn
        return await self._operate(request, requests.DEVICE_OPERATIONS, dn)

    async def _operate(self, request: web.Request, table: requests.Table, dn: str) -> web.Response:
        asked = requests.decode(await body.read(request))
        operation = requests.operation(table, dn, request.match_info["id"], asked)
        await self._switchboard.execute(operation)
        return success()

    def _own_device(self, request: web.Request) -> Device:
        device = self._devices.get(request[USER].name)
        if device is None:
            raise GwsError(StatusCode.NOT_FOUND, "The user has no device.")
        return device

    def _named_device(self, request: web.Request) -> Device:
        """The device in the path. To anybody but its user it does not exist."""
        device = self._devices.get(request[USER].name)
        if device is None or device.id != request.match_info["id"]:
            raise GwsError(StatusCode.NOT_FOUND, "The user has no such device.")
        return device
