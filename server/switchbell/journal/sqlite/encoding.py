"""Changes and states as bytes: MessagePack, with fields by their names.

A field with a default can be added to the structures of the core at any time. One that is renamed,
comes to mean something else or gets another default makes a new version of the schema.
"""

from msgspec import msgpack

from switchbell.voice.agents import DnState
from switchbell.voice.events import Change
from switchbell.voice.model import Call

_encoder = msgpack.Encoder()
_changes = msgpack.Decoder(Change)
_calls = msgpack.Decoder(Call)
_dn_states = msgpack.Decoder(DnState)


def encode(value: Change | Call | DnState) -> bytes:
    return _encoder.encode(value)


def decode_change(data: bytes) -> Change:
    """Raises msgspec's DecodeError, as those below do."""
    return _changes.decode(data)


def decode_call(data: bytes) -> Call:
    return _calls.decode(data)


def decode_dn_state(data: bytes) -> DnState:
    return _dn_states.decode(data)
