"""Payloads as no client would send them, and some as one would, by the same chance each time."""

import json
from random import Random
from typing import Any

TEMPLATES: list[dict[str, Any]] = [
    {
        "channel": "/meta/handshake",
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": ["websocket", "long-polling", "callback-polling"],
        "ext": {"ack": True, "replay": True, "timesync": {"tc": 5, "l": 0, "o": 0}},
    },
    {"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]},
    {"channel": "/meta/connect", "connectionType": "long-polling", "ext": {"ack": 1}},
    {"channel": "/meta/connect", "connectionType": "websocket", "advice": {"timeout": 0}},
    {"channel": "/meta/connect", "ext": {"timesync": {"tc": 5, "l": 3, "o": -1}}},
    {"channel": "/meta/subscribe", "subscription": "/a"},
    {"channel": "/meta/subscribe", "subscription": ["/a", "/b/**", "/lazy"]},
    {"channel": "/meta/subscribe", "subscription": "/a", "ext": {"replay": {"/a": -2}}},
    {"channel": "/meta/subscribe", "subscription": "/**", "ext": {"replay": {"/**": 3}}},
    {"channel": "/meta/unsubscribe", "subscription": "/a"},
    {"channel": "/meta/disconnect"},
    {"channel": "/a", "data": {"x": [1, None]}, "ext": {"y": 1}},
    {"channel": "/a", "data": {"event": {"replayId": "mine"}}, "timestamp": "never"},
    {"channel": "/b/c", "data": "x"},
    {"channel": "/lazy", "data": {"late": True}},
    {"channel": "/service/echo", "data": "x"},
    {"channel": "/meta/unknown"},
]
FIELDS = sorted({field for template in TEMPLATES for field in template} | {"id", "clientId", ""})
MEMBERS = [*FIELDS, "timeout", "interval", "ack", "replay", "timesync", "tc", "l", "o", "/a", "/**"]
NUMBERS = [0, -1, 1, 7, 0.5, -0.0, 1e308, 2**53, 2**63, 2**64 - 1, -(2**63), 2**64, 10**400]
WORDS = [
    "/a",
    "/a/",
    "/b/**",
    "/*",
    "/**",
    "/lazy",
    "/meta",
    "/meta/handshake",
    "/meta/connect",
    "/meta/connect/",
    "/meta/**",
    "/service",
    "/service/echo",
    "/service/**",
    "/" * 300,
    "/" + "a" * 600,
    "long-polling",
    "",
    "\x00",
    "\u2028é😀",
    "402::x",
]
BYTES = b'[]{},:"\\0-.eE \xff\x00\xc3ntf'


class Mutations:
    """Makes payloads. ``client_ids`` are what they may be signed with; one payload mostly has one
    signature."""

    def __init__(self, chance: Random, client_ids: list[str]) -> None:
        self._chance = chance
        self._client_ids = client_ids
        self._signature = ""

    def body(self) -> bytes:
        chance = self._chance
        self._signature = chance.choice(self._client_ids)
        payload: Any = [self._message() for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        kind = chance.random()
        if kind < 0.05:
            payload = payload[0]
        elif kind < 0.08:
            payload.insert(chance.randrange(len(payload) + 1), self._value())
        elif kind < 0.082:
            payload *= 400
        body = json.dumps(payload, ensure_ascii=chance.random() < 0.5)
        encoded = body.encode(errors="surrogatepass")
        return self._damaged(encoded) if kind > 0.9 else encoded

    def _message(self) -> dict[str, Any]:
        chance = self._chance
        message = {**chance.choice(TEMPLATES), "id": str(chance.randrange(100))}
        if chance.random() < 0.9:
            message["clientId"] = self._signature
        while chance.random() < 0.4:
            kind = chance.random()
            if kind < 0.25 and message:
                del message[chance.choice(list(message))]
            elif kind < 0.5:
                other = chance.choice(TEMPLATES)
                field = chance.choice(list(other))
                message[field] = other[field]
            elif kind < 0.7:
                message = self._changed_inside(message)
            else:
                message[chance.choice(FIELDS)] = self._value()
        return message

    def _changed_inside(self, members: dict[str, Any]) -> dict[str, Any]:
        """The same with another value somewhere, the deeper the better."""
        objects = [name for name, value in members.items() if isinstance(value, dict) and value]
        if objects:
            name = self._chance.choice(objects)
            return members | {name: self._changed_inside(members[name])}
        return members | {self._chance.choice([*members, *MEMBERS[:1]]): self._value()}

    def _value(self, depth: int = 3) -> Any:
        chance = self._chance
        if depth == 0 or chance.random() < 0.6:
            return self._scalar()
        if chance.random() < 0.04:
            return nested(chance.choice((10, 250, 253, 254, 255, 300, 900)))
        values = [self._value(depth - 1) for _ in range(chance.randrange(4))]
        if chance.random() < 0.4:
            return values
        return {chance.choice(MEMBERS): value for value in values}

    def _scalar(self) -> Any:
        chance = self._chance
        kinds = ((None, True, False), NUMBERS, WORDS, WORDS, self._client_ids)
        return chance.choice(chance.choice(kinds))

    def _damaged(self, body: bytes) -> bytes:
        chance = self._chance
        for _ in range(chance.choice((1, 1, 2, 5))):
            start = chance.randrange(len(body) + 1)
            end = min(len(body), start + chance.choice((0, 0, 1, 3, 30)))
            match chance.randrange(4):
                case 0:
                    new = bytes([chance.choice(BYTES)])
                case 1:
                    new = chance.randbytes(chance.randrange(4))
                case 2:
                    new = body[chance.randrange(len(body) + 1) :][:20]
                case _:
                    new = b""
            body = body[:start] + new + body[end:]
        return body


def nested(depth: int) -> Any:
    """A value that deep."""
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value
