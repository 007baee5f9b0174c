"""A change in the making: the successors of some calls and DNs, and what each party is told."""

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from switchbell.voice.agents import DnState, DnStates
from switchbell.voice.calls import TWO, Calls, Successor
from switchbell.voice.events import Change, Event, EventName, PrivateMessage
from switchbell.voice.extensions import extensions
from switchbell.voice.legs import Legs, last_leg_of
from switchbell.voice.model import (
    DEVICE,
    QUEUE,
    Call,
    CallState,
    Cause,
    Leg,
    Party,
    Role,
)

_OF_AGENTS = frozenset(
    {
        EventName.AGENT_LOGIN,
        EventName.AGENT_LOGOUT,
        EventName.AGENT_READY,
        EventName.AGENT_NOT_READY,
    }
)
_LIFTS_RECEIVER = frozenset({EventName.DIALING, EventName.ESTABLISHED})
_PUTS_DOWN_RECEIVER = frozenset({EventName.RELEASED})
_OFF_HOOK, _ON_HOOK = EventName.OFF_HOOK, EventName.ON_HOOK


class Detail(Struct, frozen=True, kw_only=True):
    """Attributes of an event beyond those that follow from the call and the addressee.

    ``other`` and ``third`` are a DN with its role, if any. If ``other`` is left unset it is
    the other party of a two-party call and absent in a conference; ``previous`` is the main call's
    ConnID on a consult call and absent on others, unless set.
    """

    state: CallState = CallState.OK
    cause: Cause | None = None
    other: tuple[str, Role] | UnsetType | None = UNSET
    third: tuple[str, Role | None] | None = None
    previous: str | None = None
    digits: str | None = None
    private_message: PrivateMessage | None = None


PLAIN = Detail()


