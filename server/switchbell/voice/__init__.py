"""Calls, parties, DNs and agents: the part of Switchbell that is a telephone switch.

A calculation: no sockets, no clock, no event loop. An operation goes in with the time, a
:class:`~switchbell.voice.events.Change` comes out.
"""
