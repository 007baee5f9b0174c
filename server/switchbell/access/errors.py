"""Why it could not be found out who sends a request."""


class AccessError(Exception):
    """No answer to the question whether credentials are right. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Try again in {retry_after:.0f} s.")
        self.retry_after = retry_after


class TooManyAttempts(AccessError):
    """There were too many wrong passwords before."""


class TooBusy(AccessError):
    """Too many passwords wait to be checked."""
