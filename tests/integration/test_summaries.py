"""What a property shows of its units together, at either level of detail."""

from functools import partial
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from syrupy.assertion import SnapshotAssertion

from custom_components.layla.figures.described import COUNTS, SAVINGS
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import Flavour, needs
from .options import choose
from .test_entities import state_of

HOUSE = partial(World.fleet, devices=3, properties=1)
# With what the API must tell of units for it.
OF_A_HOUSE = {
    "binary_sensor.house_0_any_alarm": "in_alarm",
    "binary_sensor.house_0_connectivity": "connection_status",
    "event.house_0_alarm_event": "in_alarm",
    "sensor.house_0_noise": "noise",
    "sensor.house_0_occupancy": "occupancy_max",
    "sensor.house_0_lowest_temperature": "temperature",
    "sensor.house_0_highest_temperature": "temperature",
    "switch.house_0_eco_mode": "SetEcoMode",
    "switch.house_0_noise_alarm_armed": "ArmPropertyAlarm",
    "switch.house_0_noise_alarm_in_quiet_hours_armed": "ArmPropertyAlarm",
    "switch.house_0_occupancy_alarm_armed": "ArmPropertyAlarm",
    "switch.house_0_occupancy_alarm_in_quiet_hours_armed": "ArmPropertyAlarm",
    "switch.house_0_security_alarm_armed": "ArmPropertyAlarm",
}
FIGURES = {
    "sensor.house_0_noise": "55.0",
    "sensor.house_0_occupancy": "5.0",
    "sensor.house_0_lowest_temperature": "19.5",
    "sensor.house_0_highest_temperature": "23.5",
}

pytestmark = lives_in(HOUSE, ids=["house"])


@pytest.fixture(autouse=True)
async def _readings(cloud: Cloud) -> None:
    """Give the three units readings of their own."""
    for unit, noise, people, temperature in (("0", 40, 2, 19.5), ("1", 55, 0, 21), ("2", 48, 3, 23.5)):
        readings = {"noise": noise, "occupancy_max": people, "temperature": temperature}
        await cloud.change(f"unit-0000{unit}", readings=readings)


@pytest.fixture
async def summary(hass: HomeAssistant, loaded: MockConfigEntry) -> MockConfigEntry:
    """Show the house as a summary."""
    await choose(hass, loaded, detail="summary")
    return loaded


@pytest.fixture
def of_the_house(flavour: Flavour) -> set[str]:
    """The entities that the house itself has."""
    return {entity_id for entity_id, needed in OF_A_HOUSE.items() if needed in flavour.has}


def _measured(hass: HomeAssistant) -> list[State]:
    """Return the states of all but the account and the figures, which the cloud computes without regard to levels."""
    slow = {*(each.key for each in SAVINGS), *(each.key for each in COUNTS.values())}
    registry = er.async_get(hass)
    return [
        state
        for state in hass.states.async_all()
        if (entity := registry.async_get(state.entity_id))
        and not entity.unique_id.startswith("layla:account:")
        and entity.unique_id.rpartition(":")[2] not in slow
    ]


def _figures(hass: HomeAssistant) -> dict[str, str]:
    return {entity_id: state_of(hass, entity_id) for entity_id in FIGURES if hass.states.get(entity_id)}


