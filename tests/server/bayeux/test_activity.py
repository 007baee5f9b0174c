import pytest

from switchbell.bayeux.extensions.activity import Activity, ActivityLimit
from switchbell.bayeux.listener import Ending, SessionListener
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver, Wire

FAREWELL = {"channel": "/meta/disconnect", "successful": True}
STOP = {"channel": "/meta/connect", "successful": True, "advice": {"reconnect": "none"}}
GOES_ON = [{"channel": "/meta/connect", "successful": True}]


class Listener(SessionListener):
    def __init__(self) -> None:
        self.endings: list[Ending] = []

    def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
        self.endings.append(ending)


def limited(activity: Activity = Activity.CLIENT) -> FakeDriver:
    """A driver with a limit of a minute, whose connects are held for 10 seconds."""
    return FakeDriver(BayeuxOptions(timeout=10_000), extensions=[ActivityLimit(60_000, activity)])


def keep_alive(driver: FakeDriver, client: str, seconds: int) -> Wire:
    """The last answer to connects one after the other, for so long."""
    answer: Wire = []
    for _ in range(seconds // 10):
        held = driver.hold(client)
        driver.wait(10)
        answer = driver.answer(held)
    return answer


def test_connects_alone_keep_a_session_for_so_long() -> None:
    driver = limited()
    client = driver.meet("/a")
    assert keep_alive(driver, client, 60) == GOES_ON
    held = driver.hold(client)
    driver.wait(10)
    assert driver.answer(held) == GOES_ON
    assert driver.post({"channel": "/meta/connect", "clientId": client}) == [FAREWELL, STOP]
    assert driver.engine.session_count == 0


def test_it_is_judged_when_a_connect_comes_and_not_before() -> None:
    driver = limited()
    client = driver.meet("/a")
    keep_alive(driver, client, 60)
    held = driver.hold(client)
    driver.wait(9)
    driver.publish("/a", 1)
    assert driver.answer(held)[0] == {"channel": "/a", "data": 1}


@pytest.mark.parametrize(
    "message",
    [
        {"channel": "/meta/subscribe", "subscription": "/b"},
        {"channel": "/meta/unsubscribe", "subscription": "/b"},
        {"channel": "/b", "data": 1},
        {"channel": "/service/b", "data": 1},
        {"channel": "/b"},
    ],
)
def test_every_other_message_counts_be_it_refused_or_not(message: dict[str, object]) -> None:
    driver = limited()
    client = driver.meet("/a")
    keep_alive(driver, client, 60)
    driver.post({**message, "clientId": client})
    assert keep_alive(driver, client, 60) == GOES_ON


def test_those_of_others_do_not() -> None:
    driver = limited()
    client, other = driver.meet(user="ann"), driver.meet()
    for _ in range(6):
        held = driver.hold(client, user="ann")
        driver.post({"channel": "/b", "data": 1, "clientId": other})
        driver.post({"channel": "/b", "data": 1, "clientId": client}, user="bob")
        driver.wait(10)
        driver.answer(held)
    driver.wait(1)
    assert driver.connect(client, user="ann") == [FAREWELL, STOP]


def test_events_count_only_if_they_are_to() -> None:
    for activity, ends in ((Activity.CLIENT, True), (Activity.CLIENT_SERVER, False)):
        driver = limited(activity)
        client = driver.meet("/a")
        for _ in range(7):
            held = driver.hold(client)
            driver.wait(9)
            driver.publish("/a", 1)
            assert driver.answer(held)[0] == {"channel": "/a", "data": 1}
        assert (driver.connect(client)[0] == FAREWELL) is ends


def test_events_that_nobody_hears_count_for_nobody() -> None:
    driver = limited(Activity.CLIENT_SERVER)
    client = driver.meet("/a")
    for _ in range(7):
        held = driver.hold(client)
        driver.publish("/b", 1)
        driver.wait(9)
        driver.drop(held)
    assert driver.connect(client)[0] == FAREWELL


def test_answers_without_events_do_not_count_either() -> None:
    driver = limited(Activity.CLIENT_SERVER)
    client = driver.meet("/a")
    keep_alive(driver, client, 70)
    assert driver.connect(client)[0] == FAREWELL


def test_the_application_hears_that_the_server_ended_it() -> None:
    listener = Listener()
    driver = FakeDriver(
        BayeuxOptions(timeout=10_000), extensions=[ActivityLimit(5_000)], listener=listener
    )
    client = driver.meet()
    keep_alive(driver, client, 10)
    driver.connect(client)
    assert listener.endings == [Ending.DISMISSED]


@pytest.mark.parametrize("end", ["disconnect", "expire", "limit"])
def test_nothing_is_kept_of_a_session_that_is_over(end: str) -> None:
    extension = ActivityLimit(5_000)
    driver = FakeDriver(BayeuxOptions(timeout=10_000), extensions=[extension])
    client = driver.meet()
    assert len(extension._active_at) == 1
    if end == "disconnect":
        driver.post({"channel": "/meta/disconnect", "clientId": client})
    elif end == "expire":
        driver.wait(60)
    else:
        keep_alive(driver, client, 10)
        driver.connect(client)
    assert extension._active_at == {}


def test_over_a_socket_events_count_as_well() -> None:
    driver = limited(Activity.CLIENT_SERVER)
    socket = driver.open()
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
    own = {"clientId": reply["clientId"]}
    driver.say(socket, {"channel": "/meta/connect", **own})
    driver.say(socket, {"channel": "/meta/subscribe", "subscription": "/a", **own})
    for _ in range(7):
        driver.say(socket, {"channel": "/meta/connect", **own})
        driver.publish("/a", 1)
        driver.wait(10)
    assert driver.engine.session_count == 1


def test_a_session_that_is_ended_over_a_socket_takes_it_along() -> None:
    driver = limited()
    socket = driver.open()
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
    connect = {"channel": "/meta/connect", "clientId": reply["clientId"]}
    driver.say(socket, connect)
    for _ in range(7):
        driver.say(socket, connect)
        driver.wait(10)
    driver.news(socket)
    driver.say(socket, connect)
    assert driver.news(socket) == [[FAREWELL, STOP]]
    assert driver.closed == {socket: 1000}
