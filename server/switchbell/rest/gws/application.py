"""The routes below ``/api/v2``."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias

from aiohttp import web

from switchbell.access.users import User
from switchbell.notify.gws.resources import Resources
from switchbell.rest.gws import body, requests
from switchbell.rest.gws.answers import GwsError, StatusCode, answer_errors, success
from switchbell.switchboard import Switchboard
from switchbell.voice.model import Device

Identify: TypeAlias = Callable[[web.Request], Awaitable[str | None]]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

CONTACT_CENTER = "switchbell"

USER = web.RequestKey("user", User)


class GwsApplication:
    """Web Services for the users of a centre. ``identify`` tells who sends a request."""

    def __init__(
        self,
        switchboard: Switchboard,
        resources: Resources,
        users: Iterable[User],
        devices: Iterable[Device],
        *,
        identify: Identify,
    ) -> None:
        self._switchboard = switchboard
        self._resources = resources
        self._identify = identify
        self._users = {user.name: user for user in users}
        self._devices = {device.user: device for device in devices}

    def build(self) -> web.Application:
        app = web.Application(middlewares=[answer_errors, self._authenticate])
        app.add_routes(
            [
                web.get("/me", self._get_me),
                web.get("/me/calls", self._get_calls),
                web.get("/me/calls/{id}", self._get_call),
                web.post("/me/calls/{id}", self._operate_call),
                web.get("/me/devices", self._get_devices),
                web.get("/me/devices/{id}", self._get_device),
                web.get("/devices/{id}", self._get_device),
                web.post("/me/devices/{id}/calls", self._operate_device),
                web.post("/devices/{id}/calls", self._operate_device),
            ]
        )
        return app

    @web.middleware
    async def _authenticate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        user = await self._identify(request)
        if user is None:
            raise GwsError(StatusCode.NOT_AUTHENTICATED, "Access denied")
        request[USER] = self._users[user]
        return await handler(request)

    async def _get_me(self, request: web.Request) -> web.Response:
        user = request[USER]
        return success(
            user={
                "id": user.name,
                "userName": user.name,
                "firstName": user.first_name,
                "lastName": user.last_name,
                "roles": user.roles,
                "enabled": True,
                "changePasswordOnFirstLogin": False,
                "contactCenterId": CONTACT_CENTER,
                "uri": self._resources.user_uri(user.name),
                "path": f"/users/{user.name}",
            }
        )

    async def _get_calls(self, request: web.Request) -> web.Response:
        device = self._devices.get(request[USER].name)
        now = self._switchboard.now()
        legs = self._switchboard.legs(device.dn) if device is not None else ()
        calls = [self._resources.call(leg, now) for leg in legs]
        return _collection(request, "calls", calls)

    async def _get_call(self, request: web.Request) -> web.Response:
        leg = self._switchboard.leg(self._own_device(request).dn, request.match_info["id"])
        return success(call=self._resources.call(leg, self._switchboard.now()))

    async def _get_devices(self, request: web.Request) -> web.Response:
        device = self._devices.get(request[USER].name)
        devices = [self._resources.device(device)] if device is not None else []
        return _collection(request, "devices", devices)

    async def _get_device(self, request: web.Request) -> web.Response:
        return success(device=self._resources.device(self._named_device(request)))

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


def _collection(request: web.Request, name: str, resources: list[dict[str, Any]]) -> web.Response:
    """The URIs of resources; or with ``fields``, the resources with these fields."""
    wanted = request.query.get("fields")
    if wanted is None:
        return success(uris=[resource["uri"] for resource in resources])
    if wanted == "*":
        return success(**{name: resources})
    names = wanted.split(",")
    chosen = [{key: one[key] for key in names if key in one} for one in resources]
    return success(**{name: chosen})
