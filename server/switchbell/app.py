"""The composition root: every part is made here, once, and given to those who need it."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import TypeAlias

from aiohttp import web

from switchbell.access.authenticator import Authenticator
from switchbell.access.door import Door
from switchbell.access.origins import AllowedOrigins
from switchbell.bayeux.policy import ServerPublishes
from switchbell.bayeux.publication import Publication
from switchbell.config import Config
from switchbell.directory import Directory
from switchbell.journal.base import Journal
from switchbell.journal.memory import MemoryJournal
from switchbell.notify.gws.metrics import with_metrics
from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import API, Resources
from switchbell.notify.notification import Notification
from switchbell.rest.cc_gateway.application import CcGatewayApplication
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.application import GwsApplication
from switchbell.rest.trunk import Trunk
from switchbell.switchboard import Switchboard
from switchbell.transport.known import KnownUsers
from switchbell.transport.mount import BayeuxServer
from switchbell.voice.core import VoiceCore
from switchbell.voice.events import Change
from switchbell.voice.numbering import Numbering

NOTIFICATIONS = API + "/notifications"
TRUNK = "/trunk"
CC_GATEWAY = "/agentgateway/resource"
DOCUMENT = "/openapi.json"

Compose: TypeAlias = Callable[[Change], list[Notification]]
Listener: TypeAlias = Callable[[int, Change], None]

DELIVERY = web.AppKey("DELIVERY", asyncio.Task[None])

# Seconds. Longer than a poll is held, so that its connection survives from one to the next.
KEEPALIVE = 90.0

# Seconds for requests in progress when the server stops; aiohttp may take them twice.
SHUTDOWN = 0.75

logger = logging.getLogger(__name__)


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
    """
    authenticator = Authenticator(directory.users, config.access)
    is_secure = public_url.startswith("https:")
    door = Door(authenticator, config.access, secure=is_secure, clock=clock)
    core = VoiceCore(directory.centre, numbering=Numbering(secrets.token_hex(16)))
    journal = journal or MemoryJournal()
    resources = Resources(public_url, directory.devices, recording=False)
    compose: Compose = GwsNotifications(resources, directory.devices).compose
    if config.notification_metrics:
        compose = measured(compose, clock)
    known = KnownUsers(door, strangers=config.access.sockets_of_strangers)
    bayeux = BayeuxServer(config.bayeux, ServerPublishes(), identification=known)
    switchboard = Switchboard(core, journal, clock)
    origins = AllowedOrigins(config.bayeux.allowed_origins)
    gws_access = GwsAccess(
        door, directory.users, origins, csrf_protection=config.access.csrf_protection
    )
    gws = GwsApplication(switchboard, resources, directory.devices, access=gws_access)
    cc_gateway = CcGatewayApplication(
        switchboard,
        directory.users,
        directory.devices,
        directory.queues,
        door=door,
        origins=origins,
        options=config.cc_gateway,
    )
    listeners = (cc_gateway.hear, publishing(compose, bayeux))
    trunk = Trunk(switchboard, directory.devices, gws_access, is_demo=directory.is_demo)

    async def run(app: web.Application) -> AsyncIterator[None]:
        await journal.open()
        app[DELIVERY] = asyncio.create_task(deliver(journal, listeners))
        timekeeping = asyncio.create_task(switchboard.keep_time())
        yield
        timekeeping.cancel()
        with suppress(asyncio.CancelledError):
            await timekeeping
        authenticator.close()
        await journal.close()
        await app[DELIVERY]

    app = web.Application(client_max_size=config.max_body)
    bayeux.mount(app, NOTIFICATIONS)
    app.add_subapp(API, gws.build())
    app.add_subapp(TRUNK, trunk.build())
    app.add_subapp(CC_GATEWAY, cc_gateway.build())
    app.router.add_get(DOCUMENT, gws.describe)
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


def measured(compose: Compose, clock: Callable[[], float]) -> Compose:
    """``compose``, with the time it takes in what it makes."""

    def compose_and_measure(change: Change) -> list[Notification]:
        begin = time.perf_counter_ns()
        told = compose(change)
        took = time.perf_counter_ns() - begin
        return with_metrics(told, happened=change.time, composed=clock(), nanoseconds=took)

    return compose_and_measure


def publishing(compose: Compose, bayeux: BayeuxServer) -> Listener:
    """What makes notifications of a change, and hands them to Bayeux."""

    def publish(number: int, change: Change) -> None:
        told = compose(change)
        bayeux.driver.publish_all([_publication(notification) for notification in told])

    return publish


async def deliver(journal: Journal, listeners: Iterable[Listener]) -> None:
    """Tell agents of every change from now on, in order, until the journal closes."""
    listeners = tuple(listeners)
    async for entry in journal.follow(journal.last):
        for listener in listeners:
            try:
                listener(entry.number, entry.change)
            except Exception:
                # One change that cannot be told must not silence all that follow, nor one listener
                # the others.
                logger.exception("Change %d was not delivered", entry.number)


def _publication(notification: Notification) -> Publication:
    return Publication(
        channel=notification.channel,
        data=notification.payload,
        audience=(notification.audience,),
    )
