"""The composition root: every part is made here, once, and given to those who need it."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from switchbell.access.authenticator import Authenticator
from switchbell.access.door import Door
from switchbell.access.origins import AllowedOrigins
from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.policy import ServerPublishes
from switchbell.config import Config
from switchbell.delivery.delivering import Compose, Listener, deliver, measured, publishing
from switchbell.delivery.retention import JournalRetention
from switchbell.directory import Directory
from switchbell.journal.base import Journal
from switchbell.journal.memory import MemoryJournal
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.notify.gws import participants
from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import API, Resources
from switchbell.rest.cc_gateway.application import CcGatewayApplication
from switchbell.rest.cors import Cors
from switchbell.rest.description import Description
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.application import GwsApplication
from switchbell.rest.gws.openapi import document
from switchbell.rest.health import Health
from switchbell.rest.nowhere import serve_the_rest
from switchbell.rest.trunk import Trunk
from switchbell.switchboard import Switchboard
from switchbell.transport.known import KnownUsers
from switchbell.transport.mount import BayeuxServer, usual_extensions
from switchbell.voice.core import VoiceCore
from switchbell.voice.numbering import Numbering

NOTIFICATIONS = API + "/notifications"
TRUNK = "/trunk"
CC_GATEWAY = "/agentgateway/resource"
DOCUMENT = "/openapi.json"
HEALTH = "/health"

DELIVERY = web.AppKey("DELIVERY", asyncio.Task[None])
TIMEKEEPING = web.AppKey("TIMEKEEPING", asyncio.Task[None])

# Seconds. Longer than a poll is held, so that its connection survives from one to the next.
KEEPALIVE = 90.0

# Seconds for requests in progress when the server stops; aiohttp may take them twice.
SHUTDOWN = 0.75

# Seconds from the end of an HTTP session to that of what is held of it. Its client may say goodbye
# by itself, and is still told what its last request came to.
LEAVE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What all interfaces work with."""

    authenticator: Authenticator
    door: Door
    origins: AllowedOrigins
    journal: Journal
    switchboard: Switchboard
    resources: Resources
    retention: JournalRetention
    bayeux: BayeuxServer
    publish: Listener


def build_app(
    config: Config,
    directory: Directory,
    *,
    public_url: str,
    journal: Journal | None = None,
    clock: Callable[[], float] = time.time,
) -> web.Application:
    """A whole server, to be run by :func:`build_runner`.

    ``public_url`` is what clients reach it by; ``clock`` gives seconds since 1970. Once it runs,
    the tasks at ``DELIVERY`` and ``TIMEKEEPING`` last until it stops: a server that lost one
    answers, but tells nobody, or lets nothing happen by itself.
    To start it raises what Switchboard.open does.
    """
    shared = _shared(config, directory, public_url, journal or _journal(config, clock), clock)
    app = web.Application(client_max_size=config.max_body)
    shared.bayeux.mount(app, NOTIFICATIONS)
    _serve_web_services(app, shared, config, directory, public_url)
    cc_gateway = CcGatewayApplication(
        shared.switchboard,
        directory.users,
        directory.devices,
        directory.queues,
        door=shared.door,
        origins=shared.origins,
        options=config.cc_gateway,
    )
    app.add_subapp(CC_GATEWAY, cc_gateway.build())
    trouble = {
        "journal": lambda: shared.switchboard.trouble,
        "delivery": lambda: _end(app[DELIVERY]),
        "timekeeping": lambda: _end(app[TIMEKEEPING]),
    }
    Health(trouble).serve(app, HEALTH)
    serve_the_rest(app)

    async def run(app: web.Application) -> AsyncIterator[None]:
        if directory.far_ends:
            await asyncio.to_thread(participants.prepare)
        async with _running(app, shared, (cc_gateway.hear, shared.publish)):
            yield

    app.cleanup_ctx.append(run)
    # The last of all: what raises keeps those after it from being tidied up.
    app.on_cleanup.append(_raise_what_ended_it)
    return app


