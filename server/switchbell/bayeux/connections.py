"""How the client of a session can be reached: a connect that is held, a socket, or not at all."""

from collections import Counter
from collections.abc import Iterable

from switchbell.bayeux.deadlines import Deadlines
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.session import HeldConnect, Session


class Connections:
    """Held connects and sockets, and the time that the client of a session without either has to
    come again. A connect may be held on the session's socket."""

    def __init__(self, options: BayeuxOptions, deadlines: Deadlines) -> None:
        self._options = options
        self._deadlines = deadlines
        self._held: dict[int, Session] = {}
        self._held_of_browser: Counter[str] = Counter()
        self._sockets: dict[int, Session | None] = {}

    @property
    def held_count(self) -> int:
        return len(self._held)

    @property
    def socket_count(self) -> int:
        return len(self._sockets)

    @property
    def holding(self) -> Iterable[Session]:
        """The sessions that have a connect held."""
        return list(self._held.values())

    @property
    def sockets(self) -> Iterable[int]:
        return list(self._sockets)

    def open(self, socket: int) -> None:
        self._sockets[socket] = None

    def is_socket(self, exchange: int) -> bool:
        return exchange in self._sockets

    def user_of(self, socket: int) -> Session | None:
        """The session whose events are written to a socket, if any are."""
        return self._sockets.get(socket)

    def attach(self, session: Session, socket: int, now: float) -> None:
        """Write the events of ``session``, which has no socket, to this one from now on, and nobody
        else's."""
        previous = self._sockets[socket]
        if previous is not None:
            self.detach(previous, now)
        self._sockets[socket] = session
        session.socket = socket

    def detach(self, session: Session, now: float) -> None:
        """Write nothing more of a session to its socket, which stays open."""
        socket = session.socket
        assert socket is not None
        was_held = session.held is not None and session.held.exchange == socket
        if was_held:
            self.lose(session)
        session.socket = None
        self._sockets[socket] = None
        if session.held is None:
            self.await_connect(session, now, at_least=not was_held)

    def forget_socket(self, socket: int, now: float) -> None:
        """A socket is gone, or was told to close: nothing more is written to it."""
        session = self._sockets.get(socket)
        if session is not None:
            self.detach(session, now)
        self._sockets.pop(socket, None)

    def drop(self, exchange: int, now: float) -> None:
        """Forget a held exchange that nobody waits for any more, or a socket that is gone."""
        if exchange in self._sockets:
            self.forget_socket(exchange, now)
            return
        session = self._held.get(exchange)
        if session is not None:
            self.lose(session)
            self.await_connect(session, now)

    def release(self, session: Session) -> None:
        """A session has ended. Its socket stays open for another."""
        if session.held is not None:
            self.let_go(session)
        if session.socket is not None:
            self._sockets[session.socket] = None
            session.socket = None

    def hold(self, session: Session, connect: HeldConnect) -> None:
        session.held = connect
        self._held[connect.exchange] = session
        if session.browser is not None and connect.exchange not in self._sockets:
            self._held_of_browser[session.browser] += 1
        self.schedule(session)

    def has_room_for(self, session: Session) -> bool:
        """Whether the browser of this session may have one more connect held over HTTP."""
        most = self._options.max_sessions_per_browser
        return session.browser is None or most < 0 or self._held_of_browser[session.browser] < most

    def lose(self, session: Session) -> HeldConnect:
        """Let go of a held connect whose reply, and with it any advice, reaches nobody."""
        held = self.let_go(session)
        if "advice" in held.reply:
            session.advised = None
        return held

    def let_go(self, session: Session) -> HeldConnect:
        """Take the held connect of a session, in order to answer it."""
        held = session.held
        assert held is not None
        session.held = None
        del self._held[held.exchange]
        if session.browser is not None and held.exchange not in self._sockets:
            self._held_of_browser[session.browser] -= 1
            if not self._held_of_browser[session.browser]:
                del self._held_of_browser[session.browser]
        return held

    def await_connect(self, session: Session, now: float, *, at_least: bool = False) -> None:
        """Start the time within which the client must connect. A request that is no connect can
        only lengthen what is left of it (``at_least``)."""
        patience = self._options.max_interval / 1000
        if at_least:
            session.expiry = max(session.expiry, now + patience)
        else:
            session.expiry = now + session.interval + patience
        self.schedule(session)

    def schedule(self, session: Session) -> None:
        """Look at a session again when its connect, its client or its lazy events are due."""
        until = session.expiry if session.held is None else session.held.until
        self._deadlines.set(session, min(until, session.lazy_due))
