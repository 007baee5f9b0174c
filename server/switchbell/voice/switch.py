"""What the operations work with: the calls as they stand, and how the centre is set up."""

from msgspec import Struct

from switchbell.voice.agents import DnStates
from switchbell.voice.calls import Calls, with_supervision_settled
from switchbell.voice.consultation import obstacles
from switchbell.voice.draft import Draft
from switchbell.voice.model import Call, Party, PartyState, Settings
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
    settings: Settings
    numbering: Numbering
    routing: Routing

    def draft(self, now: float, *changed: Call) -> Draft:
        """Begin a change that gives these calls new values."""
        if self.states.is_anybody_monitored:
            changed = tuple([with_supervision_settled(call) for call in changed])
        return Draft(self.calls, changed, now, self.settings, self.states)

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
