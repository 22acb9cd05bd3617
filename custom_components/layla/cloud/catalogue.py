"""Every measure and every alarm, once: what faces need to show it.

Device classes, units and categories are the words that Home Assistant uses, in its integration and
in MQTT discovery alike; a test holds them against Home Assistant's own lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .model import Phase

DIAGNOSTIC: Final = "diagnostic"
# The state class of every reading: none is a total.
MEASUREMENT: Final = "measurement"
# What an event tells of when its alarm is not in the catalogue.
OTHER_ALARM: Final = "other_alarm"
MANUFACTURER: Final = "LaylaElectric"
MODELS: Final[Mapping[str, str]] = {"SP": "Sensor Pro"}
"""What units are called whose category is only a short word for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One kind of reading. Units as inferred in the API's description; None is a plain number.

    `counts` is what a plain number is a number of, where people want to read it.
    """

    key: str
    name: str
    unit: str | None = None
    counts: str | None = None
    device_class: str | None = None
    category: str | None = None
    enabled_by_default: bool = True
    precision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One kind of alarm of a unit.

    Its threshold is in the unit of `measure` and can be set from `lowest` to `highest` in steps of `step`. The API
    documents no range: these are what a sensor can tell. It has no reading, and so no unit, of carbon monoxide, carbon
    dioxide and VOC; what an alarm of those has for `measure` is None. None watches a temperature, so that no threshold
    depends on whether the account shows °F.
    """

    key: str
    name: str
    device_class: str = "problem"
    enabled_by_default: bool = True
    measure: str | None = None
    lowest: float = 0
    highest: float = 10_000
    step: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the units of a property measure together: of which measure, and how their values become one."""

    key: str
    name: str
    measure: str
    together: Callable[[list[float]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What else a unit or a property shows."""

    key: str
    name: str
    device_class: str | None = None
    category: str | None = None
    enabled_by_default: bool = True


# mold_risk_index and net_qlt have no documented scale, so they get no device class (L31).
_MEASURES: Final = (
    Measure(key="power", name="Power", unit="W", device_class="power"),
    Measure(key="temperature", name="Temperature", unit="°C", device_class="temperature", precision=1),
    Measure(key="humidity", name="Humidity", unit="%", device_class="humidity"),
    Measure(key="noise", name="Noise", unit="dB", device_class="sound_pressure"),
    Measure(key="occupancy_min", name="Minimum occupancy", counts="people"),
    Measure(key="occupancy_max", name="Maximum occupancy", counts="people"),
    Measure(
        key="wifi_rssi",
        name="Wi-Fi signal",
        unit="dBm",
        device_class="signal_strength",
        category=DIAGNOSTIC,
        enabled_by_default=False,
    ),
    Measure(
        key="net_qlt",
        name="Network quality",
        unit="%",
        category=DIAGNOSTIC,
        enabled_by_default=False,
    ),
    Measure(key="aq_iaq", name="Air quality index", device_class="aqi"),
    Measure(key="mold_risk_index", name="Mold risk index", precision=1),
)

# The occupancy alarms tell of a crowd: "off" does not mean an empty room, so they are no occupancy sensors.
# occupancy_alarm_quiet_hours is a toggle of properties that the list of alarm names lacks (L19).
_ALARMS: Final = (
    Alarm(key="noise_alarm", name="Noise alarm", device_class="sound", measure="noise", lowest=30, highest=120, step=1),
    Alarm(
        key="noise_alarm_quiet_hours",
        name="Noise alarm in quiet hours",
        device_class="sound",
        measure="noise",
        lowest=30,
        highest=120,
        step=1,
    ),
    Alarm(key="occupancy_alarm", name="Occupancy alarm", measure="occupancy_max", lowest=1, highest=100, step=1),
    Alarm(
        key="occupancy_alarm_quiet_hours",
        name="Occupancy alarm in quiet hours",
        measure="occupancy_max",
        lowest=1,
        highest=100,
        step=1,
    ),
    Alarm(key="device_off_alarm", name="Device off alarm"),
    Alarm(key="device_off_alarm_multiple", name="Several devices off alarm", enabled_by_default=False),
    Alarm(key="security_alarm", name="Security alarm", device_class="safety"),
    Alarm(key="mold_alarm", name="Mold alarm", measure="mold_risk_index", highest=100),
    Alarm(key="smoke_alarm", name="Smoke alarm", device_class="smoke"),
    Alarm(key="co_alarm", name="Carbon monoxide alarm", device_class="carbon_monoxide", highest=1000, step=1),
    Alarm(key="air_quality_alarm", name="Air quality alarm", measure="aq_iaq", highest=500, step=1),
    Alarm(key="bvoc_alarm", name="VOC alarm", highest=1000),
    Alarm(key="bvoc_spike_alarm", name="VOC spike alarm", enabled_by_default=False, highest=1000),
    Alarm(key="co2_alarm", name="CO₂ alarm", step=10),
    Alarm(key="co2_high_guidance", name="High CO₂ guidance", enabled_by_default=False, step=10),
    Alarm(
        key="iaq_ventilation_guidance",
        name="Ventilation guidance",
        enabled_by_default=False,
        measure="aq_iaq",
        highest=500,
        step=1,
    ),
)

_SUMS: Final = (
    Sum(key="noise", name="Noise", measure="noise", together=max),
    Sum(key="occupancy", name="Occupancy", measure="occupancy_max", together=sum),
    Sum(key="lowest_temperature", name="Lowest temperature", measure="temperature", together=min),
    Sum(key="highest_temperature", name="Highest temperature", measure="temperature", together=max),
)

MEASURES: Final[Mapping[str, Measure]] = {measure.key: measure for measure in _MEASURES}
ALARMS: Final[Mapping[str, Alarm]] = {alarm.key: alarm for alarm in _ALARMS}
SUMS: Final[Mapping[str, Sum]] = {each.key: each for each in _SUMS}
EVENT_TYPES: Final[Sequence[str]] = tuple(f"{key}_{phase}" for key in (*ALARMS, OTHER_ALARM) for phase in Phase)

LAST_SEEN: Final = Trait(
    key="last_seen", name="Last seen", device_class="timestamp", category=DIAGNOSTIC, enabled_by_default=False
)
CONNECTIVITY: Final = Trait(key="connectivity", name="Connectivity", device_class="connectivity", category=DIAGNOSTIC)
ANY_ALARM: Final = Trait(key="any_alarm", name="Any alarm", device_class="problem")
ALARM_EVENT: Final = Trait(key="alarm_event", name="Alarm event")


def alarm(key: str) -> Alarm:
    """Return the alarm's row; an alarm we do not know is a problem, named from its key, off."""
    name = key.replace("_", " ").strip().capitalize()
    return ALARMS.get(key) or Alarm(key=key, name=name, enabled_by_default=False)


def event_type(alarm_key: str, phase: Phase) -> str:
    """Return the word for an event: one of EVENT_TYPES, also for an alarm that we do not know."""
    return f"{alarm_key if alarm_key in ALARMS else OTHER_ALARM}_{phase}"
