"""The states of an agent, under the names and ids of Web Services."""

import pytest

from switchbell.notify.gws.user_states import user_state
from switchbell.voice.agents import NOBODY, Agent, AgentState, WorkMode

NOT_READY = AgentState.NOT_READY


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (
            Agent(state=AgentState.READY),
            {
                "id": "9430250E-0A1B-421F-B372-F29E69366DED",
                "displayName": "Ready",
                "state": "Ready",
            },
        ),
        (
            Agent(state=NOT_READY),
            {
                "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
                "displayName": "Not Ready",
                "state": "NotReady",
            },
        ),
        (
            Agent(state=NOT_READY, work_mode=WorkMode.AFTER_CALL_WORK),
            {
                "id": "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF",
                "displayName": "AfterCallWork",
                "state": "NotReady",
                "workMode": "AfterCallWork",
            },
        ),
        (
            Agent(state=NOT_READY, work_mode=WorkMode.AUX_WORK),
            {
                "id": "2B36138D-C564-4562-A8CB-3C32D564F296",
                "displayName": "AuxWork",
                "state": "NotReady",
                "workMode": "AuxWork",
            },
        ),
        (
            NOBODY,
            {
                "id": "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB",
                "displayName": "Offline",
                "state": "LoggedOut",
            },
        ),
        (Agent(state=AgentState.LOGGED_IN), {"state": "LoggedIn"}),
        (
            Agent(state=NOT_READY, reason="Lunch"),
            {
                "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
                "displayName": "Not Ready",
                "state": "NotReady",
                "reason": "Lunch",
            },
        ),
    ],
)
def test_a_user_state_has_the_fields_that_it_has_values_for(
    agent: Agent, shown: dict[str, str]
) -> None:
    assert user_state(agent) == shown
