"""Units sorted into their properties: what did not change is the same object."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from custom_components.layla.cloud.model import Device, Property, Snapshot
from custom_components.layla.homes import homes


def _unit(name: str, property_id: str | None) -> Device:
    return Device(
        id=name,
        property_id=property_id,
        name=name,
        category=None,
        serial_number=None,
        online=True,
        enabled=True,
        pillar=None,
        drives_ac=False,
        readings={},
        alarms={},
    )


def _snapshot(*units: Device) -> Snapshot:
    places = (Property(id=item, name=item, category=None, zone=ZoneInfo("UTC")) for item in ("barn", "villa"))
    return Snapshot(
        properties={place.id: place for place in places},
        devices={unit.id: unit for unit in units},
        last_seen={},
        oddities={},
    )


def test_units_stand_with_their_property_in_the_order_of_the_cloud() -> None:
    attic, loft, hall = _unit("attic", "villa"), _unit("loft", "barn"), _unit("hall", "villa")
    found = homes(_snapshot(attic, loft, hall, _unit("lost", None), _unit("unlisted", "hut")), {})

    assert {item: home.units for item, home in found.items()} == {"barn": (loft,), "villa": (attic, hall)}


def test_only_a_property_whose_units_changed_is_another_object() -> None:
    attic, loft = _unit("attic", "villa"), _unit("loft", "barn")
    snapshot = _snapshot(attic, loft)
    before = homes(snapshot, {})
    assert homes(snapshot, before)["barn"] is before["barn"]

    changed = replace(snapshot, devices={"attic": replace(attic, online=False), "loft": loft})
    after = homes(changed, before)
    assert after["barn"] is before["barn"]
    assert after["villa"].units == (changed.devices["attic"],)

    fewer = homes(replace(snapshot, devices={"loft": loft}), before)
    assert fewer["villa"].units == ()

    renamed = replace(snapshot, properties={**snapshot.properties, "barn": replace(before["barn"].place, name="Shed")})
    assert homes(renamed, before)["barn"].place.name == "Shed"
