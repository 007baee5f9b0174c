"""The interface below ``/api/v2``: all that is served there, from one table of routes."""

from collections.abc import Iterable

from aiohttp import web

from switchbell.notify.gws.resources import Resources
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.operating import Operating
from switchbell.rest.gws.own_device import OwnDevice
from switchbell.rest.gws.reads import Reads
from switchbell.rest.gws.routes import serve
from switchbell.rest.gws.session import ContactCenterSessions
from switchbell.rest.gws.settled import once_settled
from switchbell.switchboard import Switchboard
from switchbell.voice.model import Device


class GwsApplication:
    """Web Services for the users of a centre, as ``access`` lets them in."""

    def __init__(
        self,
        switchboard: Switchboard,
        resources: Resources,
        devices: Iterable[Device],
        *,
        access: GwsAccess,
    ) -> None:
        all_devices = tuple(devices)
        own_device = OwnDevice(all_devices)
        self._switchboard = switchboard
        self._access = access
        self.routes = (
            *Reads(switchboard, resources, all_devices).routes(),
            *Operating(switchboard, own_device).routes(),
            *ContactCenterSessions(switchboard, own_device, access).routes(),
        )

    def build(self) -> web.Application:
        settled = once_settled(self._switchboard)
        app = web.Application(middlewares=[*self._access.middlewares(), settled])
        serve(self.routes, app)
        return app
