"""What follows from a change of calls: for agents whose calls have ended, and for supervisors."""

from msgspec.structs import replace

from switchbell.voice.agent_states import after_call_work
from switchbell.voice.agents import AgentState, DnState
from switchbell.voice.calls import is_there
from switchbell.voice.draft import Detail, Draft
from switchbell.voice.events import EventName
from switchbell.voice.model import DEVICE, OBSERVING, Party
from switchbell.voice.supervising import leave_monitored_call


def settle(draft: Draft) -> None:
    """Add to a change what follows for those who are on a call no longer."""
    for party, conn_id in draft.after.left:
        if party.kind is not DEVICE or party.id in draft.after.near[party.dn]:
            continue
        if party.state is OBSERVING and not draft.was_told(party):
            _dismiss(draft, party, conn_id)
        state = draft.state_of(party.dn)
        if state is not None:
            leave_monitored_call(draft, state, party, conn_id)
            _free(draft, draft.state_of(party.dn) or state, party)


def _dismiss(draft: Draft, observer: Party, conn_id: str) -> None:
    call = draft.after.get(conn_id)
    assert call is not None
    draft.tell(EventName.RELEASED, call, observer, Detail(other=None))


def _leaves_work(draft: Draft, party: Party) -> bool:
    """Whether a party has done with a call from a queue, which may have become one with another of
    his."""
    if party.queued is None or not is_there(party):
        return False
    return all(one.queued != party.queued for _, one in draft.after.of(party.dn))


def _free(draft: Draft, state: DnState, party: Party) -> None:
    """A call from a queue leaves work, if it was answered. Otherwise an agent who has talked waits
    for his next call from now on; one whose telephone only rang has waited all the time."""
    if state.agent.state is not AgentState.READY:
        return
    if draft.settings.wrap_up > 0 and _leaves_work(draft, party):
        after_call_work(draft, state)
    elif is_there(party):
        draft.set_state(replace(state, agent=replace(state.agent, free_since=draft.now)))
