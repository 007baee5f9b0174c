"""What Web Services tells of a centre as a whole."""

from typing import Any

from switchbell.notify.gws.resources import VOICE, Resources

CONTACT_CENTER = "switchbell"

VERSION = "8.5.202.96"
"""That of the interface: clients ask for it to know what they may expect."""

VOICE_FEATURE = {
    "id": "api-voice",
    "displayName": "Voice API",
    "description": "API for Voice",
}
RECORDING_FEATURE = {
    "id": "api-voice-recording",
    "displayName": "Voice API Recording",
    "description": "API for Call Recording",
}


def features(resources: Resources) -> list[dict[str, Any]]:
    """The sets of functions that the centre has."""
    had = [VOICE_FEATURE, RECORDING_FEATURE] if resources.recording else [VOICE_FEATURE]
    return [
        {
            **feature,
            "autoAssignOnContactCenterCreate": True,
            "uri": resources.uri(f"/features/{feature['id']}"),
            "path": f"/features/{feature['id']}",
        }
        for feature in had
    ]


def services(resources: Resources) -> list[dict[str, Any]]:
    """What the centre depends on. The voice core is part of the server, and so is always there."""
    return [
        {
            "id": VOICE,
            "name": "Switchbell",
            "type": "Voice",
            "state": "Active",
            "uri": resources.uri(f"/services/{VOICE}"),
            "path": f"/services/{VOICE}",
        }
    ]
