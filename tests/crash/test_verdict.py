"""The verdict of the crash tests finds what they are about."""

from collections.abc import Callable

import pytest

from switchbell_client import Call, CallNotification, Notification, Resynchronised
from tests.crash.load import Done
from tests.crash.verdict import Told, faults_of, missing_operations

ANN = "agent15000"


def told(number: int, state: str = "Established") -> CallNotification:
    return CallNotification(
        message_type="CallStateChangeMessage",
        notification_type="StatusChange",
        call=Call(id=f"C{number}", state=state, user_data={"mark": f"m{number}"}),
        replay_id=number,
    )


DUE: list[Told] = [told(number) for number in range(1, 6)]


def test_each_once_and_in_order_is_no_fault() -> None:
    assert faults_of(ANN, [*DUE], DUE) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda all_: all_[:2] + all_[3:],
            "lost 1 of StatusChange Established of C3 (m3), due as 2",
        ),
        (lambda all_: [*all_[:2], all_[1], *all_[2:]], "told once too often: 1 of StatusChange"),
        (lambda all_: [all_[1], all_[0], *all_[2:]], "in another order, from 0: StatusChange"),
        (lambda all_: [*all_, told(9)], "told what never happened: 1 of StatusChange"),
        (lambda all_: [*all_, Resynchronised(calls=(), devices=())], "told to read all again"),
        (lambda all_: [told(9), *all_], "replay ids that do not grow"),
    ],
)
def test_a_fault_is_named(
    spoil: Callable[[list[Notification]], list[Notification]], fault: str
) -> None:
    faults = faults_of(ANN, spoil([*DUE]), DUE)
    assert any(fault in one for one in faults), faults


@pytest.mark.parametrize(
    "done",
    [
        Done(ANN, "Dial", mark="m6"),
        Done("agent15001", "Dial", mark="m1"),
        Done(ANN, "Hold", call_id="C1", shown_by="Held"),
        Done(ANN, "CompleteConference", shown_by="ParticipantsUpdated"),
    ],
)
def test_an_operation_that_was_forgotten_is_named(done: Done) -> None:
    [fault] = missing_operations([done], {ANN: DUE})
    assert "in the journal" in fault


def test_as_many_operations_as_there_are_traces_are_there() -> None:
    to_tell = {ANN: [told(1), told(1, "Held"), told(1)]}
    done = [
        Done(ANN, "Dial", mark="m1"),
        *[Done(ANN, "Answer", call_id="C1", shown_by="Established")] * 2,
    ]
    assert missing_operations(done, to_tell) == []
    assert len(missing_operations([*done, done[-1]], to_tell)) == 1
