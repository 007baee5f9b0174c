"""The front of CC-Gateway, below ``/agentgateway/resource``."""
