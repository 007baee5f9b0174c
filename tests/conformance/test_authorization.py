"""Who may do what: the policy is asked first, then the authorizers of a channel."""

import pytest

from switchbell.bayeux.authorizers import Authorizer, Operation, Verdict
from switchbell.bayeux.policy import Policy
from switchbell.transport.mount import BayeuxServer
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import PATH, Serve, Serving, serving
from tests.conformance.speaker import Message, data
from tests.conformance.visitors import Visitor, by_name, user


def always(verdict: Verdict) -> Authorizer:
    return lambda operation, user, channel: verdict


def granting(*operations: Operation) -> Authorizer:
    """Grants these operations, and has no opinion of others."""
    return lambda operation, user, channel: (
        Verdict.GRANT if operation in operations else Verdict.IGNORE
    )


GRANT, IGNORE, DENY = (always(v) for v in (Verdict.GRANT, Verdict.IGNORE, Verdict.DENY))


async def outcomes(server: Serving, channel: str) -> list[str]:
    """What a client hears when it subscribes to a channel, and when it publishes there."""
    client = await server.open()
    replies: list[Message] = await client.subscribe(channel) + await client.publish(channel, 1)
    return [reply.get("error", "done") for reply in replies if "successful" in reply]


async def test_without_authorizers_everything_is_allowed(server: Serving) -> None:
    assert await outcomes(server, "/a") == ["done", "done"]


@pytest.mark.parametrize(
    ("authorizers", "allowed"),
    [
        ({"/other": [DENY]}, True),
        ({"/a/b": [GRANT]}, True),
        ({"/a/*": [GRANT]}, True),
        ({"/a/**": [GRANT]}, True),
        ({"/**": [GRANT]}, True),
        ({"/a/b": [IGNORE]}, False),
        ({"/**": [IGNORE]}, False),
        ({"/a/b": [IGNORE], "/**": [GRANT]}, True),
        ({"/a/b": [GRANT], "/**": [DENY]}, False),
        ({"/a/b": [DENY], "/**": [GRANT]}, False),
        ({"/a/b": [GRANT, DENY]}, False),
        ({"/a/b": [DENY, GRANT]}, False),
        ({"/a/b": [IGNORE, GRANT]}, True),
        ({"/a": [DENY], "/a/b/c": [DENY], "/a/b/*": [DENY]}, True),
    ],
    ids=range(14),
)
async def test_a_denial_forbids_and_otherwise_a_grant_is_needed(
    serve: Serve, authorizers: dict[str, list[Authorizer]], allowed: bool
) -> None:
    server = await serve(authorizers=authorizers)
    refused = ["403::create_denied", "403::channel_create_denied"]
    assert await outcomes(server, "/a/b") == (["done", "done"] if allowed else refused)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ((Operation.CREATE,), ["403::subscribe_denied", "403::publish_denied"]),
        ((Operation.CREATE, Operation.SUBSCRIBE), ["done", "403::publish_denied"]),
        ((Operation.CREATE, Operation.PUBLISH), ["403::subscribe_denied", "done"]),
        (
            (Operation.SUBSCRIBE, Operation.PUBLISH),
            ["403::create_denied", "403::channel_create_denied"],
        ),
    ],
    ids=repr,
)
async def test_each_operation_is_judged_by_itself(
    serve: Serve, operations: tuple[Operation, ...], expected: list[str]
) -> None:
    server = await serve(authorizers={"/a": [granting(*operations)]})
    assert await outcomes(server, "/a") == expected


async def test_a_channel_that_exists_need_not_be_created(serve: Serve) -> None:
    def only_ann_creates(operation: Operation, user: str | None, channel: str) -> Verdict:
        if operation is Operation.CREATE:
            return Verdict.GRANT if user == "ann" else Verdict.DENY
        return Verdict.GRANT

    bayeux = BayeuxServer(identify=by_name, authorizers={"/**": [only_ann_creates]})
    async with serving(PATH, bayeux) as server:
        bob = await Visitor(server, user("bob")).open()
        [reply] = await bob.subscribe("/a")
        assert reply["error"] == "403::create_denied"
        [reply] = await bob.publish("/a", 1)
        assert reply["error"] == "403::channel_create_denied"
        ann = await Visitor(server, user("ann")).open("/a")
        [reply] = await bob.subscribe("/a")
        assert reply["successful"] is True
        assert data(await bob.publish("/a", 1)) == [1]
        assert data(await ann.poll()) == [1]


async def test_authorizers_are_told_who_and_what(serve: Serve) -> None:
    asked: list[tuple[Operation, str | None, str]] = []

    def noting(operation: Operation, user: str | None, channel: str) -> Verdict:
        asked.append((operation, user, channel))
        return Verdict.GRANT

    bayeux = BayeuxServer(identify=by_name, authorizers={"/**": [noting]})
    async with serving(PATH, bayeux) as server:
        await (await Visitor(server, user("ann")).open()).subscribe("/a/*")
        assert asked == [
            (Operation.CREATE, "ann", "/a/*"),
            (Operation.SUBSCRIBE, "ann", "/a/*"),
        ]
        asked.clear()
        await (await server.open()).publish("/a/b", 1)
        assert asked == [
            (Operation.CREATE, None, "/a/b"),
            (Operation.PUBLISH, None, "/a/b"),
        ]


async def test_services_are_not_created_but_guarded(serve: Serve) -> None:
    server = await serve(authorizers={"/service/**": [granting(Operation.CREATE)]})
    client = await server.open()
    [reply] = await client.publish("/service/a", 1)
    assert reply["error"] == "403::publish_denied"


async def test_what_a_client_may_not_publish_nobody_hears(serve: Serve) -> None:
    allowed = granting(Operation.CREATE, Operation.SUBSCRIBE)
    server = await serve(authorizers={"/a": [allowed]})
    listener, publisher = await server.open("/a"), await server.open()
    await publisher.publish("/a", "refused")
    server.publish("/a", "the server may")
    assert data(await listener.poll()) == ["the server may"]


async def test_over_a_socket_the_same_holds(serve: Serve) -> None:
    server = await serve(authorizers={"/a": [DENY]})
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        [reply] = await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        assert reply["error"] == "403::create_denied"
        assert reply["subscription"] == "/a"


class OnlyBelowOpen(Policy):
    """Lets clients create channels below /open, and no others."""

    def can_create(self, user: str | None, channel: str) -> bool:
        return channel.startswith("/open/")


async def test_a_policy_says_who_may_create(serve: Serve) -> None:
    server = await serve(policy=OnlyBelowOpen())
    assert await outcomes(server, "/open/a") == ["done", "done"]
    assert await outcomes(server, "/a") == ["403::create_denied", "403::channel_create_denied"]
    [reply] = await (await server.open()).publish("/service/a", 1)
    assert reply["successful"] is True


async def test_a_grant_does_not_overrule_the_policy(serve: Serve) -> None:
    server = await serve(policy=OnlyBelowOpen(), authorizers={"/**": [GRANT]})
    assert await outcomes(server, "/a") == ["403::create_denied", "403::channel_create_denied"]
