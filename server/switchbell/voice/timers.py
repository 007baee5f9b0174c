"""What happens by itself, and when: parties that have rung for long enough, far ends that act, and
agents whose after-call work is over."""

from switchbell.voice.agents import DnState
from switchbell.voice.model import Call
from switchbell.voice.schedule import Schedule


class Timers:
    """The timers of parties, and of the agents' after-call work."""

    def __init__(self) -> None:
        self._parties: Schedule[tuple[str, str]] = Schedule()
        self._agents: Schedule[str] = Schedule()

    def watch_call(self, call: Call) -> None:
        """Note the timers of the parties of a call."""
        for party in call.parties:
            if party.timer is not None:
                self._parties.set((call.conn_id, party.dn), party.timer.at)

    def forget_call(self, call: Call) -> None:
        """Forget the timers of a call that is to be another from now on."""
        for party in call.parties:
            if party.timer is not None:
                self._parties.discard((call.conn_id, party.dn))

    def watch_agent(self, state: DnState) -> None:
        """Note until when an agent has after-call work."""
        if state.agent.wrap_up_until is None:
            self._agents.discard(state.dn)
        else:
            self._agents.set(state.dn, state.agent.wrap_up_until)

    def first_party(self) -> tuple[float, tuple[str, str]] | None:
        """Return whose timer ends first and when, by ConnID and number."""
        return self._parties.first()

    def first_agent(self) -> tuple[float, str] | None:
        """Return whose after-call work ends first, and when."""
        return self._agents.first()

    def next_time(self) -> float | None:
        """Return when the first of all ends."""
        party = self._parties.first()
        agent = self._agents.first()
        if party is None or agent is None:
            first = party or agent
            return None if first is None else first[0]
        return min(party[0], agent[0])
