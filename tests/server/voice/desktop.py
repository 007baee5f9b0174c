"""A desktop for the tests: what an agent knows who is only told."""

from switchbell.voice.events import Event, EventName
from switchbell.voice.model import Leg, PartyState, Role

# T-Library, generic state diagram: what an event makes of its addressee's party.
SAYS = {
    EventName.DIALING: PartyState.DIALING,
    EventName.RINGING: PartyState.RINGING,
    EventName.ESTABLISHED: PartyState.ESTABLISHED,
    EventName.DESTINATION_BUSY: PartyState.BUSY,
    EventName.HELD: PartyState.HELD,
    EventName.RETRIEVED: PartyState.ESTABLISHED,
}
GONE = {EventName.RELEASED, EventName.ABANDONED}


class Desktop:
    """States and the other parties from the events' attributes alone, pictures from the legs.

    A conference's newcomer is not told who is on it: ``others`` are some of the others, maybe all.
    """

    def __init__(self) -> None:
        self.states: dict[str, PartyState] = {}
        self.others: dict[str, set[str]] = {}
        self.legs: dict[str, Leg] = {}
        self.off_hook = False

    def hear(self, event: Event) -> None:
        if event.name in {EventName.OFF_HOOK, EventName.ON_HOOK}:
            assert self.off_hook is (event.name is EventName.ON_HOOK)
            self.off_hook = event.name is EventName.OFF_HOOK
            return
        assert event.conn_id is not None
        assert event.leg is not None
        self._follow(event, event.conn_id)
        self._show(event.leg)

    def refresh(self, leg: Leg) -> None:
        """Take a picture for which there was no event: who it does not show has been redirected."""
        assert self.legs[leg.id] != leg
        self.others[leg.conn_id] &= {*leg.participants}
        self._show(leg)

    def _follow(self, event: Event, conn_id: str) -> None:
        if event.name is EventName.RINGING or event.name is EventName.DIALING:
            assert conn_id not in self.states
            self.others[conn_id] = set()
        elif event.name is EventName.PARTY_CHANGED:
            assert event.previous_conn_id is not None
            self.states[conn_id] = self.states.pop(event.previous_conn_id)
            self.others[conn_id] = self.others.pop(event.previous_conn_id)
            if event.third_party_dn_role is Role.TRANSFERRED_BY:
                self.others[conn_id] -= {event.third_party_dn or ""}
        self.states[conn_id] = SAYS.get(event.name) or self.states[conn_id]
        # A caller of a busy DN is alone, whatever he has dialled.
        busy = self.states[conn_id] is PartyState.BUSY
        if busy or event.name is EventName.PARTY_DELETED:
            self.others[conn_id] -= {event.other_dn or ""}
        elif event.other_dn is not None:
            self.others[conn_id] |= {event.other_dn}
        if event.name in GONE:
            del self.states[conn_id], self.others[conn_id]

    def _show(self, leg: Leg) -> None:
        if leg.state is PartyState.RELEASED:
            assert leg.capabilities == ()
            del self.legs[leg.id]
        else:
            self.legs[leg.id] = leg
