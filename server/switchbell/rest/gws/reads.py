"""What can be read: the user, his resources, and those of the centre."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from aiohttp import web

from switchbell.access.users import User
from switchbell.notify.gws.resources import Resources
from switchbell.notify.gws.shapes import Call, Channel
from switchbell.notify.gws.shapes import Device as DeviceShape
from switchbell.rest.gws import centre, shapes
from switchbell.rest.gws.answers import GwsError, StatusCode, success
from switchbell.rest.gws.collection import Collection, listing, single
from switchbell.rest.gws.routes import USER, Query, Route
from switchbell.switchboard import Switchboard
from switchbell.voice.model import Device

Json: TypeAlias = dict[str, Any]

# Those of a user by section and name: none so far. Clients rely on there being an object.
SETTINGS: dict[str, dict[str, Any]] = {}

SUBRESOURCES = Query("subresources", "* for all that there are, or names with commas")


class Reads:
    """Serves all that is read."""

    def __init__(
        self, switchboard: Switchboard, resources: Resources, devices: Iterable[Device]
    ) -> None:
        self._switchboard = switchboard
        self._resources = resources
        self._devices_by_user = {device.user: device for device in devices}
        self._devices = Collection("devices", DeviceShape, self._devices_of)
        self._calls = Collection("calls", Call, self._calls_of)
        self._channels = Collection("channels", Channel, self._channels_of, key="channel")
        self._features = Collection(
            "features", shapes.Feature, lambda _: centre.features(resources)
        )
        self._services = Collection(
            "services", shapes.Service, lambda _: centre.services(resources)
        )
        of_user = (
            self._devices,
            self._calls,
            self._channels,
            self._features,
            # The directory knows of neither.
            Collection("skills", shapes.Skill, lambda _: []),
            Collection("groups", shapes.Group, lambda _: []),
        )
        self._of_user = {collection.name: collection for collection in of_user}

    def routes(self) -> tuple[Route, ...]:
        """All that is read, for the table of routes."""
        return (
            Route(
                method="GET",
                path="/me",
                handler=self._get_me,
                summary="The user who asks",
                answer=shapes.one("user", shapes.User),
                query=(SUBRESOURCES,),
            ),
            Route(
                method="GET",
                path="/users/{id}",
                handler=self._get_user,
                summary="The user who asks, by id",
                answer=shapes.one("user", shapes.User),
                query=(SUBRESOURCES,),
            ),
            *(listing(f"/me/{name}", collection) for name, collection in self._of_user.items()),
            single("/me/devices/{id}", self._devices),
            single("/me/calls/{id}", self._calls),
            single("/me/channels/{id}", self._channels),
            single("/devices/{id}", self._devices),
            listing("/features", self._features),
            single("/features/{id}", self._features),
            listing("/services", self._services),
            single("/services/{id}", self._services),
            Route(
                method="GET",
                path="/me/settings",
                handler=_get_settings,
                summary="The user's settings",
                answer=shapes.UserSettings,
            ),
            Route(
                method="GET",
                path="/me/devices/{id}/settings/tserver",
                handler=self._get_device_settings,
                summary="What the switch has set for a device",
                answer=shapes.DeviceSettings,
            ),
            Route(
                method="GET",
                path="/diagnostics/version",
                handler=_get_version,
                summary="The version of the interface",
                answer=shapes.Version,
            ),
        )

    async def _get_me(self, request: web.Request) -> web.Response:
        user = request[USER]
        return success(user=self._user(user) | self._subresources(user, request))

    async def _get_user(self, request: web.Request) -> web.Response:
        if request.match_info["id"] != request[USER].name:
            raise GwsError(StatusCode.NOT_FOUND, "There is no such user for this user to see.")
        return await self._get_me(request)

    async def _get_device_settings(self, request: web.Request) -> web.Response:
        self._devices.one(request)
        return success(settings=[], key="name")

    def _user(self, user: User) -> Json:
        return {
            "id": user.name,
            "userName": user.name,
            "firstName": user.first_name,
            "lastName": user.last_name,
            "emailAddress": "",
            "roles": user.roles,
            "enabled": True,
            "changePasswordOnFirstLogin": False,
            "contactCenterId": centre.CONTACT_CENTER,
            "uri": self._resources.uri(f"/users/{user.name}"),
            "path": f"/users/{user.name}",
        }

    def _subresources(self, user: User, request: web.Request) -> Json:
        """Those that the query asks for. Names of which nothing is known are left out silently, as
        those of other media are."""
        asked = [name.strip() for name in request.query.get("subresources", "").split(",")]
        found: Json = {
            name: collection.of(user)
            for name, collection in self._of_user.items()
            if name in asked or asked == ["*"]
        }
        if "settings" in asked or asked == ["*"]:
            found["settings"] = SETTINGS
        return found

    def _devices_of(self, user: User) -> list[Json]:
        device = self._devices_by_user.get(user.name)
        if device is None:
            return []
        return [self._resources.device(device, self._switchboard.dn_state(device.dn))]

    def _calls_of(self, user: User) -> list[Json]:
        device = self._devices_by_user.get(user.name)
        legs = self._switchboard.legs(device.dn) if device is not None else ()
        now = self._switchboard.now()
        return [self._resources.call(leg, now) for leg in legs]

    def _channels_of(self, user: User) -> list[Json]:
        device = self._devices_by_user.get(user.name)
        if device is None:
            return []
        return [self._resources.voice_channel(self._switchboard.dn_state(device.dn))]


async def _get_settings(request: web.Request) -> web.Response:
    return success(settings=SETTINGS)


async def _get_version(request: web.Request) -> web.Response:
    return success(version=centre.VERSION)