async def test_a_summary(
    hass: HomeAssistant, of_the_house: set[str], summary: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    states = {state.entity_id: (state.state, dict(state.attributes)) for state in _measured(hass)}

    assert states.keys() == of_the_house
    assert states == snapshot


async def test_the_entities_of_a_property_are_the_same_at_both_levels(
    hass: HomeAssistant, of_the_house: set[str], loaded: MockConfigEntry
) -> None:
    assert set(hass.states.async_entity_ids()) > of_the_house
    before = {entity_id: state_of(hass, entity_id) for entity_id in of_the_house}

    await choose(hass, loaded, detail="summary")

    assert {entity_id: state_of(hass, entity_id) for entity_id in of_the_house} == before


async def test_a_property_shows_its_loudest_unit_all_its_people_and_the_range_of_its_temperatures(
    hass: HomeAssistant, of_the_house: set[str], summary: MockConfigEntry
) -> None:
    assert _figures(hass) == {name: value for name, value in FIGURES.items() if name in of_the_house}


@needs("connection_status", "occupancy_max")
async def test_old_readings_of_offline_units_do_not_count(
    hass: HomeAssistant, cloud: Cloud, summary: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit-00000", connection_status="offline")
    await cloud.payload("unit-00001", connection_status="resting")
    await refresh()
    assert tuple(_figures(hass).values()) == ("55.0", "3.0", "21.0", "23.5")

    for unit in ("unit-00001", "unit-00002"):
        await cloud.payload(unit, connection_status="offline")
    await refresh()
    assert _figures(hass) == dict.fromkeys(FIGURES, STATE_UNKNOWN)


@needs("connection_status")
async def test_one_offline_unit_is_seen_at_the_property_and_named(
    hass: HomeAssistant, cloud: Cloud, summary: MockConfigEntry, refresh: Refresh
) -> None:
    def attributes() -> Any:
        state = hass.states.get("binary_sensor.house_0_connectivity")
        assert state
        return state.attributes["offline_units"]

    assert state_of(hass, "binary_sensor.house_0_connectivity") == STATE_ON
    assert attributes() == []

    await cloud.change("unit-00001", online=False)
    await refresh()
    assert state_of(hass, "binary_sensor.house_0_connectivity") == STATE_OFF
    assert attributes() == ["Room 1"]

    await cloud.change("unit-00002", online=False)
    await refresh()
    assert attributes() == ["Room 1", "Room 2"]

    for unit in range(3):
        await cloud.payload(f"unit-0000{unit}", connection_status="resting")
    await refresh()
    assert state_of(hass, "binary_sensor.house_0_connectivity") == STATE_UNKNOWN


async def test_an_alarm_of_a_unit_is_seen_at_the_summary(
    hass: HomeAssistant, cloud: Cloud, summary: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.alarm("unit-00002", "noise_alarm")
    await refresh()

    state = hass.states.get("binary_sensor.house_0_any_alarm")
    assert state
    assert state.state == STATE_ON
    assert [(alarm["unit"], alarm["alarm"]) for alarm in state.attributes["alarms"]] == [("Room 2", "noise_alarm")]


async def test_a_change_that_does_not_change_the_sum_writes_nothing(
    hass: HomeAssistant, cloud: Cloud, summary: MockConfigEntry, refresh: Refresh
) -> None:
    for _ in range(2):
        await refresh()  # the figures are there now
    written = async_capture_events(hass, EVENT_STATE_CHANGED)
    await cloud.change("unit-00002", readings={"noise": 50, "power": 71})
    await refresh()
    assert written == []

    await cloud.change("unit-00002", readings={"noise": 60})
    await refresh()
    assert [event.data["entity_id"] for event in written] == ["sensor.house_0_noise"]


async def test_a_sum_appears_with_the_first_value_and_stays(
    hass: HomeAssistant, of_the_house: set[str], cloud: Cloud, entry: MockConfigEntry, refresh: Refresh
) -> None:
    for unit in range(3):
        await cloud.payload(f"unit-0000{unit}", latest_values=[{"name": "temperature", "value": 20 + unit}])
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"detail": "summary", "exceptions": []})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert {state.entity_id for state in _measured(hass)} == of_the_house - {
        "sensor.house_0_noise",
        "sensor.house_0_occupancy",
    }

    await cloud.payload("unit-00001", latest_values=[{"name": "noise", "value": 44}])
    await refresh()
    assert state_of(hass, "sensor.house_0_noise") == "44.0"

    await cloud.payload("unit-00001", latest_values=[])
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.house_0_noise") == STATE_UNKNOWN
    assert state_of(hass, "sensor.house_0_highest_temperature") == "22.0"


async def test_a_summary_is_unavailable_when_the_cloud_is_or_the_property_is_gone(
    hass: HomeAssistant, of_the_house: set[str], cloud: Cloud, summary: MockConfigEntry, refresh: Refresh
) -> None:
    before = _figures(hass)
    await cloud.fault("listDevices", "status", status=500)
    for _ in range(2):
        await refresh()
    assert {state_of(hass, entity_id) for entity_id in of_the_house} == {STATE_UNAVAILABLE}

    await cloud.heal()
    await refresh()
    assert _figures(hass) == before

    await cloud.control("DELETE", "properties/property-0000")
    for _ in range(16):
        await refresh()
    assert {state_of(hass, entity_id) for entity_id in of_the_house} == {STATE_UNAVAILABLE}


async def test_noise_and_temperature_have_statistics(
    hass: HomeAssistant, of_the_house: set[str], summary: MockConfigEntry
) -> None:
    sensors = [entity_id for entity_id in of_the_house if entity_id.startswith("sensor.")]
    registry = er.async_get(hass)

    for entity_id in sensors:
        entity = registry.async_get(entity_id)
        assert entity
        assert entity.capabilities == {"state_class": "measurement"}