def _shared(
    config: Config,
    directory: Directory,
    public_url: str,
    journal: Journal,
    clock: Callable[[], float],
) -> _Shared:
    authenticator = Authenticator(directory.users, config.access)
    is_secure = public_url.startswith("https:")
    door = Door(authenticator, config.access, secure=is_secure, clock=clock)
    settings = directory.settings
    numbering = Numbering(secrets.token_hex(16))
    core = VoiceCore(directory.centre, numbering=numbering, settings=settings)
    resources = Resources(public_url, directory.devices, recording=settings.recording)
    compose: Compose = GwsNotifications(resources, directory.devices).compose
    retention = JournalRetention(journal, compose, directory.dns_by_user)
    if config.notification_metrics:
        compose = measured(compose, clock)
    bayeux = BayeuxServer(
        config.bayeux,
        ServerPublishes(),
        identification=KnownUsers(door, strangers=config.access.sockets_of_strangers),
        extensions=[*usual_extensions(), Replay(retention)],
        public_url=public_url,
    )
    return _Shared(
        authenticator=authenticator,
        door=door,
        origins=AllowedOrigins(config.bayeux.allowed_origins, public_url),
        journal=journal,
        switchboard=Switchboard(core, journal, clock),
        resources=resources,
        retention=retention,
        bayeux=bayeux,
        publish=publishing(compose, bayeux, retention),
    )


def _serve_web_services(
    app: web.Application, shared: _Shared, config: Config, directory: Directory, public_url: str
) -> None:
    """Serve Web Services and, in their manner, the outside world; and what describes them."""
    csrf_protection = config.access.csrf_protection
    access = GwsAccess(
        shared.door, directory.users, shared.origins, csrf_protection=csrf_protection
    )
    gws = GwsApplication(shared.switchboard, shared.resources, directory.devices, access=access)
    trunk = Trunk(shared.switchboard, directory.devices, access, is_demo=directory.is_demo)
    app.add_subapp(API, gws.build())
    app.add_subapp(TRUNK, trunk.build())
    described = document({API: gws.routes, TRUNK: trunk.routes}, public_url.rstrip("/"))
    Description(described, Cors(shared.origins)).serve(app, DOCUMENT)


@asynccontextmanager
async def _running(
    app: web.Application, shared: _Shared, listeners: Sequence[Listener]
) -> AsyncIterator[None]:
    """Go on from what the journal has, tell of what happens, and let happen what is due."""
    try:
        await shared.switchboard.open()
        shared.retention.begin()
        app[DELIVERY] = asyncio.create_task(deliver(shared.journal, shared.retention, listeners))
        app[TIMEKEEPING] = asyncio.create_task(shared.switchboard.keep_time())
        later = asyncio.get_running_loop().call_later
        hurry = shared.bayeux.driver.hurry
        shared.authenticator.sessions.tell(lambda user: later(LEAVE, hurry, user))
        yield
        app[TIMEKEEPING].cancel()
        await asyncio.wait([app[TIMEKEEPING]])
    finally:
        shared.authenticator.close()
        await shared.journal.close()
    await asyncio.wait([app[DELIVERY]])


async def _raise_what_ended_it(app: web.Application) -> None:
    for key in (DELIVERY, TIMEKEEPING):
        if key in app:
            with suppress(asyncio.CancelledError):
                app[key].result()


def build_runner(app: web.Application) -> web.AppRunner:
    """What an application of ours has to be run by."""
    return web.AppRunner(
        app,
        access_log=None,
        # It is how a client that went away is noticed before its poll has timed out.
        handler_cancellation=True,
        keepalive_timeout=KEEPALIVE,
        shutdown_timeout=SHUTDOWN,
    )


def _end(task: asyncio.Task[None]) -> str | None:
    """What is wrong with a task that lasts for as long as the server."""
    return "it has ended" if task.done() else None


def _journal(config: Config, clock: Callable[[], float]) -> Journal:
    if config.data is None:
        return MemoryJournal(clock=clock)
    return SqliteJournal(config.data, config.journal, clock=clock)
