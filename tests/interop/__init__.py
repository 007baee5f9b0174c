"""Clients in JavaScript, as they come, at a server of ours."""
