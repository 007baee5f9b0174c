"""The states of an agent, under the names and ids of Web Services."""

import pytest

from switchbell.notify.gws.device_status import (
    AFTER_CALL_WORK,
    AUX_WORK,
    LOGGED_IN,
    LOGGED_OUT,
    NOT_READY,
    OFFLINE,
    READY,
    UserState,
    user_state,
)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (
            READY,
            {
                "id": "9430250E-0A1B-421F-B372-F29E69366DED",
                "displayName": "Ready",
                "state": "Ready",
            },
        ),
        (
            NOT_READY,
            {
                "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
                "displayName": "Not Ready",
                "state": "NotReady",
            },
        ),
        (
            AFTER_CALL_WORK,
            {
                "id": "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF",
                "displayName": "AfterCallWork",
                "state": "NotReady",
                "workMode": "AfterCallWork",
            },
        ),
        (
            AUX_WORK,
            {
                "id": "2B36138D-C564-4562-A8CB-3C32D564F296",
                "displayName": "AuxWork",
                "state": "NotReady",
                "workMode": "AuxWork",
            },
        ),
        (
            OFFLINE,
            {
                "id": "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB",
                "displayName": "Offline",
                "state": "LoggedOut",
            },
        ),
        (LOGGED_IN, {"state": "LoggedIn"}),
        (
            UserState(state="NotReady", display_name="Out to Lunch", reason="Lunch"),
            {"displayName": "Out to Lunch", "state": "NotReady", "reason": "Lunch"},
        ),
    ],
)
def test_a_user_state_has_the_fields_that_it_has_values_for(
    state: UserState, shown: dict[str, str]
) -> None:
    assert user_state(state) == shown


def test_nobody_is_logged_in_unless_it_is_said() -> None:
    assert LOGGED_OUT.user_state == OFFLINE
    assert LOGGED_OUT.do_not_disturb is False
    assert LOGGED_OUT.forward_to is LOGGED_OUT.monitoring is None
    assert LOGGED_OUT.capabilities == ()
