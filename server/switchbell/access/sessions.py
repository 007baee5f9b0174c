"""HTTP sessions: who has logged in, by the cookie that was given to them."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter


@dataclass(slots=True, eq=False)
class HttpSession:
    """What is remembered of one who has logged in. Times are in seconds of any one clock.

    ``claimed`` says that its cookie has come back; ``uses`` is how many requests and sockets of it
    are under way. ``csrf_token`` is as good as long as the session is.
    """

    id: str = field(repr=False)
    user: str
    csrf_token: str = field(repr=False)
    used_at: float
    claimed: bool = False
    uses: int = 0
    ended: bool = False


def unguessable() -> str:
    return secrets.token_hex(20)


class HttpSessions:
    """All sessions, bounded in number for each user and in all. A session that nobody uses for
    ``idle_limit`` seconds is over."""

    def __init__(
        self,
        *,
        idle_limit: float,
        most: int,
        most_of_user: int,
        new_secret: Callable[[], str] = unguessable,
    ) -> None:
        self._idle_limit = idle_limit
        self._most = most
        self._most_of_user = most_of_user
        self._new_secret = new_secret
        # In the order in which they were last used.
        self._by_id: OrderedDict[str, HttpSession] = OrderedDict()
        self._by_user: dict[str, dict[str, HttpSession]] = {}
        self._told: Callable[[str], object] | None = None

    def __len__(self) -> int:
        return len(self._by_id)

    def tell(self, told: Callable[[str], object]) -> None:
        """Have ``told`` called with the user of each session that ends while it is in use."""
        self._told = told

    def begin(self, user: str, now: float) -> HttpSession:
        """A new session. Those that are over, or one too many, end."""
        self._end_idle(now)
        siblings = self._by_user.get(user, {})
        if len(siblings) >= self._most_of_user:
            self.end(min(siblings.values(), key=attrgetter("claimed", "uses", "used_at")))
        if len(self._by_id) >= self._most:
            self.end(next(iter(self._by_id.values())))
        session = HttpSession(self._new_secret(), user, self._new_secret(), now)
        self._by_id[session.id] = session
        self._by_user.setdefault(user, {})[session.id] = session
        return session

    def find(self, session_id: str, now: float) -> HttpSession | None:
        """The session whose cookie has come; that is a use of it. None if there is none any
        more."""
        session = self._by_id.get(session_id)
        if session is None:
            return None
        if self._is_over(session, now):
            self.end(session)
            return None
        session.claimed = True
        self._use(session, now)
        return session

    def arrive(self, session: HttpSession) -> None:
        """Something begins that takes time; until :meth:`leave` the session is in use."""
        session.uses += 1

    def leave(self, session: HttpSession, now: float) -> None:
        """What :meth:`arrive` was told of has ended."""
        session.uses -= 1
        if not session.ended:
            self._use(session, now)

    def end(self, session: HttpSession) -> None:
        """The session is over: its cookie is worth nothing from now on."""
        if session.ended:
            return
        session.ended = True
        if session.uses and self._told is not None:
            self._told(session.user)
        del self._by_id[session.id]
        siblings = self._by_user[session.user]
        del siblings[session.id]
        if not siblings:
            del self._by_user[session.user]

    def _use(self, session: HttpSession, now: float) -> None:
        session.used_at = now
        self._by_id.move_to_end(session.id)

    def _is_over(self, session: HttpSession, now: float) -> bool:
        return session.uses == 0 and now - session.used_at >= self._idle_limit

    def _end_idle(self, now: float) -> None:
        while self._by_id:
            oldest = next(iter(self._by_id.values()))
            if now - oldest.used_at < self._idle_limit:
                return
            if oldest.uses:
                self._use(oldest, now)
            else:
                self.end(oldest)
