"""What can go wrong between an agent's program and the server.

Hierarchy::

    SwitchbellError
        AuthenticationFailed    the server does not know the user, or not with this password
        OperationRefused        the server understood, and said no; carries its statusCode
        ConnectionLost          no answer, or the notification session ended
        UnexpectedAnswer        something answered that does not speak the GWS API
    RuntimeError
        NotLoggedIn             a mistake of the program: the agent's client is not in its block
"""


class SwitchbellError(Exception):
    """Base of everything that this package raises about the server."""


class AuthenticationFailed(SwitchbellError):
    """The server refused the user name and password."""


class OperationRefused(SwitchbellError):
    """The server refused an operation or a read.

    ``status_code`` is the API's own code (3: forbidden now, 6: not found ...), ``message`` its
    text for it, ``http_status`` the status of the HTTP answer.
    """

    def __init__(self, status_code: int, message: str, http_status: int) -> None:
        super().__init__(f"{message or 'refused'} (statusCode {status_code}, HTTP {http_status})")
        self.status_code = status_code
        self.message = message
        self.http_status = http_status


class ConnectionLost(SwitchbellError):
    """The server cannot be reached, does not answer in time, or ended the session."""


class UnexpectedAnswer(SwitchbellError):
    """An answer or a notification is not of the form that the API defines."""


class NotLoggedIn(RuntimeError):
    """An ``AgentClient`` was used before its ``async with`` block or after it."""
