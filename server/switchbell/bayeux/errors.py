"""Why a message is refused: the error texts of Bayeux replies, under CometD's names."""

from enum import StrEnum


class Refusal(StrEnum):
    """The ``error`` of an unsuccessful reply, ``code:args:text``. None reflects input, but for a
    number."""

    CHANNEL_MISSING = "400::channel_missing"
    DATA_MISSING = "400::data_missing"
    HANDSHAKE_NOT_ALONE = "400::handshake_not_alone"
    REPLAY_INVALID = "400::replay_invalid"
    REPLAY_ID_INVALID = (
        "400::The replayId {replay_id} you provided was invalid. Please provide a valid ID, "
        "-2 to replay all events, or -1 to replay only new events."
    )
    SESSION_UNKNOWN = "402::session_unknown"
    CONNECTION_TYPES = "403::connection_types_unsupported"
    HANDSHAKE_DENIED = "403::handshake_denied"
    MULTIPLE_CLIENTS = "403::multiple_clients"
    TOO_MANY_SESSIONS = "403::too_many_sessions"
    SUBSCRIPTION_MISSING = "403::subscription_missing"
    SUBSCRIPTION_INVALID = "403::subscription_invalid"
    CREATE_DENIED = "403::create_denied"
    CHANNEL_CREATE_DENIED = "403::channel_create_denied"
    SUBSCRIBE_DENIED = "403::subscribe_denied"
    TOO_MANY_SUBSCRIPTIONS = "403::too_many_subscriptions"
    PUBLISH_DENIED = "403::publish_denied"
    CHANNEL_UNKNOWN = "404::channel_unknown"
    CHANNEL_INVALID = "405::channel_invalid"
    MESSAGE_ID_INVALID = "405::message_id_invalid"
    SERVER_ERROR = "500::server_error"


class MessageRefused(Exception):
    """Stops the processing of one message; becomes its reply.

    ``refusal`` becomes its ``error``, with ``numbers`` in the places that it has for them, and
    ``advice`` goes into it. Policies, authorizers, services and extensions of an application may
    raise it as well, with an error of their own: ``code:arguments:text``.
    """

    def __init__(
        self, refusal: str, advice: dict[str, object] | None = None, **numbers: int
    ) -> None:
        super().__init__(refusal)
        self.error = refusal.format(**numbers) if numbers else str(refusal)
        self.advice = advice
