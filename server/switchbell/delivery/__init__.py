"""From the journal to the agents' desks: what happened is told, and told again to those who missed
it."""
