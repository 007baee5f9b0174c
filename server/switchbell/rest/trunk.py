"""The outside world, driven by hand: customers who ring in, answer, hang up and send digits.

For those who develop or test desktops and have no telephone line. It is for supervisors; in a demo
centre for all its users.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from switchbell.access.users import UserRole
from switchbell.notify.gws.shapes import Shape
from switchbell.rest import body
from switchbell.rest.gws import requests, shapes
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.answers import GwsError, StatusCode, success
from switchbell.rest.gws.routes import USER, Handler, Route, serve
from switchbell.rest.gws.settled import once_settled
from switchbell.switchboard import Switchboard
from switchbell.voice.errors import UnknownDevice
from switchbell.voice.model import CallType, Device, Leg, PartyState
from switchbell.voice.operations import Answer, Dial, Hangup, Operation, Reject, SendDtmf

Number = Annotated[str, Meta(min_length=1)]

OPERATIONS: Mapping[str, type[Operation]] = {
    kind.__name__: kind for kind in (Answer, Reject, Hangup, SendDtmf)
}
"""What those outside can do with a call."""

# The parties of a call may know it by the same id.
_SEPARATOR = "@"


class NewCall(Struct, frozen=True, rename="camel"):
    """The body of a call that comes in."""

    from_: Number = msgspec.field(name="from")
    to: Number
    user_data: dict[str, Any] = {}


class OutsideCall(Shape, frozen=True):
    """A call as its far end sees it, which is at ``number``; ``participants`` are numbers, too."""

    id: str
    number: str
    state: PartyState
    call_type: CallType
    conn_id: str
    dnis: str
    participants: list[str]
    capabilities: list[str]
    user_data: dict[str, Any]
    duration: str


class OutsideCalls(shapes.Success, frozen=True):
    """Calls of those outside."""

    calls: list[OutsideCall]


_decoder = msgspec.json.Decoder(NewCall)


class Trunk:
    """Serves the calls of those outside, each as its far end sees it."""

    def __init__(
        self,
        switchboard: Switchboard,
        devices: Iterable[Device],
        access: GwsAccess,
        *,
        is_demo: bool,
    ) -> None:
        self._switchboard = switchboard
        self._inside = {device.dn for device in devices}
        self._access = access
        self._is_demo = is_demo

    @property
    def routes(self) -> tuple[Route, ...]:
        """All that is served."""
        return (
            Route(
                method="GET",
                path="/calls",
                handler=self._list,
                summary="The calls of all those outside",
                answer=OutsideCalls,
            ),
            Route(
                method="POST",
                path="/calls",
                handler=self._ring_in,
                summary="Ring in from outside",
                answer=OutsideCalls,
                body=NewCall,
            ),
            Route(
                method="GET",
                path="/calls/{id}",
                handler=self._show,
                summary="One call of somebody outside",
                answer=shapes.one("call", OutsideCall),
            ),
            Route(
                method="POST",
                path="/calls/{id}",
                handler=self._operate,
                summary="Do something with a call, outside",
                answer=shapes.Success,
                operations=OPERATIONS,
            ),
        )

    def build(self) -> web.Application:
        settled = once_settled(self._switchboard)
        app = web.Application(middlewares=[*self._access.middlewares(), self._authorize, settled])
        serve(self.routes, app)
        return app

    @web.middleware
    async def _authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._is_demo and UserRole.SUPERVISOR not in request[USER].roles:
            raise GwsError(StatusCode.NO_PERMISSION, "Only a supervisor may do this.")
        return await handler(request)

    async def _list(self, request: web.Request) -> web.Response:
        now = self._switchboard.now()
        return success(calls=[_shown(leg, now) for leg in self._switchboard.far_ends()])

    async def _show(self, request: web.Request) -> web.Response:
        return success(call=_shown(self._leg(request), self._switchboard.now()))

    async def _ring_in(self, request: web.Request) -> web.Response:
        asked = requests.decoded(_decoder, await body.read(request))
        requests.require_presentable(asked.user_data)
        await self._dial(asked)
        now = self._switchboard.now()
        legs = self._switchboard.far_ends(asked.from_)
        return success(calls=[_shown(leg, now) for leg in legs])

    async def _dial(self, asked: NewCall) -> None:
        if asked.from_ in self._inside:
            raise _not_outside()
        dial = Dial(dn=asked.from_, destination=asked.to, user_data=asked.user_data)
        try:
            await self._switchboard.execute(dial)
        except UnknownDevice:
            raise _not_outside() from None

    async def _operate(self, request: web.Request) -> web.Response:
        leg = self._leg(request)
        asked = requests.decode(await body.read(request))
        operation = requests.operation(OPERATIONS, leg.dn, asked, call=leg.id)
        await self._switchboard.execute(operation)
        return success()

    def _leg(self, request: web.Request) -> Leg:
        """The call in the path, as its far end sees it. Raises GwsError and UnknownCall."""
        call_id, _, number = request.match_info["id"].partition(_SEPARATOR)
        if number in self._inside:
            raise GwsError(StatusCode.NOT_FOUND, "There is no such call outside.")
        return self._switchboard.leg(number, call_id)


def _not_outside() -> GwsError:
    return GwsError(
        StatusCode.PARAMETER_INVALID, "The number that the call is from is not outside."
    )


def _able(leg: Leg) -> tuple[str, ...]:
    """Rejecting has no name in Web Services, and so is not among the capabilities of calls."""
    if leg.state is PartyState.RINGING:
        return (*leg.capabilities, Reject.__name__)
    return leg.capabilities


def _shown(leg: Leg, now: float) -> dict[str, Any]:
    return {
        "id": f"{leg.id}{_SEPARATOR}{leg.dn}",
        "number": leg.dn,
        "state": leg.state,
        "callType": leg.call_type,
        "connId": leg.conn_id,
        "dnis": leg.dnis,
        "participants": leg.participants,
        "capabilities": _able(leg),
        "userData": leg.user_data,
        "duration": str(max(0, int(now - leg.since))),
    }
