"""REST interfaces: JSON in, an operation for the switchboard, JSON out."""
