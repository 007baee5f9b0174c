"""Bayeux over aiohttp: the clock and the sockets that the engine does without."""
