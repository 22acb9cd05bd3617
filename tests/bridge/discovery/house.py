"""A bridge made of mirror and discovery alone, and what Home Assistant makes of it."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, Self

from homeassistant.components import mqtt
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from paho.mqtt.client import MQTTMessage
from pytest_homeassistant_custom_component.common import MockConfigEntry

from layla_bridge.cloud.air_conditioner import AirConditioner, Mode, Profile
from layla_bridge.cloud.catalogue import ALARMS, MEASURES
from layla_bridge.cloud.model import AlarmState, Device, Event, Reading, Snapshot
from layla_bridge.contract.messages import Publication
from layla_bridge.contract.payloads import event as event_payload
from layla_bridge.contract.topics import BRIDGE_STATE, EVENT, HEALTH, Item, Kind, Topics
from layla_bridge.discovery import Control, Discovery, DiscoverySettings
from layla_bridge.mirror.ledger import KeyLedger
from layla_bridge.mirror.mirror import Mirror, Selection
from tests.bridge.mosquitto import GENEROUS
from tests.bridge.peer import Peer
from tests.bridge.world import NOW, QUIET, device

TOPICS: Final = Topics("villa")
PROFILE: Final = Profile(
    vendor="Daikin",
    model="ARC452",
    modes=(Mode.COOL, Mode.HEAT, Mode.DRY, Mode.FAN_ONLY, Mode.AUTO),
    lowest=16,
    highest=30,
    step=0.5,
    fans=("auto", "low", "high"),
    swings=("off", "vertical"),
)
TOLD: Final = AirConditioner(power=True, mode=Mode.COOL, temperature=21.5, fan="low", swing="off")
FULL: Final = Control(PROFILE, full=True)
VALUES: Final = dict(zip(MEASURES, (120.0, 21.5, 45.0, 38.0, 1.0, 3.0, -60.0, 90.0, 25.0, 0.5), strict=True))
SETTINGS: Final = DiscoverySettings(version="1.2.3")


def everything(**members: Any) -> Device:
    """Make a unit with every measure and every alarm, one that nobody knows among them, and an air conditioner."""
    usual: dict[str, Any] = {
        "name": "Studio",
        "drives_ac": True,
        "readings": {key: Reading(value=value, at=NOW) for key, value in VALUES.items()},
        "alarms": {**dict.fromkeys(ALARMS, QUIET), "radon_alarm": QUIET},
    }
    return device(1, **usual | members)


def burning() -> AlarmState:
    """Make an alarm that is on."""
    return AlarmState(active=True, armed=True, snoozed=False, since=NOW)


class House:
    """Publishes what mirror and discovery make of snapshots, and waits until Home Assistant has taken it."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, port: int) -> None:
        self.hass = hass
        self.entry = entry
        self.peer = Peer(port)
        self.told: dict[str, AirConditioner] = {"unit-1": TOLD}
        self.snapshot: Snapshot | None = None
        self._rounds = 0
        self._arrived = asyncio.Event()
        self.begin()

    def begin(self, **changes: Any) -> None:
        """Start the bridge anew, with other settings."""
        control: Callable[[str], Control] = changes.pop("control", lambda _: FULL)
        retained: dict[str, bytes] = changes.pop("retained", {})
        settings = replace(SETTINGS, **changes)
        selection = Selection(selected=settings.selected, names=settings.names)
        self.snapshot = None
        self.discovery = Discovery(TOPICS, settings, control, retained)
        self.mirror = Mirror(TOPICS, selection, KeyLedger(), self.told.get)

    async def __aenter__(self) -> Self:
        await self.peer.connect()
        await self.peer.subscribe("layla/+/+/set/#")
        await mqtt.async_subscribe(self.hass, "test/echo", callback(lambda _: self._arrived.set()), 1)
        await self._until_subscribed()
        await self.send(
            BRIDGE_STATE.at(TOPICS.bridge(BRIDGE_STATE), b"online"),
            HEALTH.at(TOPICS.bridge(HEALTH), b'{"cloud":{"state":"online","since":"2026-11-20T12:00:00+00:00"}}'),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.peer.client.disconnect()
        self.peer.client.loop_stop()

    async def shows(self, snapshot: Snapshot, *, removed: Collection[Item] = ()) -> None:
        """Let the cloud show a snapshot."""
        previous, self.snapshot = self.snapshot, snapshot
        states = self.mirror.changes(snapshot, previous, NOW, removed=removed)
        configs = self.discovery.changes(snapshot, previous, self.mirror.ledger, removed=removed)
        await self.send(*configs, *states)

    async def tells(self, told: Event, kind: Kind = Kind.DEVICE) -> None:
        """Let an event be told, on the topic of its unit or of its property."""
        item = Item(kind, (told.device_id if kind is Kind.DEVICE else told.property_id) or "")
        await self.send(EVENT.at(TOPICS.of(item, EVENT), event_payload(told, 7, NOW)))

    async def send(self, *publications: Publication) -> None:
        """Publish, and wait until Home Assistant has heard it all."""
        for each in publications:
            self.peer.client.publish(each.topic, each.payload, each.qos, each.retain)
        await self._heard()

    async def _heard(self) -> None:
        """Wait until Home Assistant has heard all that was published, and what is retained of what it then asks for."""
        await self._echo()
        # It subscribes for new entities a moment later; what it asks for after that is there after that.
        self._rounds += 1
        topic = f"test/round/{self._rounds}"
        arrived = asyncio.Event()
        self.peer.client.publish(topic, b"here", 1, retain=True)
        stop = await mqtt.async_subscribe(self.hass, topic, callback(lambda _: arrived.set()), 1)
        async with asyncio.timeout(GENEROUS):
            await arrived.wait()
        stop()
        await self._echo()

    async def _until_subscribed(self) -> None:
        async with asyncio.timeout(GENEROUS):
            while not self._arrived.is_set():
                self.peer.client.publish("test/echo", b"", 1)
                await asyncio.sleep(0.05)

    async def _echo(self) -> None:
        """Wait for a message behind all others."""
        self._arrived.clear()
        self.peer.client.publish("test/echo", b"", 1)
        async with asyncio.timeout(GENEROUS):
            await self._arrived.wait()
        await self.hass.async_block_till_done()

    async def acts(self, domain: str, action: str, entity_id: str, **members: Any) -> None:
        """Call an action of Home Assistant."""
        await self.hass.services.async_call(domain, action, {"entity_id": entity_id, **members}, blocking=True)

    async def commands(self, count: int) -> list[tuple[str, str]]:
        """Return the next commands that arrive, on which topic and what."""
        async with asyncio.timeout(GENEROUS):
            found: Iterable[MQTTMessage] = [await self.peer.messages.get() for _ in range(count)]
        return [(each.topic, each.payload.decode()) for each in found]

    def state(self, entity_id: str) -> State:
        """Return the state of an entity that must be there."""
        state = self.hass.states.get(entity_id)
        assert state, f"{entity_id} is not among {self.hass.states.async_entity_ids()}"
        return state

    @property
    def entities(self) -> list[er.RegistryEntry]:
        """What is registered."""
        return er.async_entries_for_config_entry(er.async_get(self.hass), self.entry.entry_id)

    @property
    def devices(self) -> dict[str, dr.DeviceEntry]:
        """The devices by their identifiers."""
        found = dr.async_entries_for_config_entry(dr.async_get(self.hass), self.entry.entry_id)
        return {identifier: each for each in found for _, identifier in each.identifiers}
