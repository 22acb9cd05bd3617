"""The homes that come ready: a demo that lives, a fleet that stands still, and one tiny home."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from . import rhythm
from .air_conditioner import AirConditioner
from .catalogue import ALARMS, MEASURES, alarm_setting
from .chance import seed_of
from .climate import Climate
from .device import Device
from .property import EcoPeriod, Property
from .rhythm import Habit, Rhythm
from .room import AcHabit, LiveRoom, Room, room_seed, still

type Home = tuple[list[Property], list[Device]]

CLIMATE = ("temperature", "humidity")
PEOPLE = ("noise", "occupancy_min", "occupancy_max")
RADIO = ("wifi_rssi", "net_qlt")
AIR = ("aq_iaq", "mold_risk_index")
NOISE_ALARMS = ("noise_alarm", "noise_alarm_quiet_hours", "occupancy_alarm")
AIR_ALARMS = (
    "mold_alarm",
    "air_quality_alarm",
    "bvoc_alarm",
    "bvoc_spike_alarm",
    "co2_alarm",
    "co2_high_guidance",
    "iaq_ventilation_guidance",
)
SAFETY_ALARMS = ("smoke_alarm", "co_alarm")
OFFLINE_ALARMS = ("device_off_alarm", "device_off_alarm_multiple")

_CARIBBEAN = Climate(27.5, 2.0, 3.5, weather=1.0, dryness=4.5)
_LEVANT = Climate(21, 7, 5, dryness=7)
_LONDON = Climate(11.5, 7, 3.5)


@dataclass(frozen=True, slots=True)
class Plan:
    """One unit of the demo, as it is built."""

    id: str
    property_id: str
    name: str
    category: str
    pillar: str
    measures: tuple[str, ...]
    alarms: tuple[str, ...]
    rhythm: Rhythm
    capacity: int
    habits: tuple[Habit, ...] = ()
    ac: AcHabit | None = None
    outdoors: bool = False
    dampness: float = 0.8
    locked: bool = False
    offline: timedelta | None = None
    settings: dict[str, int] = field(default_factory=lambda: {"last_PIR_detected_time_th": 1800})


_EVENING = AcHabit(18, 23, AirConditioner(on=True, temperature=24))
_OFFICE_HOURS = AcHabit(8, 18, AirConditioner(on=True, mode="auto", temperature=23))

PLANS = (
    Plan(
        "villa-living",
        "villa",
        "Living room",
        "SP",
        "smart_ac",
        ("power", *CLIMATE, *PEOPLE, *RADIO),
        (*NOISE_ALARMS, *OFFLINE_ALARMS),
        rhythm.LIVING,
        5,
        (rhythm.PARTY,),
        _EVENING,
    ),
    Plan(
        "villa-bedroom",
        "villa",
        "Master bedroom",
        "SP",
        "smart_ac",
        ("power", *CLIMATE, *PEOPLE, *RADIO),
        ("noise_alarm", *OFFLINE_ALARMS),
        rhythm.SLEEPING,
        2,
        (),
        AcHabit(22, 24, AirConditioner(on=True, temperature=25)),
    ),
    Plan(
        "villa-kitchen",
        "villa",
        "Kitchen",
        "v3.0",
        "air_quality",
        (*CLIMATE, *PEOPLE, *AIR, *RADIO),
        (*SAFETY_ALARMS, *AIR_ALARMS, *OFFLINE_ALARMS),
        rhythm.KITCHEN,
        3,
        (rhythm.COOKING, rhythm.SCORCHING),
    ),
    Plan(
        "villa-terrace",
        "villa",
        "Terrace",
        "EM",
        "noise",
        (*CLIMATE, "noise", *RADIO),
        (*NOISE_ALARMS[:2], *OFFLINE_ALARMS),
        rhythm.PASSAGE,
        4,
        (rhythm.PARTY,),
        outdoors=True,
    ),
    Plan(
        "flat-hallway",
        "flat",
        "Hallway",
        "v3.0",
        "noise",
        (*CLIMATE, *PEOPLE, *RADIO),
        (*SAFETY_ALARMS, *NOISE_ALARMS, "security_alarm", *OFFLINE_ALARMS),
        rhythm.PASSAGE,
        2,
        (rhythm.BREAK_IN,),
    ),
    Plan(
        "flat-bathroom",
        "flat",
        "Bathroom",
        "v3.0",
        "air_quality",
        (*CLIMATE, *AIR, *RADIO),
        (*AIR_ALARMS, *OFFLINE_ALARMS),
        rhythm.PASSAGE,
        1,
        (rhythm.SHOWER,),
        dampness=2.4,
    ),
    Plan(
        "flat-bedroom",
        "flat",
        "Bedroom",
        "SP",
        "noise",
        (*CLIMATE, *PEOPLE, *RADIO),
        (*NOISE_ALARMS, *OFFLINE_ALARMS),
        rhythm.SLEEPING,
        2,
        (rhythm.PARTY,),
        locked=True,
    ),
    Plan(
        "flat-loft",
        "flat",
        "Loft",
        "EM",
        "noise",
        ("power", *CLIMATE, "noise", *RADIO),
        ("noise_alarm", *OFFLINE_ALARMS),
        rhythm.PASSAGE,
        1,
        offline=timedelta(days=2, hours=3),
    ),
    Plan(
        "office-meeting",
        "office",
        "Meeting room",
        "v3.0",
        "air_quality",
        (*CLIMATE, *PEOPLE, *AIR, *RADIO),
        (*SAFETY_ALARMS, *AIR_ALARMS, "occupancy_alarm", *OFFLINE_ALARMS),
        rhythm.WORKING,
        8,
        (rhythm.CONFERENCE,),
    ),
    Plan(
        "office-open",
        "office",
        "Open space",
        "SP",
        "smart_ac",
        ("power", *CLIMATE, *PEOPLE, *RADIO),
        ("noise_alarm", "security_alarm", *OFFLINE_ALARMS),
        rhythm.WORKING,
        6,
        (rhythm.BREAK_IN,),
        _OFFICE_HOURS,
    ),
)

_CLIMATES = {"villa": _CARIBBEAN, "flat": _LONDON, "office": _LEVANT}


def demo(now: datetime, seed: int) -> Home:
    """Build three living homes in three time zones with ten units."""
    long_ago = now - timedelta(days=400)
    villa = Property("villa", "Villa Marina", "America/Cancun", long_ago, "house", "12 Marina Way")
    villa.eco_periods.append(EcoPeriod(long_ago))
    flat = Property("flat", "Camden Flat", "Europe/London", long_ago, "apartment", "3 Lock Row")
    office = Property("office", "Boulevard Office", "Asia/Jerusalem", long_ago, "office", "40 Boulevard")
    return [villa, flat, office], [_live(plan, now, seed) for plan in PLANS]


def fleet(now: datetime, devices: int, properties: int) -> Home:
    """Build many homes with still units, spread evenly; every fifth unit drives an air conditioner."""
    homes = [
        Property(f"property-{number:04}", f"House {number}", "Europe/Berlin", now - timedelta(days=400))
        for number in range(properties)
    ]
    return homes, [_fleet_unit(number, homes[number % properties].id) for number in range(devices)]


def tiny(now: datetime) -> Home:
    """Build one still home with one unit that has every measure and every alarm, and drives an air conditioner."""
    home = Property("home", "Tiny Home", "Europe/Berlin", now - timedelta(days=400), address="1 Small Lane")
    room = still("tiny", temperature=24.0, humidity=45, occupancy_min=0, occupancy_max=1, power=4)
    return [home], [
        unit("unit", home.id, "Studio", room, "v3.0", "smart_ac", tuple(MEASURES), tuple(ALARMS), drives_ac=True)
    ]


def unit(
    identifier: str,
    property_id: str,
    name: str,
    room: Room,
    category: str = "SP",
    pillar: str = "noise",
    measures: tuple[str, ...] = tuple(MEASURES),
    alarms: tuple[str, ...] = (*NOISE_ALARMS, *OFFLINE_ALARMS),
    *,
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


def _live(plan: Plan, now: datetime, seed: int) -> Device:
    room = LiveRoom(
        seed=room_seed(seed, plan.property_id, plan.id),
        climate=_CLIMATES[plan.property_id],
        rhythm=plan.rhythm,
        capacity=plan.capacity,
        habits=plan.habits,
        dampness=plan.dampness,
        outdoors=plan.outdoors,
        ac=plan.ac,
    )
    device = unit(
        plan.id, plan.property_id, plan.name, room, plan.category, plan.pillar, plan.measures, plan.alarms,
        drives_ac=plan.ac is not None,
    )  # fmt: skip
    device.locked = plan.locked
    if plan.offline is not None:
        device.silences.append((now - plan.offline, None))
    return device


def _fleet_unit(number: int, property_id: str) -> Device:
    name = f"unit-{number:05}"
    drives_ac = number % 5 == 0
    pillar = "smart_ac" if drives_ac else ("noise", "air_quality")[number % 2]
    return unit(name, property_id, f"Room {number}", still(name, power=4), "SP", pillar, drives_ac=drives_ac)


def _tiers(alarms: tuple[str, ...]) -> list[str]:
    tiers = {"climate": True, "environment": "air_quality_alarm" in alarms, "motion_safety": "security_alarm" in alarms}
    return [*(tier for tier, has in tiers.items() if has), *(["safety"] if "smoke_alarm" in alarms else [])]
