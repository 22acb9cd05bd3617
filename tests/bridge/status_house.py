"""A bridge made up for its status page: two homes in which something is going on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from layla_bridge.broker import Protocol
from layla_bridge.cloud.air_conditioner import AirConditioner, Mode
from layla_bridge.cloud.model import AlarmState, Device, Event, Phase, Property, Reading, Snapshot
from layla_bridge.contract.payloads import Payloads
from layla_bridge.mirror.ledger import Keys
from layla_bridge.status import About, Broker, Cloud, CloudState, Counts, Shown, Status, Waiting
from layla_bridge.status.journal import Entry
from tests.bridge.world import NOW, QUIET

ZONE: Final = ZoneInfo("Europe/Berlin")
VILLA: Final = Property(id="p-villa", name="Villa Marina", category="house", zone=ZONE)
FLAT: Final = Property(id="p-flat", name="Old town flat", category="apartment", zone=ZONE)
STATUS: Final = Status(
    at=NOW,
    about=About(
        instance="layla",
        version="0.1.0",
        account_kind="token",
        base_topic="layla",
        interval=60,
        features=("discovery",),
        started=NOW - timedelta(days=12, hours=5),
    ),
    cloud=Cloud(
        state=CloudState.ONLINE,
        since=NOW - timedelta(hours=31),
        last_success=NOW - timedelta(seconds=18),
        latency=0.2345,
        requests=35_140,
        requests_in_24_h=2_904,
        next_poll=NOW + timedelta(seconds=42),
    ),
    broker=Broker(connected=True, since=NOW - timedelta(days=3), address="mosquitto.lan:8883", protocol=Protocol.V5),
    outbox=Waiting(),
    counts=Counts(units=12, properties=2, messages=48_211, commands=37, refused=2, events=64),
    memory=48_712_345,
)


def unit(key: str, name: str, place: Property, readings: Mapping[str, float], **members: Any) -> Device:
    """Make a unit that measures something and has the usual alarms."""
    alarms = {"noise_alarm": QUIET, "smoke_alarm": QUIET, "mold_alarm": QUIET, **members.pop("alarms", {})}
    usual: dict[str, Any] = {
        "id": key,
        "property_id": place.id,
        "name": name,
        "category": "SP",
        "serial_number": f"LY-{key}",
        "online": True,
        "enabled": True,
        "pillar": "noise",
        "drives_ac": False,
        "readings": {measure: Reading(value=value, at=NOW) for measure, value in readings.items()},
        "alarms": alarms,
    }
    return Device(**usual | members)


def ringing(minutes: float, *, snoozed: bool = False) -> AlarmState:
    """Make an alarm that has been on for so long."""
    return AlarmState(active=True, armed=True, snoozed=snoozed, since=NOW - timedelta(minutes=minutes))


def _room(temperature: float, humidity: float, noise: float, people: tuple[int, int] = (0, 0)) -> dict[str, float]:
    least, most = people
    return {
        "temperature": temperature,
        "humidity": humidity,
        "noise": noise,
        "occupancy_min": least,
        "occupancy_max": most,
        "wifi_rssi": -58,
    }


UNITS: Final = (
    unit("v-01", "Kitchen", VILLA, {**_room(24.1, 58, 61, (2, 3)), "aq_iaq": 142}, alarms={"smoke_alarm": ringing(7)}),
    unit("v-02", "Living room", VILLA, {**_room(22.4, 49, 54, (3, 5)), "power": 812}, drives_ac=True),
    unit("v-03", "Main bedroom", VILLA, {**_room(20.8, 51, 33), "power": 0}, drives_ac=True),
    unit("v-04", "Children's room", VILLA, _room(21.5, 50, 44, (2, 2))),
    unit(
        "v-05", "Cellar", VILLA, {**_room(14.2, 78, 30), "mold_risk_index": 3.4}, alarms={"mold_alarm": ringing(2900)}
    ),
    unit("v-06", "Terrace", VILLA, {"noise": 48, "temperature": 17.3}, online=False),
    unit("v-07", "Study", VILLA, {**_room(21.9, 47, 36, (1, 1)), "aq_iaq": 38}),
    unit("f-01", "Bedroom", FLAT, _room(21.0, 46, 71, (4, 6)), alarms={"noise_alarm": ringing(34, snoozed=True)}),
    unit("f-02", "Hall", FLAT, _room(19.9, 48, 66, (2, 4))),
    unit("f-03", "Kitchen", FLAT, {**_room(22.0, 52, 64, (5, 7)), "aq_iaq": 77}),
    unit("f-04", "Bathroom", FLAT, _room(22.6, 69, 41)),
    unit("f-05", "Balcony", FLAT, {"noise": 55}, enabled=False),
)
TOLD: Final = {
    "v-02": AirConditioner(power=True, mode=Mode.COOL, temperature=22, fan="low", swing="auto"),
    "v-03": AirConditioner(power=False, mode=Mode.HEAT),
}


def told(number: int, minutes: float, key: str | None, alarm: str, phase: Phase) -> Event:
    """Make an alarm's start or end, so long ago."""
    place = FLAT.id if key and key.startswith("f") else VILLA.id
    at = NOW - timedelta(minutes=minutes)
    return Event(id=f"e{number}", property_id=place, device_id=key, alarm=alarm, phase=phase, at=at)


