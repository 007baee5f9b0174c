"""A party's view of its call."""

from switchbell.voice.calls import Calls
from switchbell.voice.capabilities import capabilities
from switchbell.voice.consultation import obstacles
from switchbell.voice.model import Leg, Settings


def leg_of(calls: Calls, dn: str, call_id: str, settings: Settings) -> Leg:
    """Return what ``dn`` sees of its call.

    Raises UnknownDevice and UnknownCall.
    """
    call, party = calls.find(dn, call_id)
    return Leg(
        id=party.id,
        dn=dn,
        conn_id=call.conn_id,
        state=party.state,
        call_type=party.call_type,
        dnis=party.dnis,
        ani=call.ani,
        participants=tuple([other.dn for other in reversed(call.parties) if other.dn != dn]),
        capabilities=capabilities(party.state, obstacles(calls, call, party, settings)),
        user_data=call.user_data,
        since=party.since,
        parent=party.parent,
        muted=party.muted,
        recording=call.recording,
    )
