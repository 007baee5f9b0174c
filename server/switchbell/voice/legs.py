"""A party's view of its call."""

from switchbell.voice.calls import Calls
from switchbell.voice.capabilities import capabilities, far_end_capabilities
from switchbell.voice.consultation import obstacles
from switchbell.voice.model import Call, Leg, Party, PartyKind, Settings


def leg_of(calls: Calls, dn: str, call_id: str, settings: Settings) -> Leg:
    """Return what ``dn`` sees of its call.

    Raises UnknownDevice and UnknownCall.
    """
    call, party = calls.find(dn, call_id)
    in_the_way = obstacles(calls, call, party, settings)
    able = far_end_capabilities if party.kind is PartyKind.FAR_END else capabilities
    return Leg(
        id=party.id,
        dn=dn,
        conn_id=call.conn_id,
        state=party.state,
        call_type=party.call_type,
        dnis=party.dnis,
        ani=call.ani,
        participants=tuple([other.dn for other in reversed(call.parties) if other.dn != dn]),
        capabilities=able(party.state, in_the_way),
        user_data=call.user_data,
        since=party.since,
        parent=party.parent,
        muted=party.muted,
        recording=call.recording,
        supervised=party.supervisor is not None,
        monitors=party.monitors,
        monitored_user_muted=_is_muted_by_supervisor(call, party),
    )


def _is_muted_by_supervisor(call: Call, own: Party) -> bool:
    """Whether the party is, or the one that it monitors."""
    if own.monitors is None:
        return own.muted_by_supervisor
    return any(one.dn == own.monitors.dn and one.muted_by_supervisor for one in call.parties)
