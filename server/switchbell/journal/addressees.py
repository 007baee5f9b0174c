"""Whom a change told of something."""

from switchbell.voice.events import Change


def addressees(change: Change) -> set[str]:
    """The DNs that heard of a call or of their own state, or whose calls look different now."""
    told = {
        event.this_dn
        for event in change.events
        if event.leg is not None or event.dn_state is not None
    }
    return told | {leg.dn for leg in change.refreshed}
