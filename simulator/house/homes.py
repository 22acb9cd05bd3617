"""Homes that stand still, for tests: a fleet of any size, and one tiny home with everything in it."""

from datetime import datetime, timedelta

from .catalogue import ALARMS, MEASURES, alarm_setting
from .chance import seed_of
from .device import Device
from .property import Property
from .room import Room, still

type Homes = tuple[list[Property], list[Device]]

LIVED_IN = timedelta(days=400)
"""How long ago the simulated properties got their units."""

_USUAL_ALARMS = (
    "noise_alarm",
    "noise_alarm_quiet_hours",
    "occupancy_alarm",
    "device_off_alarm",
    "device_off_alarm_multiple",
)


def fleet(now: datetime, devices: int, properties: int) -> Homes:
    """Build many homes with still units, spread evenly; every fifth unit drives an air conditioner."""
    homes = [
        Property(f"property-{number:04}", f"House {number}", "Europe/Berlin", now - LIVED_IN)
        for number in range(properties)
    ]
    return homes, [_fleet_unit(number, homes[number % properties].id) for number in range(devices)]


def tiny(now: datetime) -> Homes:
    """Build one still home with one unit that has every measure and every alarm, and drives an air conditioner."""
    home = Property("home", "Tiny Home", "Europe/Berlin", now - LIVED_IN, address="1 Small Lane")
    studio = unit(
        "unit",
        home.id,
        "Studio",
        still("tiny", temperature=24.0, humidity=45, occupancy_min=0, occupancy_max=1, power=4),
        category="v3.0",
        pillar="smart_ac",
        alarms=tuple(ALARMS),
        drives_ac=True,
    )
    return [home], [studio]


def unit(
    identifier: str,
    property_id: str,
    name: str,
    room: Room,
    *,
    category: str = "SP",
    pillar: str = "noise",
    measures: tuple[str, ...] = tuple(MEASURES),
    alarms: tuple[str, ...] = _USUAL_ALARMS,
    drives_ac: bool = False,
) -> Device:
    """Build a unit as it comes out of its box."""
    digits = f"{seed_of('mac', identifier):016x}"
    return Device(
        id=identifier,
        property_id=property_id,
        name=name,
        room=room,
        category=category,
        pillar=pillar,
        mac=":".join(("02", *(digits[place : place + 2] for place in range(0, 10, 2)))),
        serial=f"LY{digits[10:].upper()}",
        measures=measures,
        alarms=[alarm_setting(alarm) for alarm in alarms],
        tier_features=_tiers(alarms),
        settings={"last_PIR_detected_time_th": 1800},
        drives_ac=drives_ac,
    )


def _fleet_unit(number: int, property_id: str) -> Device:
    name = f"unit-{number:05}"
    drives_ac = number % 5 == 0
    pillar = "smart_ac" if drives_ac else ("noise", "air_quality")[number % 2]
    return unit(name, property_id, f"Room {number}", still(name, power=4), pillar=pillar, drives_ac=drives_ac)


def _tiers(alarms: tuple[str, ...]) -> list[str]:
    """Return the paid features that the alarms belong to."""
    needed = {"environment": "air_quality_alarm", "motion_safety": "security_alarm", "safety": "smoke_alarm"}
    return ["climate", *(tier for tier, alarm in needed.items() if alarm in alarms)]