class Draft:
    """Collects the events of a change, in the order in which they are told.

    ``changed`` are the new values of all calls that the change touches. Nothing is altered before
    :attr:`after` and the states of the change are adopted.
    """

    __slots__ = (
        "_before",
        "_legs",
        "_states",
        "_states_before",
        "after",
        "events",
        "now",
        "settings",
        "told",
    )

    def __init__(
        self,
        before: Calls,
        changed: tuple[Call, ...],
        now: float,
        legs: Legs,
        states: DnStates,
    ) -> None:
        self.after = Successor(before, changed)
        self.now = now
        self.settings = legs.settings
        self._legs = legs
        self._before = before
        self._states_before = states
        self._states: dict[str, DnState] = {}
        self.events: list[Event] = []
        self.told: set[tuple[str, str]] = set()

    def tell(
        self,
        name: EventName,
        call: Call,
        party: Party,
        detail: Detail = PLAIN,
        *,
        reference_id: int | None = None,
    ) -> None:
        """Tell ``party`` about ``call``, both as they shall appear in the event's attributes.

        ``reference_id`` belongs to the event that answers the requester. EventOffHook and
        EventOnHook of the addressee are added where they are due. The far end of a trunk is out of
        hearing, and a queue has no receiver and no view of its calls.
        """
        if party.kind is not DEVICE:
            if party.kind is QUEUE:
                self.events.append(self._event(name, call, party, detail, reference_id))
            return
        dn = party.dn
        if name in _LIFTS_RECEIVER and not self._before.off_hook(dn):
            self._tell_device(_OFF_HOOK, dn)
        self.events.append(self._event(name, call, party, detail, reference_id))
        self.told.add((dn, party.id))
        if name in _PUTS_DOWN_RECEIVER and self._hangs_up(dn):
            self._tell_device(_ON_HOOK, dn)

    def _event(
        self, name: EventName, call: Call, party: Party, detail: Detail, reference_id: int | None
    ) -> Event:
        other_dn, other_dn_role = _other(call, party, detail)
        # Python passes more than 15 names slowly: what few events have is added to those.
        event = Event(
            name=name,
            this_dn=party.dn,
            time=self.now,
            conn_id=call.conn_id,
            call_uuid=call.uuid,
            call_type=call.call_type,
            call_state=detail.state,
            this_dn_role=party.role,
            other_dn=other_dn,
            other_dn_role=other_dn_role,
            dnis=call.dnis,
            ani=call.ani,
            extensions=extensions(name, call.call_type, party, self.settings),
            reference_id=reference_id,
            leg=self._leg(call, party) if party.kind is DEVICE else None,
        )
        if detail is PLAIN and not call.user_data and call.main is None and party.queued is None:
            return event
        return replace(event, **_rest(call, party, detail))

    def followed_by(self, second: "Draft") -> "Draft":
        """Return what this draft and one that was made on top of it, for its :attr:`after`, come
        to. Neither may set states."""
        calls = {call.conn_id: call for call in (*self.after.changed, *second.after.changed)}
        both = Draft(
            self._before,
            tuple(calls.values()),
            self.now,
            self._legs,
            self._states_before,
        )
        both.events = [*self.events, *second.events]
        both.told = self.told | second.told
        return both

    def state_of(self, dn: str) -> DnState | None:
        """Return the state that a DN shall have; None if it was never set."""
        return self._states.get(dn) or self._states_before.get(dn)

    def set_state(self, state: DnState) -> None:
        """Give a DN a new state. Nobody is told of it by that."""
        self._states[state.dn] = state

    def tell_state(
        self,
        name: EventName,
        state: DnState,
        *,
        other: str | None = None,
        reference_id: int | None = None,
    ) -> None:
        """Give a DN a new state and tell it so. One who logs out is still named."""
        before = self.state_of(state.dn)
        self.set_state(state)
        agent = state.agent
        event = Event(
            name=name,
            this_dn=state.dn,
            time=self.now,
            other_dn=other,
            this_queue=agent.queue if name in _OF_AGENTS else None,
            agent_id=agent.id or (before and before.agent.id) or None,
            work_mode=agent.work_mode if name is EventName.AGENT_NOT_READY else None,
            reason=agent.reason if name is EventName.AGENT_NOT_READY else None,
            reference_id=reference_id,
            dn_state=state,
        )
        self.events.append(event)

    def change(self) -> Change:
        """Return the change with all that was told."""
        return Change(
            time=self.now,
            events=tuple(self.events),
            calls=self.after.changed,
            refreshed=self._refreshed(),
            dn_states=tuple(self._states.values()),
        )

    def _hangs_up(self, dn: str) -> bool:
        """Tell whether the receiver goes down with the call that ``dn`` was just told about: the
        last that ends."""
        going_on = self.after.at(dn)
        if (going_on and self.after.off_hook(dn)) or not self._before.off_hook(dn):
            return False
        for call_id in self._before.at(dn):
            if call_id not in going_on and (dn, call_id) not in self.told:
                return False
        return True

    def was_told(self, party: Party) -> bool:
        """Whether a party was told anything about its call."""
        return (party.dn, party.id) in self.told

    def _tell_device(self, name: EventName, dn: str) -> None:
        self.events.append(Event(name=name, this_dn=dn, time=self.now))

    def _leg(self, call: Call, party: Party) -> Leg:
        """The party's view after the change; if it is gone by then, the last that it had."""
        after = self.after
        if party.id not in after.near[party.dn]:
            if self._before.get(call.conn_id) is call:
                return last_leg_of(call, party)
            return last_leg_of(*self._before.find(party.dn, party.id))
        if after.get(call.conn_id) is call:
            return self._legs.of(after, call, party)
        return self._legs.of(after, *after.find(party.dn, party.id))

    def _refreshed(self) -> tuple[Leg, ...]:
        """Return the legs that nobody was told about and that differ from before."""
        legs = []
        for number, ids in self.after.near.items():
            for call_id in ids:
                if (number, call_id) not in self.told:
                    leg = self._legs.of(self.after, *self.after.find(number, call_id))
                    if leg != self._leg_before(number, call_id):
                        legs.append(leg)
        return tuple(legs)

    def _leg_before(self, dn: str, call_id: str) -> Leg:
        return self._legs.of(self._before, *self._before.find(dn, call_id))


def _rest(call: Call, party: Party, detail: Detail) -> dict[str, object]:
    """The attributes that few events have."""
    rest: dict[str, object] = {}
    if call.user_data:
        rest["user_data"] = call.user_data
    if call.main is not None:
        rest["previous_conn_id"] = call.main
    if party.queued is not None:
        rest["this_queue"] = party.queued.dn
    if detail is not PLAIN:
        rest |= _of_detail(detail)
    return rest


def _of_detail(detail: Detail) -> dict[str, object]:
    rest: dict[str, object] = {
        "cause": detail.cause,
        "dtmf_digits": detail.digits,
        "private_message": detail.private_message,
    }
    if detail.previous is not None:
        rest["previous_conn_id"] = detail.previous
    if detail.third is not None:
        rest["third_party_dn"], rest["third_party_dn_role"] = detail.third
    return rest


def _other(call: Call, party: Party, detail: Detail) -> tuple[str | None, Role | None]:
    if detail.other is not UNSET:
        return detail.other or (None, None)
    parties = call.parties
    if len(parties) == TWO:
        one, other = parties
        return (other.dn, other.role) if one.dn == party.dn else (one.dn, one.role)
    if len(parties) > TWO:
        return None, None
    # Nobody is there but the number that was dialled ("DIAL" in the call models).
    return call.dnis, Role.DESTINATION
