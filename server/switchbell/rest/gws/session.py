"""The working day of a user: StartContactCenterSession and EndContactCenterSession.

Web Services, "Devices, agent state, session". Clients repeat the first after each reconnect; it
does nothing then.
"""

from typing import Any

from aiohttp import web

from switchbell.notify.gws.resources import VOICE
from switchbell.rest.gws import requests
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.answers import GwsError, StatusCode, partly, success
from switchbell.rest.gws.operating import read
from switchbell.rest.gws.own_device import OwnDevice
from switchbell.rest.gws.requests import StartContactCenterSession
from switchbell.rest.gws.routes import USER, Route
from switchbell.rest.gws.shapes import SessionChanged
from switchbell.switchboard import Switchboard
from switchbell.voice.agents import AgentState
from switchbell.voice.operations import CancelSupervisorMonitoring, Login, Logout, Ready


class ContactCenterSessions:
    """Serves the two operations."""

    def __init__(self, switchboard: Switchboard, devices: OwnDevice, access: GwsAccess) -> None:
        self._switchboard = switchboard
        self._devices = devices
        self._access = access

    def routes(self) -> tuple[Route, ...]:
        """The operations, for the table of routes."""
        return (
            Route(
                method="POST",
                path="/me",
                handler=self._operate,
                summary="Begin or end to work",
                answer=SessionChanged,
                operations=requests.SESSION_OPERATIONS,
            ),
        )

    async def _operate(self, request: web.Request) -> web.Response:
        operation = requests.session_operation(await read(request))
        if isinstance(operation, StartContactCenterSession):
            return await self._start(request, operation)
        await self._end(request)
        return success()

    async def _start(
        self, request: web.Request, operation: StartContactCenterSession
    ) -> web.Response:
        """Log in on what there is of the channels asked for. Raises GwsError if that is nothing."""
        unknown = sorted(set(operation.channels) - {VOICE})
        if VOICE not in operation.channels:
            raise GwsError(StatusCode.NOT_FOUND, "There is no channel but voice.")
        await self._log_in(request, operation)
        if not unknown:
            return success()
        return partly(
            succeeded=[{"statusCode": 0, "channel": VOICE}],
            failed=[_unknown(channel) for channel in unknown],
        )

    async def _log_in(self, request: web.Request, operation: StartContactCenterSession) -> None:
        device = self._devices.of(request)
        if operation.device_path not in {None, f"/devices/{device.id}"}:
            raise GwsError(StatusCode.NOT_FOUND, "The user has no such device.")
        if self._state_at(device.dn) is AgentState.LOGGED_OUT:
            login_code = operation.login_code or request[USER].name
            if login_code != request[USER].name and self._devices.is_user(login_code):
                raise GwsError(StatusCode.NO_PERMISSION, "The login code is another user's.")
            await self._switchboard.execute(
                Login(dn=device.dn, agent_id=login_code, queue=operation.queue)
            )
        # As the real one does: who is not ready yet says so next.
        if self._state_at(device.dn) is AgentState.LOGGED_IN:
            await self._switchboard.execute(Ready(dn=device.dn))
        await self._switchboard.settled()

    async def _end(self, request: web.Request) -> None:
        device = self._devices.find(request)
        if device is not None:
            await self._log_out(device.dn)
        self._access.invalidate(request)

    async def _log_out(self, dn: str) -> None:
        if self._switchboard.dn_state(dn).monitoring is not None:
            await self._switchboard.execute(CancelSupervisorMonitoring(dn=dn))
        if self._state_at(dn) is not AgentState.LOGGED_OUT:
            await self._switchboard.execute(Logout(dn=dn))
        await self._switchboard.settled()

    def _state_at(self, dn: str) -> AgentState:
        return self._switchboard.dn_state(dn).agent.state


def _unknown(channel: str) -> dict[str, Any]:
    return {
        "statusCode": StatusCode.NOT_FOUND,
        "statusMessage": "There is no such channel.",
        "channel": channel,
    }
