"""Three homes that live: a villa in the Caribbean, a flat in London, an office in Jerusalem; ten units."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from . import rhythm
from .air_conditioner import AirConditioner
from .climate import Climate
from .device import Device
from .homes import LIVED_IN, Homes, unit
from .property import EcoPeriod, Property
from .rhythm import Habit, Rhythm
from .room import AcHabit, LiveRoom, room_seed

_CLIMATE = ("temperature", "humidity")
_PEOPLE = ("noise", "occupancy_min", "occupancy_max")
_RADIO = ("wifi_rssi", "net_qlt")
_AIR = ("aq_iaq", "mold_risk_index")
_NOISE_ALARMS = ("noise_alarm", "noise_alarm_quiet_hours")
_SAFETY_ALARMS = ("smoke_alarm", "co_alarm")
_OFFLINE_ALARMS = ("device_off_alarm", "device_off_alarm_multiple")
_AIR_ALARMS = (
    "mold_alarm",
    "air_quality_alarm",
    "bvoc_alarm",
    "bvoc_spike_alarm",
    "co2_alarm",
    "co2_high_guidance",
    "iaq_ventilation_guidance",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One unit as it is built, and the room around it."""

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


_PLANS = (
    Plan(
        id="villa-living",
        property_id="villa",
        name="Living room",
        category="SP",
        pillar="smart_ac",
        measures=("power", *_CLIMATE, *_PEOPLE, *_RADIO),
        alarms=(*_NOISE_ALARMS, "occupancy_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.LIVING,
        capacity=5,
        habits=(rhythm.PARTY,),
        ac=AcHabit(18, 23, AirConditioner(on=True, temperature=24), left_on=(9, 18)),
    ),
    Plan(
        id="villa-bedroom",
        property_id="villa",
        name="Master bedroom",
        category="SP",
        pillar="smart_ac",
        measures=("power", *_CLIMATE, *_PEOPLE, *_RADIO),
        alarms=("noise_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.SLEEPING,
        capacity=2,
        ac=AcHabit(22, 24, AirConditioner(on=True, temperature=25), left_on=(9, 13)),
    ),
    Plan(
        id="villa-kitchen",
        property_id="villa",
        name="Kitchen",
        category="v3.0",
        pillar="air_quality",
        measures=(*_CLIMATE, *_PEOPLE, *_AIR, *_RADIO),
        alarms=(*_SAFETY_ALARMS, *_AIR_ALARMS, *_OFFLINE_ALARMS),
        rhythm=rhythm.KITCHEN,
        capacity=3,
        habits=(rhythm.COOKING, rhythm.SCORCHING),
    ),
    Plan(
        id="villa-terrace",
        property_id="villa",
        name="Terrace",
        category="EM",
        pillar="noise",
        measures=(*_CLIMATE, "noise", *_RADIO),
        alarms=(*_NOISE_ALARMS, *_OFFLINE_ALARMS),
        rhythm=rhythm.PASSAGE,
        capacity=4,
        habits=(rhythm.PARTY,),
        outdoors=True,
    ),
    Plan(
        id="flat-hallway",
        property_id="flat",
        name="Hallway",
        category="v3.0",
        pillar="noise",
        measures=(*_CLIMATE, *_PEOPLE, *_RADIO),
        alarms=(*_SAFETY_ALARMS, *_NOISE_ALARMS, "occupancy_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.PASSAGE,
        capacity=2,
    ),
    Plan(
        id="flat-bathroom",
        property_id="flat",
        name="Bathroom",
        category="v3.0",
        pillar="air_quality",
        measures=(*_CLIMATE, *_AIR, *_RADIO),
        alarms=(*_AIR_ALARMS, *_OFFLINE_ALARMS),
        rhythm=rhythm.PASSAGE,
        capacity=1,
        habits=(rhythm.SHOWER,),
        dampness=2.2,
    ),
    Plan(
        id="flat-bedroom",
        property_id="flat",
        name="Bedroom",
        category="SP",
        pillar="noise",
        measures=(*_CLIMATE, *_PEOPLE, *_RADIO),
        alarms=(*_NOISE_ALARMS, "occupancy_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.SLEEPING,
        capacity=2,
        habits=(rhythm.PARTY,),
        locked=True,
    ),
    Plan(
        id="flat-loft",
        property_id="flat",
        name="Loft",
        category="EM",
        pillar="noise",
        measures=("power", *_CLIMATE, "noise", *_RADIO),
        alarms=("noise_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.PASSAGE,
        capacity=1,
        offline=timedelta(days=2, hours=3),
    ),
    Plan(
        id="office-meeting",
        property_id="office",
        name="Meeting room",
        category="v3.0",
        pillar="air_quality",
        measures=(*_CLIMATE, *_PEOPLE, *_AIR, *_RADIO),
        alarms=(*_SAFETY_ALARMS, *_AIR_ALARMS, "occupancy_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.WORKING,
        capacity=6,
        habits=(rhythm.CONFERENCE,),
    ),
    Plan(
        id="office-open",
        property_id="office",
        name="Open space",
        category="SP",
        pillar="smart_ac",
        measures=("power", *_CLIMATE, *_PEOPLE, *_RADIO),
        alarms=("noise_alarm", "security_alarm", *_OFFLINE_ALARMS),
        rhythm=rhythm.WORKING,
        capacity=6,
        habits=(rhythm.BREAK_IN,),
        ac=AcHabit(8, 18, AirConditioner(on=True, mode="auto", temperature=23)),
    ),
)

_CLIMATES = {
    "villa": Climate(26.5, 1.5, 3.5, weather=1.0, dryness=6),
    "flat": Climate(11.5, 7, 3.5),
    "office": Climate(20, 7, 5, dryness=7),
}


def demo(now: datetime, seed: int) -> Homes:
    """Build the homes; chance is decided by the seed."""
    since = now - LIVED_IN
    villa = Property("villa", "Villa Marina", "America/Cancun", since, "house", "12 Marina Way")
    villa.eco_periods.append(EcoPeriod(since))
    flat = Property("flat", "Camden Flat", "Europe/London", since, "apartment", "3 Lock Row")
    office = Property("office", "Boulevard Office", "Asia/Jerusalem", since, "office", "40 Boulevard")
    return [villa, flat, office], [_built(plan, now, seed) for plan in _PLANS]


def _built(plan: Plan, now: datetime, seed: int) -> Device:
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
        plan.id,
        plan.property_id,
        plan.name,
        room,
        category=plan.category,
        pillar=plan.pillar,
        measures=plan.measures,
        alarms=plan.alarms,
        drives_ac=plan.ac is not None,
    )
    device.locked = plan.locked
    if plan.offline is not None:
        device.silences.append((now - plan.offline, None))
    return device
