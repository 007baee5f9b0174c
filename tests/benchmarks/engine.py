"""What the engine costs: time for each delivery and each connect, memory for each session.

Run by ``scripts/benchmark``. Sockets and HTTP are not in these figures; ``scripts/loadtest`` has
them.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable
from itertools import count
from typing import Any

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.message import Outgoing
from switchbell.bayeux.options import LONG_POLLING, WEBSOCKET
from switchbell.bayeux.peer import Peer
from switchbell.transport.mount import usual_extensions

CHANNEL = "/v2/me/calls"
EVENT = {"text": "x" * 1_150}  # of 1.2 kB, as encoded
SUBSCRIBE = {"channel": "/meta/subscribe", "subscription": CHANNEL}
EVERYTHING = 1_000_000  # more batches than there are
SUBSCRIBERS = 1_000
IDLE_SESSIONS = 5_000
ROUNDS = 30


class Crowd:
    """An engine with subscribers, each of whom waits for events."""

    def __init__(self, size: int, transport: str, *, acknowledging: bool = False) -> None:
        self._exchanges = count(1)
        self._peer = Peer(transport=transport)
        ids = count(1)
        self.engine = Engine(
            new_client_id=lambda: f"{next(ids):040x}", extensions=usual_extensions()
        )
        self._acknowledging = acknowledging
        self.clients = [self._arrive() for _ in range(size)]
        self.wait()

    def wait(self) -> None:
        """Have all clients connect, as far as they are not connected."""
        for client_id, exchange in self.clients:
            self._say(
                exchange,
                {
                    "channel": "/meta/connect",
                    "id": "5",
                    "clientId": client_id,
                    "connectionType": self._peer.transport,
                    **({"ext": {"ack": EVERYTHING}} if self._acknowledging else {}),
                },
            )

    def _arrive(self) -> tuple[str, int | None]:
        socket = None
        if self._peer.transport == WEBSOCKET:
            socket = next(self._exchanges)
            self.engine.open(socket)
        handshake = {"channel": "/meta/handshake", "ext": {"ack": self._acknowledging}}
        [reply] = self._say(socket, handshake)
        assert isinstance(reply, dict)
        client_id: str = reply["clientId"]
        for message in ({"channel": "/meta/connect"}, SUBSCRIBE):
            self._say(socket, message | {"clientId": client_id})
        return client_id, socket

    def _say(self, exchange: int | None, message: dict[str, Any]) -> list[Outgoing]:
        number = next(self._exchanges) if exchange is None else exchange
        effects = self.engine.receive(number, [message], peer=self._peer, now=0.0)
        return [one for effect in effects if isinstance(effect, Send) for one in effect.messages]


def encode(effects: list[Effect]) -> None:
    for effect in effects:
        assert isinstance(effect, Send)
        codec.encode(effect.messages)


def best(what: Callable[[], None], prepare: Callable[[], None]) -> float:
    """Microseconds for each subscriber, in the best of several rounds."""
    times = []
    for _ in range(ROUNDS):
        prepare()
        start = time.perf_counter()
        what()
        times.append(time.perf_counter() - start)
    return min(times) / SUBSCRIBERS * 1e6


def nothing() -> None:
    """Long-polling clients have to come again before the next round, others do not."""


def report_speed(name: str, transport: str, *, acknowledging: bool = False) -> None:
    crowd = Crowd(SUBSCRIBERS, transport, acknowledging=acknowledging)

    def publish() -> None:
        encode(crowd.engine.publish(CHANNEL, EVENT, now=0.0))

    if transport == WEBSOCKET and not acknowledging:
        print(f"{name:32} {best(publish, nothing):6.2f} us/delivery")
        return
    delivery = best(publish, crowd.wait)
    connect = best(crowd.wait, publish)
    print(f"{name:32} {delivery:6.2f} us/delivery  {connect:6.2f} us/connect")


def report_memory() -> None:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    crowd = Crowd(IDLE_SESSIONS, LONG_POLLING)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] - before
    print(f"{'idle long-polling session':32} {size / len(crowd.clients):6.0f} bytes")


def main() -> None:
    report_speed("long-polling", LONG_POLLING)
    report_speed("long-polling, acknowledged", LONG_POLLING, acknowledging=True)
    report_speed("WebSocket", WEBSOCKET)
    report_speed("WebSocket, acknowledged", WEBSOCKET, acknowledging=True)
    report_memory()


if __name__ == "__main__":
    main()
