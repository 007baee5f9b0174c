"""A party's view of its call."""

from msgspec.structs import replace

from switchbell.voice.calls import TWO, Calls
from switchbell.voice.capabilities import capabilities, far_end_capabilities
from switchbell.voice.consultation import obstacles
from switchbell.voice.model import (
    DEVICE,
    FAR_END,
    RELEASED,
    Call,
    Leg,
    Party,
    PartyState,
    Recording,
    Settings,
)

# All that decides what a party can do whose DN has no other call, on a call with one other: the
# states of both, whether the party is muted, and whether the call is recorded.
_Usual = tuple[PartyState, PartyState, bool, Recording]


class Legs:
    """Makes legs in a centre that is set up like this."""

    __slots__ = ("_known", "settings")

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._known: dict[_Usual, tuple[str, ...]] = {}

    def of(self, calls: Calls, call: Call, party: Party) -> Leg:
        """Return what a party sees of its call."""
        parties = call.parties
        if (
            len(parties) == TWO
            and party.kind is DEVICE
            and party.monitors is None
            and len(calls.at(party.dn)) == 1
        ):
            # Most legs are such, and to find out what one can do takes long.
            one, other = parties
            if one.dn != party.dn:
                other = one
            usual = (party.state, other.state, party.muted, call.recording)
            able = self._known.get(usual)
            if able is None:
                able = self._known[usual] = self._able(calls, call, party)
            return _leg(call, party, party.state, able, (other.dn,))
        able = self._able(calls, call, party)
        return _leg(call, party, party.state, able, _participants(call, party))

    def _able(self, calls: Calls, call: Call, party: Party) -> tuple[str, ...]:
        able = far_end_capabilities if party.kind is FAR_END else capabilities
        return able(party.state, obstacles(calls, call, party, self.settings))


def last_leg_of(call: Call, party: Party) -> Leg:
    """Return what a party sees of a call that it is on no longer."""
    return _leg(call, party, RELEASED, (), _participants(call, party))


def _leg(
    call: Call,
    party: Party,
    state: PartyState,
    able: tuple[str, ...],
    participants: tuple[str, ...],
) -> Leg:
    leg = Leg(
        id=party.id,
        dn=party.dn,
        conn_id=call.conn_id,
        state=state,
        call_type=party.call_type,
        dnis=party.dnis,
        ani=call.ani,
        participants=participants,
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


def _participants(call: Call, party: Party) -> tuple[str, ...]:
    dn = party.dn
    return tuple([other.dn for other in call.parties[::-1] if other.dn != dn])


def _is_muted_by_supervisor(call: Call, own: Party) -> bool:
    """Whether the party is, or the one that it monitors."""
    if own.monitors is None:
        return own.muted_by_supervisor
    return any(one.dn == own.monitors.dn and one.muted_by_supervisor for one in call.parties)
