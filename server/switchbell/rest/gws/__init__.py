"""Genesys Web Services 8.5.2: the REST interface below ``/api/v2``."""
