"""What the operations work with: the calls as they stand, and how the centre is set up."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from switchbell.voice.calls import Calls
from switchbell.voice.consultation import obstacles
from switchbell.voice.draft import Draft
from switchbell.voice.errors import DestinationBusy, InvalidDestination
from switchbell.voice.model import Call, Device, Party, PartyState, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import (
    CallOperation,
    Dial,
    InitiateConference,
    InitiateTransfer,
)
from switchbell.voice.placing import new_call
from switchbell.voice.transitions import next_state, require_free


class Switch(Struct, frozen=True):
    """The present of a centre. Operations read it, and return a draft of what is to be."""

    calls: Calls
    devices: Mapping[str, Device]
    settings: Settings
    numbering: Numbering

    def draft(self, now: float, *changed: Call) -> Draft:
        """Begin a change that gives these calls new values."""
        return Draft(self.calls, changed, now=now, settings=self.settings)

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

    def require_destination(self, destination: str, taken: Iterable[str]) -> None:
        """Raise InvalidDestination for a number that is none, or is one of those concerned."""
        if destination not in self.devices or destination in taken:
            raise InvalidDestination("The destination is not a number that can be called here.")

    def place(self, request: Dial | InitiateConference | InitiateTransfer, now: float) -> Call:
        """Return a new call to the destination; if that has no line left, the caller is alone."""
        return new_call(
            request,
            self.numbering.take(),
            now,
            busy=self.is_busy(request.destination),
            rings_until=self.rings_until(now),
        )

    def rings_until(self, now: float) -> float:
        """Return until when a party rings that begins to do so now."""
        return now + self.settings.ring_timeout

    def is_busy(self, dn: str) -> bool:
        """Tell whether the device of a DN has no line left."""
        return len(self.calls.at(dn)) >= self.settings.lines

    def require_line(self, destination: str) -> None:
        """Raise DestinationBusy if a destination cannot take a call."""
        if self.is_busy(destination):
            raise DestinationBusy("The destination is busy.")
