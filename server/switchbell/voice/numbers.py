"""The dial plan: what stands behind a number."""

from fnmatch import fnmatchcase

from switchbell.voice.model import DEVICE, FAR_END, QUEUE, Centre, Device, FarEnd, PartyKind

# Longer ones are no telephone numbers (E.164 has 15 digits).
LONGEST = 64


class Numbers:
    """The numbers of a centre and of the outside."""

    def __init__(self, centre: Centre) -> None:
        self.devices = {device.dn: device for device in centre.devices}
        self.queues = {queue.dn: queue for queue in centre.queues}
        self._far_ends = centre.far_ends

    def kind(self, number: str) -> PartyKind | None:
        """Return what is at ``number``; None for a number that nobody has."""
        if number in self.devices:
            return DEVICE
        if number in self.queues:
            return QUEUE
        return None if self.far_end(number) is None else FAR_END

    def device(self, dn: str) -> Device | None:
        return self.devices.get(dn)

    def far_end(self, number: str) -> FarEnd | None:
        """Return how somebody outside at ``number`` behaves; None if that is no outside number."""
        if number in self.devices or number in self.queues:
            return None
        if len(number) > LONGEST or not _is_number(number):
            return None
        for far_end in self._far_ends:
            # Brackets mean nothing here.
            if fnmatchcase(number, far_end.pattern.replace("[", "[[]")):
                return far_end
        return None


def _is_number(text: str) -> bool:
    """There are names among the numbers of some networks, but none without any letter or digit."""
    return text.isascii() and text.isprintable() and any(map(str.isalnum, text))
