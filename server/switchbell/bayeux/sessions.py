"""All sessions of an engine, and everything that must know of a session's coming and going."""

from collections.abc import Callable, Iterable, Iterator

from switchbell.bayeux import channel as channels
from switchbell.bayeux.deadlines import Deadlines
from switchbell.bayeux.session import Session
from switchbell.bayeux.subscriptions import Subscriptions


class Sessions:
    """Sessions by client id, by user, by channel and by deadline."""

    def __init__(self, new_client_id: Callable[[], str]) -> None:
        self._new_client_id = new_client_id
        self._by_client_id: dict[str, Session] = {}
        self._by_user: dict[str | None, dict[str, Session]] = {}
        self.subscriptions = Subscriptions()
        self.deadlines = Deadlines()

    def __len__(self) -> int:
        return len(self._by_client_id)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_client_id.values()))

    def __contains__(self, session: Session) -> bool:
        return self._by_client_id.get(session.client_id) is session

    def get(self, client_id: str) -> Session | None:
        return self._by_client_id.get(client_id)

    def count_of(self, user: str | None) -> int:
        return len(self._by_user.get(user, ()))

    def create(self, user: str | None, *, interval: float, expiry: float) -> Session:
        session = Session(self._new_client_id(), user, interval, expiry)
        self._by_client_id[session.client_id] = session
        self._by_user.setdefault(user, {})[session.client_id] = session
        return session

    def remove(self, session: Session) -> None:
        session.dismissed = True  # for those who are about to tell it something
        del self._by_client_id[session.client_id]
        siblings = self._by_user[session.user]
        del siblings[session.client_id]
        if not siblings:
            del self._by_user[session.user]
        self.subscriptions.discard_all(session)
        self.deadlines.forget(session)
        session.clear()

    def listeners(self, channel: str, audience: Iterable[str] | None) -> list[Session]:
        """The sessions that hear an event on ``channel``; those of the users in ``audience`` only,
        if there is one."""
        if audience is None:
            return self.subscriptions.listeners(channel)
        patterns = channels.patterns(channel)
        return [
            session
            for user in dict.fromkeys(audience)
            for session in self._by_user.get(user, {}).values()
            if not session.subscriptions.isdisjoint(patterns)
        ]
