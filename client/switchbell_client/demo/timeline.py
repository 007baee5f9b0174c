"""What the demo shows: steps, and the notifications that they bring, one line each."""

import time
from typing import TextIO, cast

from rich.console import Console
from rich.text import Text

from switchbell_client.command_line import nobody_reads
from switchbell_client.model import CallNotification

_COLOURS = ("cyan", "magenta", "yellow", "blue", "green")
_STATES = {"Established": "green", "Held": "yellow", "Released": "red"}


class Screen(Console):
    """A console that goes silent when its reader has gone: rich's would end the program where it
    stands, in the middle of a call."""

    def on_broken_pipe(self) -> None:
        """Write no more."""
        self.quiet = True
        nobody_reads(cast("TextIO", self.file))


class Timeline:
    """Prints to a console. Times are in seconds since it was made."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._colours: dict[str, str] = {}

    def remark(self, text: str) -> None:
        """Say something before it begins."""
        self._line(Text(text))

    def heading(self, url: str) -> None:
        """Say where the server is, and name the columns."""
        self._console.print(f"Server: {url}", highlight=False)
        columns = ("time", "agent", "notification", "call", "state", "participants")
        self._line(Text("{:>7}  {:<10}  {:<20}  {:<8}  {:<12}  {}".format(*columns), "dim"))

    def step(self, text: str) -> None:
        """Announce what is done next."""
        self._console.print()
        self._line(Text(text, "bold"))

    def notification(self, agent: str, notification: CallNotification) -> None:
        """Show one notification."""
        call = notification.call
        kind = "consult" if call.call_type == "Consult" else "main"
        others = ", ".join(participant.phone_number for participant in call.participants)
        self._line(
            Text.assemble(
                f"{notification.received_at - self._began:7.3f}  ",
                (f"{agent:<10}  ", self._colour(agent)),
                f"{notification.notification_type:<20}  ",
                (f"{kind:<8}  ", "italic" if kind == "consult" else ""),
                (f"{call.state:<12}  ", _STATES.get(call.state, "")),
                others,
            )
        )

    def end(self, text: str) -> None:
        """Say how it ended."""
        self._console.print()
        self._line(Text(text, "bold green"))

    def _colour(self, agent: str) -> str:
        return self._colours.setdefault(agent, _COLOURS[len(self._colours) % len(_COLOURS)])

    def _line(self, text: Text) -> None:
        # A narrow terminal folds a long line; without a terminal a line stays one line.
        self._console.print(text, soft_wrap=True)
