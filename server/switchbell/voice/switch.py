"""What the operations work with: the calls as they stand, and how the centre is set up."""

from msgspec import Struct

from switchbell.voice.agents import DnStates
from switchbell.voice.calls import Calls, with_observers_left
from switchbell.voice.consultation import obstacles
from switchbell.voice.draft import Draft
from switchbell.voice.model import Call, Party, PartyState, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.numbers import Numbers
from switchbell.voice.operations import CallOperation
from switchbell.voice.routing import Routing
from switchbell.voice.transitions import next_state, require_free


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
        calls = tuple([with_observers_left(call) if call.observers else call for call in changed])
        return Draft(self.calls, calls, now=now, settings=self.settings, states=self.states)

    def find(self, operation: CallOperation) -> tuple[Call, Party]:
        """Return the call that is meant, and the part that the DN which asks has in it. Raises
        UnknownDevice and UnknownCall."""
        return self.calls.find(operation.dn, operation.call)

    def next_state(self, operation: CallOperation, party: Party) -> PartyState:
        """Return what becomes of the party that asks. Raises the operation's refusal."""
        in_the_way = obstacles(self.calls, *self.find(operation), self.settings)
        return next_state(type(operation), party.state, in_the_way)

    def require_free(self, operation: CallOperation, party: Party) -> None:
        """Raise the operation's refusal if something stands in its way, whatever the state."""
        require_free(type(operation), obstacles(self.calls, *self.find(operation), self.settings))
