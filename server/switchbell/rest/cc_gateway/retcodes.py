"""The codes of answers, and which of them a refusal of the core becomes ("Error codes")."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from switchbell.voice import errors as voice


class RetCode(StrEnum):
    """``retcode``. The public pages do not say what those of calls (200-...) mean: the ones that a
    page lists mean here what it suggests, the others are of our own choosing."""

    SUCCESS = "0"
    WRONG_WAY_OF_EVENTS = "000-001"
    PARAMETER_INVALID = "000-002"
    NO_PERMISSION = "000-003"
    INSPECTS_ITSELF = "000-005"
    MESSAGE_INVALID = "000-006"
    SIGN_IN_EMPTY = "100-001"
    ALREADY_SIGNED_IN = "100-002"
    NOT_AVAILABLE = "100-003"
    WRONG_PASSWORD = "100-004"  # noqa: S105 - a code
    SIGN_OUT_INVALID = "100-005"
    NOT_SIGNED_IN = "100-006"
    INTERNAL_ERROR = "100-007"
    STATE_NOT_SET = "100-009"
    SIGN_OUT_IN_CALL = "100-010"
    SIGN_IN_INVALID = "100-011"
    AGENT_TYPE_INVALID = "100-012"
    PHONE_INVALID = "100-013"
    IP_INVALID = "100-016"
    SIGN_IN_IN_PROGRESS = "100-021"
    LOCKED = "110-016"
    NOTHING_TO_ANSWER = "200-002"
    CANNOT_CALL = "200-003"
    CANNOT_HOLD = "200-005"
    CANNOT_RETRIEVE = "200-006"
    CANNOT_MUTE = "200-007"
    CANNOT_UNMUTE = "200-008"
    NOT_HELD_TO_JOIN = "200-010"
    CANNOT_JOIN = "200-011"
    NOTHING_ACTIVE_TO_SWAP = "200-013"
    NOT_HELD_TO_SWAP = "200-014"
    CANNOT_CONSULT = "200-015"
    NOTHING_TO_RELEASE = "200-017"
    CANNOT_TRANSFER = "200-018"
    NOTHING_TO_TAKE_BACK = "200-019"
    CANNOT_SEND_TONES = "200-020"
    CANNOT_PICK_UP = "200-021"
    PHONE_NOT_SET = "200-022"
    NOT_ON_CALL = "200-023"
    CANNOT_DISCONNECT = "200-024"
    NOTHING_TO_DROP = "200-025"
    NOT_OFFERED = "200-099"
    HELD_IN_HELP = "200-204"
    NO_SUCH_CALL = "300-001"


# Refusals of the core that are about what was asked for. Any other one is about the state, and is
# told by the code that the operation has for that.
VOICE_CODES: Mapping[type[voice.VoiceError], RetCode] = MappingProxyType(
    {
        voice.InvalidDestination: RetCode.PARAMETER_INVALID,
        voice.InvalidValue: RetCode.PARAMETER_INVALID,
    }
)


class Refused(Exception):
    """A request that is refused. The text is for its sender; without a ``code`` it is told by the
    one that the operation has for the wrong state."""

    def __init__(self, message: str, code: RetCode | None = None) -> None:
        super().__init__(message)
        self.code = code
