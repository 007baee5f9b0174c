"""Which sessions listen to which channels."""

from switchbell.bayeux import channel as channels
from switchbell.bayeux.session import Session


class Subscriptions:
    """Sessions by channel or wildcard, in the order of subscribing."""

    def __init__(self) -> None:
        self._sessions: dict[str, dict[str, Session]] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, pattern: str) -> bool:
        return pattern in self._sessions

    def add(self, session: Session, pattern: str) -> None:
        session.subscriptions.add(pattern)
        self._sessions.setdefault(pattern, {})[session.client_id] = session

    def discard(self, session: Session, pattern: str) -> None:
        session.subscriptions.discard(pattern)
        listeners = self._sessions.get(pattern)
        if listeners is not None:
            listeners.pop(session.client_id, None)
            if not listeners:
                del self._sessions[pattern]

    def discard_all(self, session: Session) -> None:
        for pattern in tuple(session.subscriptions):
            self.discard(session, pattern)

    def listeners(self, channel: str) -> list[Session]:
        """The sessions that an event on ``channel`` goes to, each once however many of its
        subscriptions match."""
        tables = [
            table
            for pattern in channels.patterns(channel)
            if (table := self._sessions.get(pattern)) is not None
        ]
        if len(tables) == 1:
            return list(tables[0].values())
        merged: dict[str, Session] = {}
        for table in tables:
            merged |= table
        return list(merged.values())
