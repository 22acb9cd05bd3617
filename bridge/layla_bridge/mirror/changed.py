"""What is new in a snapshot: found by identity, which costs little for ten thousand units."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..cloud.model import Device, Snapshot


@dataclass(frozen=True, slots=True)
class Changed:
    """Units that changed or were seen later, properties that changed or whose units did, and whether any moved.

    `rearranged` is true when a unit or a property came, went, or a unit belongs elsewhere.
    """

    devices: Sequence[Device]
    properties: Collection[str]
    rearranged: bool


def changed(snapshot: Snapshot, previous: Snapshot | None) -> Changed:
    """Compare two snapshots; without an earlier one everything is new."""
    if previous is None:
        return Changed(tuple(snapshot.devices.values()), tuple(snapshot.properties), rearranged=True)
    before, seen, seen_before = previous.devices, snapshot.last_seen, previous.last_seen
    devices = [
        device
        for key, device in snapshot.devices.items()
        if before.get(key) is not device or seen.get(key) != seen_before.get(key)
    ]
    gone = [before[key] for key in before.keys() - snapshot.devices.keys()]
    new = [device for device in devices if before.get(device.id) is not device]
    old = [before[device.id] for device in new if device.id in before]
    places = {key for key, place in snapshot.properties.items() if previous.properties.get(key) is not place} | {
        device.property_id for device in (*new, *old, *gone) if device.property_id in snapshot.properties
    }
    return Changed(
        devices,
        # In the order of the cloud, so that equal changes make equal messages.
        [key for key in snapshot.properties if key in places] if places else (),
        rearranged=bool(gone)
        or len(new) != len(old)
        or snapshot.properties.keys() != previous.properties.keys()
        or [device.property_id for device in new] != [device.property_id for device in old],
    )
