"""What changes have led to."""

from switchbell.voice.agents import DnState
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change
from switchbell.voice.model import Call
from switchbell.voice.numbering import place_of


class LiveState:
    """The latest state of every call that goes on and of every DN, as changes carry it."""

    def __init__(self, beginning: Snapshot) -> None:
        self._site = beginning.site
        self._calls: dict[str, Call] = {call.conn_id: call for call in beginning.calls}
        self._dn_states: dict[str, DnState] = {state.dn: state for state in beginning.dn_states}
        self._issued = beginning.issued

    def apply(self, change: Change) -> None:
        """Take note of a change."""
        for call in change.calls:
            self._issued = max(self._issued, place_of(call.conn_id))
            if call.parties:
                self._calls[call.conn_id] = call
            else:
                self._calls.pop(call.conn_id, None)
        for state in change.dn_states:
            self._dn_states[state.dn] = state

    def snapshot(self) -> Snapshot:
        """Return all of it, as a core goes on from it."""
        return Snapshot(
            site=self._site,
            calls=tuple(self._calls.values()),
            dn_states=tuple(self._dn_states.values()),
            issued=self._issued,
        )
