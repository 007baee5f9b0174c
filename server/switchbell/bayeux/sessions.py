"""All sessions of an engine, and everything that must know of a session's coming and going."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from switchbell.bayeux import channel as channels
from switchbell.bayeux.deadlines import Deadlines
from switchbell.bayeux.extensions.extension import Extension, ask
from switchbell.bayeux.listener import Ending, SessionListener
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.session import NEVER, Session
from switchbell.bayeux.subscriptions import Subscriptions

logger = logging.getLogger(__name__)


class Sessions:
    """Sessions by client id, by user, by channel and by deadline."""

    def __init__(
        self,
        new_client_id: Callable[[], str],
        extensions: Sequence[Extension] = (),
        listener: SessionListener | None = None,
    ) -> None:
        self._new_client_id = new_client_id
        self._extensions = extensions
        self._listener = listener or SessionListener()
        self._removed: deque[tuple[Session, Ending]] = deque()
        self._reporting = False
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

    def of(self, user: str | None) -> list[Session]:
        """The sessions of a user."""
        return list(self._by_user.get(user, {}).values())

    def count_of(self, user: str | None) -> int:
        return len(self._by_user.get(user, ()))

    def create(self, peer: Peer, *, interval: float, expiry: float) -> Session:
        browser = peer.browser if peer.is_browser else None
        session = Session(
            self._new_client_id(),
            peer.user,
            interval,
            expiry,
            browser,
            by_handshake=peer.by_handshake,
            cookie=peer.browser if peer.by_handshake else None,
            until=peer.until if peer.by_handshake else NEVER,
        )
        self._by_client_id[session.client_id] = session
        self._by_user.setdefault(peer.user, {})[session.client_id] = session
        return session

    def announce(self, session: Session) -> None:
        """Tell the application of a session whose handshake has succeeded."""
        try:
            self._listener.added(session.client_id, session.user)
        except Exception:
            logger.exception("A session listener failed")

    def remove(self, session: Session, ending: Ending) -> None:
        """Forget a session; the application is told by :meth:`report`."""
        self.withdraw(session)
        self._removed.append((session, ending))

    def withdraw(self, session: Session) -> None:
        """Forget a session that the application has not heard of."""
        session.dismissed = True  # for those who are about to tell it something
        del self._by_client_id[session.client_id]
        siblings = self._by_user[session.user]
        del siblings[session.client_id]
        if not siblings:
            del self._by_user[session.user]
        self.subscriptions.discard_all(session)
        self.deadlines.forget(session)
        session.clear()
        for extension in self._extensions:
            ask(extension.ended, session)

    def report(self) -> None:
        """Tell the application of the sessions that have ended, when nothing else is under way: it
        may publish something about that, which may end further sessions."""
        if self._reporting:
            return
        self._reporting = True
        try:
            while self._removed:
                session, ending = self._removed.popleft()
                self._tell(session, ending)
        finally:
            self._reporting = False

    def _tell(self, session: Session, ending: Ending) -> None:
        try:
            self._listener.removed(session.client_id, session.user, ending)
        except Exception:
            logger.exception("A session listener failed")

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
