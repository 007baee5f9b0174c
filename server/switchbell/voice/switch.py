"""What the operations work with: the calls as they stand, and how the centre is set up."""

from msgspec import Struct
from msgspec.structs import replace

from switchbell.voice.agents import DnStates
from switchbell.voice.calls import Calls, is_outside, is_there, with_supervision_settled
from switchbell.voice.consultation import obstacles
from switchbell.voice.draft import Draft
from switchbell.voice.legs import Legs
from switchbell.voice.model import FAR_END, Call, Due, Party, PartyState, Settings, Timer
from switchbell.voice.numbering import Numbering
from switchbell.voice.numbers import Numbers
from switchbell.voice.operations import CallOperation
from switchbell.voice.routing import Routing
from switchbell.voice.transitions import OBSTACLES, next_state, require_free


class Switch(Struct, frozen=True):
    """The present of a centre. Operations read it, and return a draft of what is to be."""

    calls: Calls
    states: DnStates
    numbers: Numbers
    legs: Legs
    numbering: Numbering
    routing: Routing

    @property
    def settings(self) -> Settings:
        return self.legs.settings

    def draft(self, now: float, *changed: Call) -> Draft:
        """Begin a change that gives these calls new values."""
        if self.states.is_anybody_monitored:
            changed = tuple([with_supervision_settled(call) for call in changed])
        for call in changed:
            # It tells most calls from those that nobody in the centre is on.
            if call.parties and call.parties[0].kind is FAR_END:
                changed = tuple([self._limited(one, now) for one in changed])
                break
        return Draft(self.calls, changed, now, self.legs, self.states)

    def _limited(self, call: Call, now: float) -> Call:
        """Return ``call`` with an end to it if nobody in the centre could bring that about."""
        if not is_outside(call) or not all(map(is_there, call.parties)):
            return call
        if any(party.timer is not None for party in call.parties):
            return call
        first, *others = call.parties
        end = Timer(now + self.settings.trunk_to_trunk, Due.HANG_UP)
        return replace(call, parties=(replace(first, timer=end), *others))

    def find(self, operation: CallOperation) -> tuple[Call, Party]:
        """Return the call that is meant, and the part that the DN which asks has in it. Raises
        UnknownDevice and UnknownCall."""
        return self.calls.find(operation.dn, operation.call)

    def next_state(self, operation: CallOperation, call: Call, party: Party) -> PartyState:
        """Return what becomes of the party that asks. Raises the operation's refusal."""
        kind = type(operation)
        # Nothing can be in the way of most operations.
        in_the_way = obstacles(self.calls, call, party, self.settings) if kind in OBSTACLES else 0
        return next_state(kind, party.state, in_the_way)

    def require_free(self, operation: CallOperation, call: Call, party: Party) -> None:
        """Raise the operation's refusal if something stands in its way, whatever the state."""
        require_free(type(operation), obstacles(self.calls, call, party, self.settings))
