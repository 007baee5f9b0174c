"""Refusals of the voice core, each with its T-Library error code.

A refused operation has changed nothing and nobody else has heard of it.
"""


class VoiceError(Exception):
    """An operation that the core refuses. ``code`` is the ErrorCode of the EventError."""

    code = 50


class UnknownCall(VoiceError):
    """The DN is no party of such a call."""

    code = 56


class UnknownDevice(VoiceError):
    """The DN is not one of the centre's."""

    code = 59


class InvalidDestination(VoiceError):
    """The destination is not a number that can be called here."""

    code = 71


class UnknownParticipant(VoiceError):
    """Nobody of that number is on the conference."""

    code = 53


class WrongState(VoiceError):
    """The call's or device's state does not allow the operation."""

    code = 185


class AlreadyInState(VoiceError):
    """The call is already in the state that was asked for."""

    code = 43


class CannotAnswer(VoiceError):
    """The call cannot be answered: it does not ring, or the DN is dialling another one."""

    code = 174


class CannotRelease(VoiceError):
    """The call cannot be released in its present state."""

    code = 175


class CannotRetrieve(VoiceError):
    """The call cannot be retrieved: it is not on hold, or another call is active."""

    code = 171


class CannotCompleteConference(VoiceError):
    """No consultation that could be completed."""

    code = 96


class CannotCompleteTransfer(VoiceError):
    """No consultation to hand a call over to."""

    code = 98


class InvalidValue(VoiceError):
    """A parameter has a value that cannot be used."""

    code = 53


class DestinationBusy(VoiceError):
    """The destination has no line left."""

    code = 231


class AlreadySeized(VoiceError):
    """Somebody else has what was asked for."""

    code = 42


class NotSupported(VoiceError):
    """The switch is not set up for this."""

    code = 51
