"""A desktop for the tests: what an agent knows of his calls who is only told."""

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
# One who observes begins and ends to take part by these, and his role says which it is.
MOVES_AN_OBSERVER = {EventName.ESTABLISHED, EventName.PARTY_CHANGED}
BEGINS = {EventName.RINGING, EventName.DIALING}
GONE = {EventName.RELEASED, EventName.ABANDONED}


class Desktop:
    """States and the other parties from the events' attributes alone, pictures from the legs.

    A conference's newcomer is not told who is on it: ``others`` are some of the others, maybe all.
    One who observes is no party, whatever the monitored one is told of him.
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
        joins = event.name is EventName.ESTABLISHED and conn_id not in self.states
        if event.name in BEGINS or joins:
            assert conn_id not in self.states
            self.others[conn_id] = set()
            # The telephone of one who is brought in answers by itself.
            self.states[conn_id] = PartyState.RINGING
        elif event.name is EventName.PARTY_CHANGED:
            assert event.previous_conn_id is not None
            self.states[conn_id] = self.states.pop(event.previous_conn_id)
            self.others[conn_id] = self.others.pop(event.previous_conn_id)
            if event.third_party_dn_role is Role.TRANSFERRED_BY:
                self.others[conn_id] -= {event.third_party_dn or ""}
        self.states[conn_id] = self._next_state(event, self.states[conn_id])
        self._meet(event, conn_id)
        if event.name in GONE:
            del self.states[conn_id], self.others[conn_id]

    def _next_state(self, event: Event, state: PartyState) -> PartyState:
        if event.name in MOVES_AN_OBSERVER:
            if event.this_dn_role is Role.OBSERVER:
                return PartyState.OBSERVING
            if state is PartyState.OBSERVING:
                return PartyState.ESTABLISHED
        assert (event.this_dn_role is Role.OBSERVER) is (state is PartyState.OBSERVING)
        return SAYS.get(event.name) or state

    def _meet(self, event: Event, conn_id: str) -> None:
        """Note whom an event names besides its addressee."""
        if event.other_dn is None:
            return
        # A caller of a busy DN is alone, whatever he has dialled.
        busy = self.states[conn_id] is PartyState.BUSY
        observed = event.other_dn_role is Role.OBSERVER
        if busy or observed or event.name is EventName.PARTY_DELETED:
            self.others[conn_id] -= {event.other_dn}
        else:
            self.others[conn_id] |= {event.other_dn}

    def _show(self, leg: Leg) -> None:
        if leg.state is PartyState.RELEASED:
            assert leg.capabilities == ()
            del self.legs[leg.id]
        else:
            self.legs[leg.id] = leg
