"""Diagnostics tell what is wrong without telling whose home it is."""

from functools import partial
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import Flavour
from .options import choose


@pytest.fixture(autouse=True)
async def _diagnostics(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "diagnostics", {})


def _unit(hass: HomeAssistant, entry: MockConfigEntry, kind: str = "unit", item_id: str = "unit") -> dr.DeviceEntry:
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"layla:{kind}:{item_id}"), entry.entry_id)
    assert device
    return device


async def test_diagnostics_of_the_account(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    snapshot: SnapshotAssertion,
) -> None:
    await cloud.payload("unit", latest_values=[{"name": "temperature", "value": "21.5"}, {"name": "pm25", "value": 3}])
    await refresh()

    found = await get_diagnostics_for_config_entry(hass, hass_client, loaded)

    assert found == snapshot
    assert found["parsed_around"] == {
        "device.latest_values.value: number expected": 1,
        "device.latest_values: unknown pm25": 1,
    }


@pytest.mark.parametrize(("kind", "item_id", "part"), [("unit", "unit", "units"), ("property", "home", "properties")])
async def test_diagnostics_of_one_device_hold_that_device_alone(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    kind: str,
    item_id: str,
    part: str,
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()

    found: dict[str, Any] = await get_diagnostics_for_device(
        hass, hass_client, loaded, _unit(hass, loaded, kind, item_id)
    )

    assert {name: len(found[name]) for name in ("units", "properties")} == {"units": 0, "properties": 0} | {part: 1}
    assert found["refresh"]["succeeded"]


async def test_no_name_id_address_or_secret_is_in_them(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    cloud: Cloud,
    flavour: Flavour,
    loaded: MockConfigEntry,
) -> None:
    profile = await cloud.control("PATCH", "profile", name="Maria Example", email="maria@example.com")
    assert profile

    text = json.dumps(
        [
            await get_diagnostics_for_config_entry(hass, hass_client, loaded),
            await get_diagnostics_for_device(hass, hass_client, loaded, _unit(hass, loaded)),
        ]
    )

    names = ("Tiny Home", "Studio", "Small Lane", "demo-owner", "127.0.0.1", "Maria", "maria@")
    for private in (*flavour.secrets(loaded.data), *names):
        assert private not in text, private


@lives_in(partial(World.fleet, devices=4, properties=2), ids=["fleet"])
async def test_the_options_are_in_them_with_hashes_for_properties(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    await choose(hass, loaded, exceptions=["property-0001"], interval=90)

    found: Any = await get_diagnostics_for_config_entry(hass, hass_client, loaded)

    assert "property-0001" not in json.dumps(found)
    (summary,) = (home["id"] for home in found["properties"] if home["detail"] == "summary")
    assert found["options"]["exceptions"] == [summary]
    assert found["options"]["interval"] == 90
    entities = found["entities"]
    assert entities["enabled"] == entities["estimated"] == flavour.entities.of(properties=2, units=2, with_ac=1)
    assert (entities["units_shown"], entities["properties_by_level"]) == (2, {"full": 1, "summary": 1})
