"""The interface below ``/agentgateway/resource``: all that is served there."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

from aiohttp import web

from switchbell.access.door import Door
from switchbell.access.origins import AllowedOrigins
from switchbell.access.users import User
from switchbell.notify.cc_gateway.agents import Agent, Agents
from switchbell.rest import body
from switchbell.rest.cc_gateway.answers import Handler, answer_errors, failure, refusal, success
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.gateway import Gateway
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.rest.cc_gateway.polling import SET_GUID
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.rest.cc_gateway.routes import ROUTES, Effect, For, Route
from switchbell.rest.cc_gateway.sessions import AgentSession
from switchbell.rest.cors import REQUEST_HEADERS, Cors
from switchbell.switchboard import Switchboard
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change
from switchbell.voice.model import Device, Queue

SMALLEST_AGENT_ID = 101


class CcGatewayApplication:
    """CC-Gateway for the users of a centre who have agent ids."""

    def __init__(
        self,
        switchboard: Switchboard,
        users: Iterable[User],
        devices: Iterable[Device],
        queues: Iterable[Queue],
        *,
        door: Door,
        origins: AllowedOrigins,
        options: CcGatewayOptions,
    ) -> None:
        names = {queue.dn: queue.name for queue in queues}
        agents = Agents(_agents(users, devices))
        self._gateway = Gateway(switchboard, agents, names, door, options)
        self._largest = options.max_agent_id
        self._under_way: set[asyncio.Task[Any]] = set()
        self._cors = Cors(origins, exposed=(SET_GUID,), sent=(*REQUEST_HEADERS, "Guid"))

    def hear(self, number: int, change: Change) -> None:
        """Take note of a committed change; they have to come once and in order."""
        self._gateway.hear(number, change)

    def build(self) -> web.Application:
        app = web.Application(middlewares=[self._check_origin, answer_errors])
        for route in ROUTES:
            app.router.add_route(route.method, route.path, self._serving(route))
        app.cleanup_ctx.append(self._run)
        app.on_shutdown.append(self._finish)
        app.on_response_prepare.append(self._mark)
        return app

    async def _run(self, app: web.Application) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(self._gateway.run_errands()),
            asyncio.create_task(self._gateway.watch()),
        ]
        yield
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _finish(self, app: web.Application) -> None:
        """Have nothing be held, and nothing half done, when connections are closed."""
        self._gateway.polls.stop()
        if self._under_way:
            await asyncio.wait(self._under_way)

    @web.middleware
    async def _check_origin(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._cors.is_preflight(request):
            return self._cors.preflight(request)
        if self._cors.allows(request):
            return await handler(request)
        text = "Pages of this origin may not use the server."
        return failure(RetCode.NO_PERMISSION, text, 403)

    async def _mark(self, request: web.Request, response: web.StreamResponse) -> None:
        self._cors.mark(request, response)

    def _serving(self, route: Route) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                agent_id = self._agent_id(request)
                self._admit(route, request)
                said = await body.read(request)
                # Meanwhile the agent may have been signed out.
                session = self._admit(route, request)
                asked = Asked(self._gateway, request, agent_id, session, said)
                result = await self._carry_out(route, asked)
            except (Refused, VoiceError) as error:
                return refusal(error, route.own)
            return result if isinstance(result, web.StreamResponse) else success(result)

        return serve

    async def _carry_out(self, route: Route, asked: Asked) -> Any:
        """What has begun is done to its end, also if the client goes: half of it would be worse."""
        match route.effect:
            case Effect.POLLS:
                return await route.operation(asked)
            case Effect.READS:
                result = await route.operation(asked)
                await self._gateway.switchboard.settled()
                return result
            case Effect.CHANGES:
                task = asyncio.ensure_future(route.operation(asked))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
                return await asyncio.shield(task)

    def _agent_id(self, request: web.Request) -> str:
        """Raises Refused for what is no agent id."""
        said = request.match_info["agentid"]
        largest = self._largest
        is_number = said.isascii() and said.isdecimal() and len(said) <= len(str(largest))
        if not is_number or not SMALLEST_AGENT_ID <= int(said) <= largest:
            text = f"An agent id is a number from {SMALLEST_AGENT_ID} to {largest}."
            raise Refused(text, RetCode.PARAMETER_INVALID)
        return said

    def _admit(self, route: Route, request: web.Request) -> AgentSession | None:
        """The session of a request, if it needs one. Raises Refused."""
        if route.admits is For.ANYBODY:
            return None
        agent_id = request.match_info["agentid"]
        now = self._gateway.switchboard.now()
        session = self._gateway.sessions.find(agent_id, request.headers.get("Guid"), now)
        if session.over and route.admits is not For.LEAVING:
            raise Refused("The agent is not signed in.", RetCode.NOT_SIGNED_IN)
        if route.admits is not For.LEAVING and self._gateway.sessions.get(agent_id) is not session:
            raise Refused("The agent is being signed in again.", RetCode.SIGN_IN_IN_PROGRESS)
        return session


def _agents(users: Iterable[User], devices: Iterable[Device]) -> Iterable[Agent]:
    """Those who have both an agent id and a telephone."""
    ids = {user.name: user.agent_id for user in users}
    for device in devices:
        agent_id = ids.get(device.user)
        if agent_id is not None:
            yield Agent(id=agent_id, user=device.user, dn=device.dn, supervisor=device.supervisor)
