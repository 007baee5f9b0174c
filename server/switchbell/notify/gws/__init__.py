"""Genesys Web Services 8.5.2: resources, and the notifications that carry them."""
