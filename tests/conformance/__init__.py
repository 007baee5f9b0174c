"""The rules of Bayeux, each by its number, over real sockets.

Requests and expected answers are spelled out: a mistake in the server's own vocabulary must not
make its way into what it is compared with.
"""
