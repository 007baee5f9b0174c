"""The Bayeux protocol as a calculation.

:class:`~switchbell.bayeux.engine.Engine` holds the sessions. Messages and the time go in, effects
come out; whoever drives it owns the clock and the sockets.
"""