EVENTS: Final = (
    told(5, 7, "v-01", "smoke_alarm", Phase.STARTED),
    told(4, 34, "f-01", "noise_alarm", Phase.STARTED),
    told(3, 95, "v-04", "noise_alarm", Phase.ENDED),
    told(2, 121, "v-04", "noise_alarm", Phase.STARTED),
    told(1, 700, None, "occupancy_alarm_quiet_hours", Phase.ENDED),
)
ENTRIES: Final = (
    Entry(
        at=NOW - timedelta(minutes=26),
        since=NOW - timedelta(hours=3),
        level="warning",
        source="layla_bridge.poller",
        text="A poll was missed and is tried again: listDevices: 503, upstream is busy",
        count=14,
    ),
    Entry(
        at=NOW - timedelta(days=2),
        since=NOW - timedelta(days=2),
        level="error",
        source="layla_bridge.commands",
        text="v-03: the command was refused: setAcTimer: 403, not allowed for this role",
    ),
)


def account(*devices: Device, places: tuple[Property, ...] = (VILLA, FLAT)) -> Snapshot:
    """Make what the cloud showed last."""
    return Snapshot(
        properties={each.id: each for each in places},
        devices={each.id: each for each in devices},
        last_seen={each.id: NOW - timedelta(hours=2 if each.online is False else 0) for each in devices},
        oddities={},
    )


@dataclass
class House:
    """What a bridge knows, to be changed by a test. Its clock begins now."""

    status: Status = STATUS
    snapshot: Snapshot | None = field(default_factory=lambda: account(*UNITS))
    told: dict[str, AirConditioner] = field(default_factory=lambda: dict(TOLD))
    events: tuple[Event, ...] = EVENTS
    entries: tuple[Entry, ...] = ENTRIES

    def shown(self, *, names: bool = True, **members: Any) -> Shown:
        """Return it as the page takes it."""
        payloads = Payloads("layla", names)
        return Shown(
            status=lambda: self.status,
            snapshot=lambda: self.snapshot,
            unit=lambda snapshot, device: payloads.device(
                device, snapshot.last_seen[device.id], Keys.of_device(device), self.told.get(device.id)
            ),
            events=lambda: self.events,
            journal=lambda: self.entries,
            names=names,
            **members,
        )

    def measure(self, key: str, **readings: float) -> None:
        """Have a unit measure something else."""
        device = self.device(key)
        news = {measure: Reading(value=value, at=NOW) for measure, value in readings.items()}
        self.put(replace(device, readings={**device.readings, **news}))

    def ring(self, key: str, alarm: str) -> None:
        """Have an alarm of a unit start."""
        device = self.device(key)
        self.put(replace(device, alarms={**device.alarms, alarm: ringing(0)}))

    def device(self, key: str) -> Device:
        """Return a unit."""
        assert self.snapshot is not None
        return self.snapshot.devices[key]

    def put(self, device: Device) -> None:
        """Have the cloud show a unit as this."""
        assert self.snapshot is not None
        self.snapshot = replace(self.snapshot, devices={**self.snapshot.devices, device.id: device})
