"""Whatever is thrown at an engine, for however long, it answers, harms nobody, and forgets all."""

import logging
from random import Random

import pytest

from switchbell.bayeux.options import TRANSPORTS, BayeuxOptions
from tests.server.bayeux.storm import Storm

OPTIONS = {
    "default": BayeuxOptions(allowed_transports=TRANSPORTS),
    "lazy": BayeuxOptions(
        allowed_transports=TRANSPORTS,
        allow_message_delivery_during_handshake=True,
        lazy_channels=("/lazy", "/b/**"),
        max_lazy_timeout=300,
        handshake_reconnect=True,
        broadcast_to_publisher=False,
    ),
    "strict": BayeuxOptions(
        allowed_transports=TRANSPORTS,
        meta_connect_deliver_only=True,
        ws_require_handshake_per_connection=True,
        max_sessions=40,
        max_sessions_per_user=10,
        max_subscriptions=2,
    ),
    "small": BayeuxOptions(
        allowed_transports=TRANSPORTS,
        ws_meta_connect_deliver_only=True,
        allow_message_delivery_during_handshake=True,
        trust_client_session=True,
        multi_session_interval=0,
        max_queue=5,
        max_queue_bytes=1_000,
    ),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_a_storm_of_payloads_is_survived_and_forgotten(
    options: BayeuxOptions, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    seed = request.config.getoption("--fuzz-seed")
    storm = Storm(options, Random(f"{seed} {options}"))
    for number in range(request.config.getoption("--fuzz-payloads") // len(OPTIONS)):
        body = storm.mutations.body()
        try:
            storm.fire(body)
            storm.stir()
            assert not caplog.records
            if number % 100 == 0:
                storm.check_bystanders()
            if number % 1_000 == 0:
                storm.check_tables()
        except BaseException as error:
            error.add_note(f"--fuzz-seed {seed}, payload {number}: {body!r}")
            raise
    assert 0.02 < storm.refused / (number + 1) < 0.3, "most are understood, and not all"
    storm.calm()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
