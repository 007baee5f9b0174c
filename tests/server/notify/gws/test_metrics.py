from switchbell.notify.gws.metrics import with_metrics
from switchbell.notify.notification import Notification

NOTIFICATION = Notification(
    audience="anna", channel="/v2/me/calls", payload={"messageType": "CallStateChangeMessage"}
)


def test_notifications_say_how_long_they_took() -> None:
    [told] = with_metrics(
        [NOTIFICATION], happened=1700000000.25, composed=1700000000.5, nanoseconds=410_000
    )
    assert (told.audience, told.channel) == ("anna", "/v2/me/calls")
    assert told.payload == {
        "messageType": "CallStateChangeMessage",
        "metrics": {
            "eventProcessing": {
                "nodeProcessingTimeNanos": 410000,
                "serverGenerationTimestamp": 1700000000500,
                "serverProcessingTimeTotalMs": 250,
            }
        },
    }


def test_what_was_composed_without_is_left_as_it_is() -> None:
    with_metrics([NOTIFICATION], happened=1.0, composed=2.0, nanoseconds=3)
    assert "metrics" not in NOTIFICATION.payload


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    [told] = with_metrics([NOTIFICATION], happened=2.0, composed=1.0, nanoseconds=3)
    assert told.payload["metrics"]["eventProcessing"]["serverProcessingTimeTotalMs"] == 0
