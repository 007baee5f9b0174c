"""Load test: agents call each other at a rate, and every notification is accounted for."""
