"""What happens by itself, and when: parties that have rung for long enough, far ends that act, and
agents whose after-call work is over."""

from switchbell.voice.agents import DnState
from switchbell.voice.model import Timer
from switchbell.voice.schedule import Schedule

NO_CALL = ""
"""Stands in the place of a ConnID for what an agent does."""


class Timers:
    """The timers of parties, and of the agents' after-call work."""

    def __init__(self) -> None:
        self._schedule: Schedule[tuple[str, str]] = Schedule()

    def watch_party(self, conn_id: str, number: str, timer: Timer) -> None:
        """Note the timer of a party of a call."""
        self._schedule.set((conn_id, number), timer.at)

    def forget_party(self, conn_id: str, number: str) -> None:
        """Forget the timer of a party."""
        self._schedule.discard((conn_id, number))

    def watch_agent(self, state: DnState) -> None:
        """Note until when an agent has after-call work."""
        if state.agent.wrap_up_until is None:
            self._schedule.discard((NO_CALL, state.dn))
        else:
            self._schedule.set((NO_CALL, state.dn), state.agent.wrap_up_until)

    def first(self) -> tuple[float, tuple[str, str]] | None:
        """Return which timer ends first and when, by ConnID and number."""
        return self._schedule.first()
