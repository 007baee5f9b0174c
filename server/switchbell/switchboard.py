"""The use case: an operation is handed to the core, its change is kept, its sender is answered."""

from collections.abc import Callable

from switchbell.journal.base import Journal
from switchbell.voice.core import VoiceCore
from switchbell.voice.model import Leg
from switchbell.voice.operations import Operation


class Switchboard:
    """The one place through which operations pass, in order. ``clock`` gives seconds since 1970."""

    def __init__(self, core: VoiceCore, journal: Journal, clock: Callable[[], float]) -> None:
        self._core = core
        self._journal = journal
        self._clock = clock

    def now(self) -> float:
        return self._clock()

    async def execute(self, operation: Operation) -> int:
        """Carry out an operation. When this returns it has happened and will not be forgotten; the
        number of the change is the result. Raises VoiceError, and then nothing has happened."""
        # Nothing is awaited between the two calls: the journal has changes in the core's order.
        change = self._core.execute(operation, self._clock())
        return await self._journal.commit(change)

    def legs(self, dn: str) -> tuple[Leg, ...]:
        """The calls at a DN, oldest first. Raises UnknownDevice."""
        return self._core.legs(dn)

    def leg(self, dn: str, call_id: str) -> Leg:
        """One call at a DN. Raises UnknownCall."""
        return self._core.leg(dn, call_id)
