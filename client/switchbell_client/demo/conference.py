"""The scenario: a call, a consultation about it, a conference, and everyone leaves."""

from collections.abc import Callable, Mapping

from switchbell_client.agent import AgentClient
from switchbell_client.demo.stage import Cue, Stage

A, B, C = "15000", "15001", "15002"
_JOINED = "ParticipantsUpdated"


async def play(
    agents: Mapping[str, AgentClient], stage: Stage, announce: Callable[[str], None]
) -> None:
    """Play it through. ``agents`` are by number. Raises ``StepFailed`` where it goes wrong."""
    announce(f"{A} dials {B}")
    main_a, main_b = await stage.step(
        agents[A].dial(B, {"demo": "conference"}),
        _cue(A, "Dialing", "Internal", B),
        _cue(B, "Ringing", "Internal", A),
    )
    announce(f"{B} answers")
    await stage.step(
        agents[B].answer(main_b),
        _cue(A, "Established", "Internal", B),
        _cue(B, "Established", "Internal", A),
    )
    announce(f"{A} consults {C}")
    _, consult_a, consult_c = await stage.step(
        agents[A].initiate_conference(main_a, C),
        _cue(A, "Held", "Internal", B),
        _cue(A, "Dialing", "Consult", C),
        _cue(C, "Ringing", "Consult", A),
    )
    announce(f"{C} answers")
    await stage.step(
        agents[C].answer(consult_c),
        _cue(A, "Established", "Consult", C),
        # The main call again: it can now be completed, and its capabilities say so.
        _cue(A, "Held", "Internal", B),
        _cue(C, "Established", "Consult", A),
    )
    announce(f"{A} completes the conference")
    await stage.step(
        agents[A].complete_conference(consult_a),
        _cue(A, "Released", "Consult"),
        _cue(A, "Established", "Internal", B, C, type_=_JOINED),
        _cue(B, "Established", "Internal", A, C, type_=_JOINED),
        _cue(C, "Established", None, A, B, type_=_JOINED),
    )
    announce(f"{A} hangs up")
    await stage.step(
        agents[A].hangup(main_a),
        _cue(A, "Released"),
        _cue(B, "Established", None, C, type_=_JOINED),
        _cue(C, "Established", None, B, type_=_JOINED),
    )
    announce(f"{B} hangs up, which ends the call for {C}")
    await stage.step(agents[B].hangup(main_b), _cue(B, "Released"), _cue(C, "Released"))


def _cue(
    agent: str,
    state: str,
    call_type: str | None = None,
    *participants: str,
    type_: str = "StatusChange",
) -> Cue:
    others = frozenset(participants) if participants else None
    return Cue(agent=agent, state=state, type=type_, call_type=call_type, participants=others)
