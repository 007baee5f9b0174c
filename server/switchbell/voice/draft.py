"""A change in the making: the successors of some calls, and what each party is told about it."""

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from switchbell.voice.calls import Calls, Successor
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.legs import leg_of
from switchbell.voice.model import Call, CallState, Cause, Leg, Party, PartyState, Role, Settings

_LIFTS_RECEIVER = frozenset({EventName.DIALING, EventName.ESTABLISHED})


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


PLAIN = Detail()


class Draft:
    """Collects the events of a change, in the order in which they are told.

    ``changed`` are the new values of all calls that the change touches. Nothing is altered before
    :attr:`after` is adopted.
    """

    def __init__(
        self, before: Calls, changed: tuple[Call, ...], *, now: float, settings: Settings
    ) -> None:
        self.after = Successor(before, changed)
        self._before = before
        self._now = now
        self._settings = settings
        self._events: list[Event] = []
        self._told: set[tuple[str, str]] = set()

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
        EventOnHook of the addressee are added where they are due.
        """
        if name in _LIFTS_RECEIVER and not self._before.off_hook(party.dn):
            self._tell_device(EventName.OFF_HOOK, party.dn)
        other_dn, other_dn_role = _other(call, party, detail) or (None, None)
        third_party_dn, third_party_dn_role = detail.third or (None, None)
        event = Event(
            name=name,
            this_dn=party.dn,
            time=self._now,
            conn_id=call.conn_id,
            previous_conn_id=detail.previous or call.main,
            call_uuid=call.uuid,
            call_type=call.call_type,
            call_state=detail.state,
            cause=detail.cause,
            this_dn_role=party.role,
            other_dn=other_dn,
            other_dn_role=other_dn_role,
            third_party_dn=third_party_dn,
            third_party_dn_role=third_party_dn_role,
            dnis=call.dnis,
            ani=call.ani,
            user_data=call.user_data or None,
            dtmf_digits=detail.digits,
            reference_id=reference_id,
            leg=self._leg(party),
        )
        self._events.append(event)
        self._told.add((party.dn, party.id))
        if name is EventName.RELEASED and self._hangs_up(party.dn):
            self._tell_device(EventName.ON_HOOK, party.dn)

    def change(self) -> Change:
        """Return the change with all that was told."""
        return Change(
            time=self._now,
            events=tuple(self._events),
            calls=self.after.changed,
            refreshed=self._refreshed(),
        )

    def _hangs_up(self, dn: str) -> bool:
        """Tell whether the receiver goes down with the call that ``dn`` was just told about: the
        last that ends."""
        if self.after.off_hook(dn) or not self._before.off_hook(dn):
            return False
        ended = self._before.at(dn).keys() - self.after.at(dn).keys()
        return all((dn, call_id) in self._told for call_id in ended)

    def _tell_device(self, name: EventName, dn: str) -> None:
        self._events.append(Event(name=name, this_dn=dn, time=self._now))

    def _leg(self, party: Party) -> Leg:
        if party.id in self.after.at(party.dn):
            return leg_of(self.after, party.dn, party.id, self._settings)
        last = leg_of(self._before, party.dn, party.id, self._settings)
        return replace(last, state=PartyState.RELEASED, capabilities=())

    def _refreshed(self) -> tuple[Leg, ...]:
        """Return the legs that nobody was told about and that differ from before."""
        legs = []
        for dn in self.after.involved():
            for call_id in self.after.at(dn):
                if (dn, call_id) not in self._told:
                    leg = leg_of(self.after, dn, call_id, self._settings)
                    if leg != leg_of(self._before, dn, call_id, self._settings):
                        legs.append(leg)
        return tuple(legs)


def _other(call: Call, party: Party, detail: Detail) -> tuple[str, Role] | None:
    if not isinstance(detail.other, UnsetType):
        return detail.other
    match call.parties:
        case (_,):
            # Nobody is there but the number that was dialled ("DIAL" in the call models).
            return call.dnis, Role.DESTINATION
        case (first, second):
            other = second if first.dn == party.dn else first
            return other.dn, other.role
        case _:
            return None
