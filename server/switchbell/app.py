"""The composition root: every part is made here, once, and given to those who need it."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aiohttp import web

from switchbell.access.authenticator import Authenticator
from switchbell.access.door import Door
from switchbell.access.origins import AllowedOrigins
from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.policy import ServerPublishes
from switchbell.config import Config
from switchbell.delivery.delivering import Compose, deliver, measured
from switchbell.delivery.retention import JournalRetention
from switchbell.directory import Directory
from switchbell.journal.base import Journal
from switchbell.journal.memory import MemoryJournal
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.notify.gws import participants
from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import API, Resources
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
DOCUMENT = "/openapi.json"
HEALTH = "/health"

DELIVERY = web.AppKey("DELIVERY", asyncio.Task[None])

# Seconds. Longer than a poll is held, so that its connection survives from one to the next.
KEEPALIVE = 90.0

# Seconds for requests in progress when the server stops; aiohttp may take them twice.
SHUTDOWN = 0.75

# Seconds from the end of an HTTP session to that of what is held of it. Its client may say goodbye
# by itself, and is still told what its last request came to.
LEAVE = 1.0


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
    the task at ``DELIVERY`` lasts until it stops: a server that lost it answers, but tells nobody.
    To start it raises what Switchboard.open does.
    """
    authenticator = Authenticator(directory.users, config.access)
    is_secure = public_url.startswith("https:")
    door = Door(authenticator, config.access, secure=is_secure, clock=clock)
    settings = directory.settings
    numbering = Numbering(secrets.token_hex(16))
    core = VoiceCore(directory.centre, numbering=numbering, settings=settings)
    journal = journal or _journal(config, clock)
    resources = Resources(public_url, directory.devices, recording=settings.recording)
    compose: Compose = GwsNotifications(resources, directory.devices).compose
    retention = JournalRetention(journal, compose, directory.dns_by_user)
    if config.notification_metrics:
        compose = measured(compose, clock)
    known = KnownUsers(door, strangers=config.access.sockets_of_strangers)
    bayeux = BayeuxServer(
        config.bayeux,
        ServerPublishes(),
        identification=known,
        extensions=[*usual_extensions(), Replay(retention)],
        public_url=public_url,
    )
    switchboard = Switchboard(core, journal, clock)
    origins = AllowedOrigins(config.bayeux.allowed_origins, public_url)
    gws_access = GwsAccess(
        door,
        directory.users,
        origins,
        csrf_protection=config.access.csrf_protection,
    )
    gws = GwsApplication(switchboard, resources, directory.devices, access=gws_access)
    trunk = Trunk(switchboard, directory.devices, gws_access, is_demo=directory.is_demo)

    async def run(app: web.Application) -> AsyncIterator[None]:
        try:
            await switchboard.open()
            if directory.far_ends:
                await asyncio.to_thread(participants.prepare)
            retention.begin()
            app[DELIVERY] = asyncio.create_task(deliver(journal, compose, bayeux, retention))
            timekeeping = asyncio.create_task(switchboard.keep_time())
            later = asyncio.get_running_loop().call_later
            authenticator.sessions.tell(lambda user: later(LEAVE, bayeux.driver.hurry, user))
            yield
            timekeeping.cancel()
            with suppress(asyncio.CancelledError):
                await timekeeping
        finally:
            authenticator.close()
            await journal.close()
        await app[DELIVERY]

    app = web.Application(client_max_size=config.max_body)
    bayeux.mount(app, NOTIFICATIONS)
    app.add_subapp(API, gws.build())
    app.add_subapp(TRUNK, trunk.build())
    described = document({API: gws.routes, TRUNK: trunk.routes}, public_url.rstrip("/"))
    Description(described, Cors(origins)).serve(app, DOCUMENT)
    health = Health({"journal": lambda: switchboard.trouble, "delivery": lambda: _silence(app)})
    app.add_subapp(HEALTH, health.build())
    serve_the_rest(app)
    app.cleanup_ctx.append(run)
    return app


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


def _silence(app: web.Application) -> str | None:
    """Why nobody is told anything."""
    return "it has ended" if app[DELIVERY].done() else None


def _journal(config: Config, clock: Callable[[], float]) -> Journal:
    if config.data is None:
        return MemoryJournal(clock=clock)
    return SqliteJournal(config.data, config.journal, clock=clock)
