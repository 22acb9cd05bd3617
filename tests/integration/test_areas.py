"""Areas: suggested once, when a unit is new, and without doubling names in entity ids."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .test_entities import TEMPERATURE, state_of

type Place = Callable[[str], str | None]

two_properties = lives_in(partial(World.fleet, devices=4, properties=2), ids=["2 properties"])


@pytest.fixture
def place(hass: HomeAssistant, entry: MockConfigEntry) -> Place:
    """Tell the name of the area in which a device is: `unit:…` or `property:…`."""

    def _place(item: str) -> str | None:
        device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"layla:{item}"), entry.entry_id)
        assert device, item
        area = ar.async_get(hass).async_get_area(device.area_id) if device.area_id else None
        return area.name if area else None

    return _place


def move(hass: HomeAssistant, entry: MockConfigEntry, item: str, area_id: str | None) -> None:
    """Put a device elsewhere, as a user does."""
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, f"layla:{item}"), entry.entry_id)
    assert device
    registry.async_update_device(device.id, area_id=area_id)


def unit_ids(hass: HomeAssistant, unit: str) -> list[str]:
    """Return the entity ids of a unit."""
    return [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.unique_id.startswith(f"layla:unit:{unit}:")
    ]


async def test_in_a_single_property_a_unit_is_in_an_area_of_its_name_and_its_ids_say_it_once(
    hass: HomeAssistant, loaded: MockConfigEntry, place: Place
) -> None:
    assert place("unit:unit") == "Studio"
    assert place("property:home") is None
    ids = unit_ids(hass, "unit")
    assert ids
    assert all(entity_id.partition(".")[2].startswith("studio") for entity_id in ids)
    assert not any("studio_studio" in entity_id for entity_id in ids)
    assert hass.states.get("binary_sensor.tiny_home_any_alarm")


async def test_a_unit_that_comes_later_gets_its_area_and_plain_ids_too(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, place: Place
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()

    assert place("unit:attic") == "Attic"
    assert state_of(hass, "binary_sensor.attic_noise_alarm") == "off"
    assert not any("attic_attic" in entity_id for entity_id in unit_ids(hass, "attic"))


@pytest.mark.parametrize("how", ["while it runs", "at the start"])
async def test_an_entity_that_comes_later_says_the_name_once_and_the_unit_stays_where_it_is(
    hass: HomeAssistant,
    cloud: Cloud,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    refresh: Refresh,
    place: Place,
    how: str,
) -> None:
    await cloud.payload("unit", latest_values=[{"name": "temperature", "value": 20}])
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get("sensor.studio_noise") is None

    await cloud.payload("unit")
    if how == "while it runs":
        await refresh()
    else:
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    assert state_of(hass, "sensor.studio_noise")
    assert place("unit:unit") == "Studio"


async def test_a_unit_that_gets_nothing_new_never_leaves_its_area(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    changed: list[Event[dr.EventDeviceRegistryUpdatedData]] = []
    hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, changed.append)
    await cloud.change("unit", readings={"noise": 71})
    await refresh()
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()

    assert changed == []


@two_properties
async def test_among_several_properties_a_unit_is_in_its_propertys_area_and_its_ids_begin_with_it(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, place: Place
) -> None:
    assert place("unit:unit-00000") == place("property:property-0000") == "House 0"
    assert place("unit:unit-00001") == place("property:property-0001") == "House 1"
    assert float(state_of(hass, "sensor.house_1_room_1_temperature"))
    assert state_of(hass, "binary_sensor.house_1_any_alarm") == "off"

    await cloud.control("POST", "devices", property_id="property-0001", id="attic", name="Attic")
    await refresh()
    assert place("unit:attic") == "House 1"
    assert float(state_of(hass, "sensor.house_1_attic_temperature"))
    assert len(ar.async_get(hass).areas) == 2


async def test_an_area_that_is_there_already_is_taken_however_its_name_is_written(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, place: Place
) -> None:
    ar.async_get(hass).async_create("STUDIO")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert place("unit:unit") == "STUDIO"
    assert len(ar.async_get(hass).areas) == 1
    assert state_of(hass, TEMPERATURE) == "24.0"


@pytest.mark.parametrize("elsewhere", [True, False])
async def test_what_the_user_chose_stays(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, place: Place, *, elsewhere: bool
) -> None:
    chosen = ar.async_get(hass).async_create("Den") if elsewhere else None
    move(hass, loaded, "unit:unit", chosen.id if chosen else None)
    await refresh()
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await cloud.change("unit", name="Bedroom")
    await refresh()

    assert place("unit:unit") == (chosen.name if chosen else None)


async def test_an_area_that_the_user_deleted_does_not_come_back(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, place: Place
) -> None:
    registry = ar.async_get(hass)
    (area,) = registry.async_list_areas()
    registry.async_delete(area.id)
    await cloud.payload("unit", in_alarm=["radon_alarm"])
    await refresh()
    assert await hass.config_entries.async_reload(loaded.entry_id)

    assert place("unit:unit") is None
    assert not list(registry.async_list_areas())


@lives_in(partial(World.fleet, devices=6, properties=1), ids=["6 units"])
@pytest.mark.parametrize("elsewhere", [True, False])
async def test_a_unit_that_comes_back_after_it_was_removed_is_where_the_user_had_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    place: Place,
    *,
    elsewhere: bool,
) -> None:
    chosen = ar.async_get(hass).async_create("Den") if elsewhere else None
    move(hass, loaded, "unit:unit-00005", chosen.id if chosen else None)
    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    for _ in range(49):
        freezer.tick(timedelta(minutes=30))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    registry = dr.async_get(hass)
    assert not registry.async_get_device_by_identifier((DOMAIN, "layla:unit:unit-00005"), loaded.entry_id)

    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00005", name="Room 5")
    await refresh()
    assert place("unit:unit-00005") == ("Den" if elsewhere else None)


async def test_a_unit_without_a_name_is_in_no_area(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, place: Place
) -> None:
    await cloud.payload("unit", name=None)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert place("unit:unit") is None
    assert not ar.async_get(hass).areas


@two_properties
async def test_a_property_that_is_not_listed_counts_and_has_no_name(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, place: Place
) -> None:
    await cloud.fault("listProperties", "status", status=403)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert place("unit:unit-00000") is None
    assert not ar.async_get(hass).areas
