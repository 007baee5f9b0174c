"""Why a message is refused: the error texts of Bayeux replies, under CometD's names."""

from enum import StrEnum


class Refusal(StrEnum):
    """The ``error`` of an unsuccessful reply, ``code:args:text``. None reflects input."""

    CHANNEL_MISSING = "400::channel_missing"
    DATA_MISSING = "400::data_missing"
    HANDSHAKE_NOT_ALONE = "400::handshake_not_alone"
    SESSION_UNKNOWN = "402::session_unknown"
    CONNECTION_TYPES = "403::connection_types_unsupported"
    HANDSHAKE_DENIED = "403::handshake_denied"
    TOO_MANY_SESSIONS = "403::too_many_sessions"
    SUBSCRIPTION_MISSING = "403::subscription_missing"
    SUBSCRIPTION_INVALID = "403::subscription_invalid"
    SUBSCRIBE_DENIED = "403::subscribe_denied"
    TOO_MANY_SUBSCRIPTIONS = "403::too_many_subscriptions"
    PUBLISH_DENIED = "403::publish_denied"
    CHANNEL_UNKNOWN = "404::channel_unknown"
    CHANNEL_INVALID = "405::channel_invalid"
    MESSAGE_ID_INVALID = "405::message_id_invalid"
    SERVER_ERROR = "500::server_error"


class MessageRefused(Exception):
    """Stops the processing of one message; becomes its reply. ``advice`` goes into that reply."""

    def __init__(self, refusal: Refusal, advice: dict[str, object] | None = None) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.advice = advice
