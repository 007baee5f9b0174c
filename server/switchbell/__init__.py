"""Switchbell: a Bayeux (CometD) notification server for contact centres."""
