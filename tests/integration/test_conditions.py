"""The condition of our own: an alarm is active."""

from functools import partial
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, entity_registry as er
from homeassistant.helpers.condition import async_get_all_descriptions
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.layla.automations import targets
from custom_components.layla.automations.alarm_condition import AlarmIsActive
from custom_components.layla.registry.identity import Kind
from simulator import World

from .automating import area_id, automate, device_id
from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import once
from .options import choose

pytestmark = [once, lives_in(partial(World.fleet, devices=4, properties=2), ids=["2 houses"])]

HOUSE: Final = "event.house_0_alarm_event"
ROOM_0: Final = "event.house_0_room_0_alarm_event"
ROOM_2: Final = "event.house_0_room_2_alarm_event"


async def passes(hass: HomeAssistant, target: dict[str, Any], **options: Any) -> bool:
    """Check the condition as an automation does."""
    config = {"condition": "layla.alarm_is_active", "target": target, "options": options}
    checked = await condition.async_validate_condition_config(hass, config)
    checker = await condition.async_from_config(hass, checked)
    try:
        return bool(checker.async_check())
    finally:
        checker.async_unload()


async def test_an_automation_goes_on_only_while_an_alarm_is_active(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    calls = async_mock_service(hass, "test", "ran")
    await automate(
        hass,
        {
            "triggers": {"trigger": "event", "event_type": "asked"},
            "conditions": {"condition": "layla.alarm_is_active", "target": {"entity_id": HOUSE}},
            "actions": {"action": "test.ran"},
        },
    )
    for active, expected in ((False, 0), (True, 1), (False, 1)):
        await cloud.alarm("unit-00000", "noise_alarm", active=active)
        await refresh()
        hass.bus.async_fire("asked")
        await hass.async_block_till_done()
        assert len(calls) == expected


async def test_an_alarm_is_active_where_it_is_and_in_what_holds_that(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert await async_setup_component(hass, "automation", {})
    await cloud.alarm("unit-00000", "noise_alarm")
    await cloud.payload("unit-00003", in_alarm=["radon_alarm"], active_alarms=[])
    await refresh()

    both = {"entity_id": [ROOM_0, ROOM_2]}
    assert await passes(hass, both)
    assert await passes(hass, both, behavior="any", alarm=["noise_alarm", "occupancy_alarm"])
    assert not await passes(hass, both, alarm="occupancy_alarm")
    assert not await passes(hass, both, behavior="all")
    assert not await passes(hass, {"entity_id": ROOM_2})
    assert await passes(hass, {"device_id": device_id(hass, "property:property-0000")}, behavior="all")
    assert await passes(hass, {"area_id": area_id(hass, "House 0")})
    assert not await passes(hass, {"area_id": area_id(hass, "House 0")}, behavior="all")
    assert await passes(hass, {"area_id": area_id(hass, "House 1")}, alarm="other_alarm")
    assert await passes(hass, {"device_id": device_id(hass, "account:127.0.0.1:demo-owner")}, behavior="all")
    assert not await passes(hass, {"device_id": "nothing"}, behavior="all")

    await cloud.alarm("unit-00002", "occupancy_alarm")
    await refresh()
    assert await passes(hass, both, behavior="all")


async def test_what_is_not_known_is_not_active(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.alarm("unit-00000", "noise_alarm")
    await refresh()
    er.async_get(hass).async_update_entity(ROOM_0, disabled_by=er.RegistryEntryDisabler.USER)
    assert await passes(hass, {"entity_id": ROOM_0})
    await choose(hass, loaded, detail="summary")
    assert await passes(hass, {"entity_id": HOUSE})

    await cloud.fault("listDevices", "status", status=503)
    for _ in range(3):
        await refresh()
    assert not await passes(hass, {"entity_id": HOUSE})
    await cloud.heal()
    for _ in range(3):
        await refresh()
    assert await passes(hass, {"entity_id": HOUSE})
    await cloud.payload("unit-00000", in_alarm=None, active_alarms=None)
    await refresh()
    assert not await passes(hass, {"entity_id": HOUSE})
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not await passes(hass, {"entity_id": HOUSE})


async def test_what_is_taken_out_of_a_target_does_not_count(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    """Home Assistant 2026.11 lets users do so; the versions before refuse such a target."""
    await cloud.alarm("unit-00000", "noise_alarm")
    await refresh()
    options = {"alarm": [], "behavior": "any"}
    for taken_out, expected in ((ROOM_2, True), (ROOM_0, False), (HOUSE, False)):
        target = {"area_id": [area_id(hass, "House 0")], "exclude": {"entity_id": [taken_out]}}
        assert (Kind.UNIT, "unit-00000") in targets.chosen(hass, target)
        checker = AlarmIsActive(hass, condition.ConditionConfig(options=options, target=target))
        await checker.async_setup()
        assert checker.async_check() is expected
        checker.async_unload()


UNFIT: Final[list[dict[str, Any]]] = [
    {},
    {"target": {}},
    {"target": {"entity_id": "binary_sensor.house_0_any_alarm"}},
    {"target": {"entity_id": HOUSE}, "options": {"alarm": "fire"}},
    {"target": {"entity_id": HOUSE}, "options": {"behavior": "each"}},
]


async def test_what_cannot_work_is_refused_when_the_automation_is_read(
    hass: HomeAssistant, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    conditions = [{"condition": "layla.alarm_is_active", **members} for members in UNFIT]
    fit = {"condition": "layla.alarm_is_active", "target": {"device_id": "later"}}
    trigger = {"trigger": "event", "event_type": "asked"}
    await automate(hass, *({"triggers": trigger, "conditions": each, "actions": []} for each in (*conditions, fit)))
    states = [state.state for state in hass.states.async_all("automation")]
    assert states == ["unavailable"] * len(UNFIT) + ["on"]
    assert "binary_sensor.house_0_any_alarm shows no alarm events; choose an event entity" in caplog.text


async def test_users_are_offered_the_condition(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    descriptions = await async_get_all_descriptions(hass)
    assert [name for name in descriptions if name.startswith("layla.")] == ["layla.alarm_is_active"]
