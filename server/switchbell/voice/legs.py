"""A party's view of its call."""

from msgspec.structs import replace

from switchbell.voice.calls import TWO, Calls
from switchbell.voice.capabilities import capabilities, far_end_capabilities
from switchbell.voice.consultation import obstacles
from switchbell.voice.model import FAR_END, RELEASED, Call, Leg, Party, PartyState, Settings


def leg_of(calls: Calls, call: Call, party: Party, settings: Settings) -> Leg:
    """Return what a party sees of its call."""
    able = far_end_capabilities if party.kind is FAR_END else capabilities
    in_the_way = obstacles(calls, call, party, settings)
    return _leg(call, party, party.state, able(party.state, in_the_way))


def last_leg_of(call: Call, party: Party) -> Leg:
    """Return what a party sees of a call that it is on no longer."""
    return _leg(call, party, RELEASED, ())


def _leg(call: Call, party: Party, state: PartyState, able: tuple[str, ...]) -> Leg:
    leg = Leg(
        id=party.id,
        dn=party.dn,
        conn_id=call.conn_id,
        state=state,
        call_type=party.call_type,
        dnis=party.dnis,
        ani=call.ani,
        participants=_participants(call.parties, party.dn),
        capabilities=able,
        user_data=call.user_data,
        since=party.since,
        parent=party.parent,
        muted=party.muted,
        recording=call.recording,
    )
    if party.monitors is None and party.supervisor is None:
        return leg
    return replace(
        leg,
        supervised=party.supervisor is not None,
        monitors=party.monitors,
        monitored_user_muted=_is_muted_by_supervisor(call, party),
    )


def _participants(parties: tuple[Party, ...], dn: str) -> tuple[str, ...]:
    if len(parties) == TWO:
        # Most calls are such, and this is several times faster.
        one, other = parties
        if one.dn == dn:
            return (other.dn,)
        if other.dn == dn:
            return (one.dn,)
    return tuple([party.dn for party in parties[::-1] if party.dn != dn])


def _is_muted_by_supervisor(call: Call, own: Party) -> bool:
    """Whether the party is, or the one that it monitors."""
    if own.monitors is None:
        return own.muted_by_supervisor
    return any(one.dn == own.monitors.dn and one.muted_by_supervisor for one in call.parties)
