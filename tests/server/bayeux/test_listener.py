"""What an application hears of the coming and going of sessions."""

import pytest

from switchbell.bayeux.listener import Ending, SessionListener
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import ServerPublishes
from tests.server.bayeux.fakes import FakeDriver

HANDSHAKE = {"channel": "/meta/handshake"}


class Diary(SessionListener):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, ...]] = []

    def added(self, client_id: str, user: str | None) -> None:
        self.entries.append(("added", client_id, user or "somebody"))

    def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
        self.entries.append(("removed", client_id, user or "somebody", ending))


class Failing(SessionListener):
    def added(self, client_id: str, user: str | None) -> None:
        raise RuntimeError("added")

    def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
        raise RuntimeError("removed")


def test_it_hears_of_each_session_once(driver: FakeDriver) -> None:
    diary = Diary()
    driver = FakeDriver(listener=diary)
    client = driver.meet(user="ann")
    driver.meet()
    driver.connect(client, user="ann")
    assert diary.entries == [("added", "c1", "ann"), ("added", "c2", "somebody")]


def test_it_hears_nothing_of_those_who_were_refused() -> None:
    diary = Diary()
    driver = FakeDriver(policy=ServerPublishes(), listener=diary)
    driver.post(HANDSHAKE)
    driver.post({**HANDSHAKE, "supportedConnectionTypes": ["pigeon"]}, user="ann")
    assert diary.entries == []


@pytest.mark.parametrize("ending", Ending)
def test_it_hears_why_a_session_is_over(ending: Ending) -> None:
    diary = Diary()
    driver = FakeDriver(BayeuxOptions(max_queue=1), listener=diary)
    client = driver.meet("/a", user="ann")
    match ending:
        case Ending.DISCONNECTED:
            driver.post({"channel": "/meta/disconnect", "clientId": client}, user="ann")
        case Ending.DISMISSED:
            driver.hold(client, user="ann")
            driver.disconnect(client)
        case Ending.EXPIRED:
            driver.wait(60)
        case Ending.OVERRUN:
            driver.publish("/a", 1)
            driver.publish("/a", 2)
    assert diary.entries[1:] == [("removed", client, "ann", ending)]


@pytest.mark.parametrize("comes_back", [True, False])
def test_one_that_the_server_ended_was_dismissed_whenever_it_hears(comes_back: bool) -> None:
    diary = Diary()
    driver = FakeDriver(listener=diary)
    client = driver.meet()
    driver.disconnect(client)
    driver.disconnect(client)
    if comes_back:
        driver.connect(client)
    else:
        driver.wait(60)
    assert diary.entries[1:] == [("removed", client, "somebody", Ending.DISMISSED)]


def test_a_lost_socket_ends_nothing() -> None:
    diary = Diary()
    driver = FakeDriver(listener=diary)
    socket = driver.open()
    driver.say(socket, HANDSHAKE)
    driver.drop(socket)
    assert len(diary.entries) == 1
    driver.wait(60)
    assert diary.entries[1:] == [("removed", "c1", "somebody", Ending.EXPIRED)]


def test_what_it_raises_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    driver = FakeDriver(listener=Failing())
    client = driver.meet("/a")
    assert [record.exc_info is not None for record in caplog.records] == [True]
    driver.publish("/a", 1)
    assert driver.connect(client)[0] == {"channel": "/a", "data": 1}
    [reply] = driver.post({"channel": "/meta/disconnect", "clientId": client})
    assert reply["successful"] is True
    assert len(caplog.records) == 2
    assert driver.engine.session_count == 0


class Greeting(SessionListener):
    """Pushes to each session as it begins."""

    driver: FakeDriver

    def added(self, client_id: str, user: str | None) -> None:
        self.driver.push(client_id, "/service/hello", "hello")


@pytest.mark.parametrize("during_handshake", [True, False])
def test_what_it_pushes_is_the_first_that_the_client_hears(during_handshake: bool) -> None:
    greeting = Greeting()
    driver = FakeDriver(
        BayeuxOptions(allow_message_delivery_during_handshake=during_handshake),
        listener=greeting,
    )
    greeting.driver = driver
    hello = {"channel": "/service/hello", "data": "hello"}
    reply, *greetings = driver.post(HANDSHAKE)
    assert reply["channel"] == "/meta/handshake"
    assert reply.get("x-messages") == (1 if during_handshake else None)
    assert greetings == ([hello] if during_handshake else [])
    connected = driver.connect(reply["clientId"])
    assert connected[:-1] == ([] if during_handshake else [hello])


def test_an_answer_to_a_handshake_that_is_lost_takes_nothing_with_it() -> None:
    greeting = Greeting()
    driver = FakeDriver(
        BayeuxOptions(allow_message_delivery_during_handshake=True), listener=greeting
    )
    greeting.driver = driver
    exchange = driver.send(HANDSHAKE)
    driver.lose(exchange)
    event, _ = driver.connect("c1")
    assert event["data"] == "hello"
