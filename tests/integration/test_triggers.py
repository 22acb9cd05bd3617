"""Triggers of our own: what runs an automation, what does not, and what it is told."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.websocket_api.automation import async_get_triggers_for_target
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.trigger import async_get_all_descriptions
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from simulator import World
from simulator.house.notifications import Notification

from .automating import Runs, area_id, automate, device_id
from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import needs, once
from .options import choose

pytestmark = [once, lives_in(partial(World.fleet, devices=4, properties=2), ids=["2 houses"])]

# House 0 has these two units.
FIRST: Final = "unit-00000"
SECOND: Final = "unit-00002"
OF_HOUSE_1: Final = ("unit-00001", "unit-00003")
UNITS: Final = (FIRST, SECOND, *OF_HOUSE_1)
TOLD: Final = ("alarm", "alarm_name", "phase", "unit", "property", "at", "late", "event_id", "device_id")

type Name = Callable[[HomeAssistant], dict[str, Any]]


@pytest.fixture
def runs(hass: HomeAssistant) -> Runs:
    """An automation that notes what it was told of an alarm."""
    return Runs(hass, TOLD)


@pytest.fixture
def sensed(hass: HomeAssistant) -> Runs:
    """An automation that notes what it was told of a sensor."""
    return Runs(hass, ("entity_id", "unit", "property"))


def raised(target: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Write the trigger of alarms that begin."""
    return {"trigger": "layla.alarm_raised", "target": target, "options": options}


def ended(target: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Write the trigger of alarms that end."""
    return {"trigger": "layla.alarm_ended", "target": target, "options": options}


HOUSE: Final = {"entity_id": "event.house_0_alarm_event"}


async def test_the_start_and_the_end_of_an_alarm_run_an_automation_once_each(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, runs: Runs, refresh: Refresh
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    await runs.of(raised(HOUSE), ended(HOUSE))
    await cloud.alarm(FIRST, "noise_alarm")
    await refresh()
    await refresh()
    (start,) = runs.told
    await cloud.alarm(FIRST, "noise_alarm", active=False)
    await refresh()
    await refresh()
    (end,) = runs.told

    assert start == {
        "alarm": "noise_alarm",
        "alarm_name": "Noise alarm",
        "phase": "started",
        "unit": "Room 0",
        "property": "House 0",
        "at": "2026-11-20 13:00:00+01:00",
        "late": "False",
        "event_id": start["event_id"],
        "device_id": device_id(hass, f"unit:{FIRST}"),
    }
    shown = hass.states.get("event.house_0_room_0_alarm_event")
    assert shown
    assert end["phase"] == "ended"
    assert end["event_id"] == shown.attributes["event_id"] != start["event_id"]


async def test_only_the_chosen_kinds_of_alarms_run_an_automation(
    cloud: Cloud, loaded: MockConfigEntry, runs: Runs, refresh: Refresh
) -> None:
    await runs.of(raised(HOUSE, alarm=["occupancy_alarm", "other_alarm"]))
    for alarm in ("noise_alarm", "occupancy_alarm"):
        await cloud.alarm(FIRST, alarm)
    await cloud.payload(SECOND, in_alarm=["radon_alarm"], active_alarms=[])
    await refresh()
    assert sorted(run["alarm_name"] for run in runs.told) == ["Occupancy alarm", "Radon alarm"]


TARGETS: Final[dict[str, tuple[Name, set[str]]]] = {
    "entity of a property": (lambda _: HOUSE, {FIRST, SECOND}),
    "entity of a unit": (lambda _: {"entity_id": "event.house_0_room_2_alarm_event"}, {SECOND}),
    "property": (lambda hass: {"device_id": device_id(hass, "property:property-0000")}, {FIRST, SECOND}),
    "unit": (lambda hass: {"device_id": device_id(hass, f"unit:{FIRST}")}, {FIRST}),
    "property and its units": (
        lambda hass: {
            "device_id": [device_id(hass, "property:property-0000"), device_id(hass, f"unit:{FIRST}")],
            "entity_id": ["event.house_0_room_0_alarm_event", "event.house_0_alarm_event"],
        },
        {FIRST, SECOND},
    ),
    "area": (lambda hass: {"area_id": area_id(hass, "House 1")}, {*OF_HOUSE_1}),
    "account": (
        lambda hass: {"device_id": device_id(hass, "account:127.0.0.1:demo-owner")},
        {FIRST, SECOND, *OF_HOUSE_1},
    ),
    "something else": (lambda _: {"entity_id": "event.doorbell", "label_id": "nothing", "device_id": "gone"}, set()),
}


async def test_a_target_stands_for_what_is_in_it_and_one_event_runs_an_automation_once(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, runs: Runs, refresh: Refresh
) -> None:
    er.async_get(hass).async_get_or_create("event", "other", "doorbell", suggested_object_id="doorbell")
    await runs.of_each({name: raised(target(hass)) for name, (target, _) in TARGETS.items()})
    for unit in UNITS:
        await cloud.alarm(unit, "noise_alarm")
    await refresh()
    told = sorted((run["which"], run["device_id"]) for run in runs.told)
    expected = ((name, device_id(hass, f"unit:{unit}")) for name, (_, units) in TARGETS.items() for unit in units)
    assert told == sorted(expected)


async def test_an_alarm_of_a_whole_property_is_told_without_a_unit(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry, runs: Runs, refresh: Refresh
) -> None:
    await runs.of(raised(HOUSE))
    world.notify(Notification("security_alarm_start", "property-0000", None, world.time, "Title", "Message"))
    await refresh()
    (run,) = runs.told
    assert (run["unit"], run["property"]) == ("-", "House 0")
    assert run["device_id"] == device_id(hass, "property:property-0000")


async def test_a_summary_and_disabled_event_entities_cost_no_alarm(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, runs: Runs, refresh: Refresh
) -> None:
    home = device_id(hass, "property:property-0000")
    er.async_get(hass).async_update_entity(HOUSE["entity_id"], disabled_by=er.RegistryEntryDisabler.USER)
    dr.async_get(hass).async_update_device(home, name_by_user="Beach House")
    await choose(hass, loaded, detail="summary")
    assert hass.states.get("event.house_0_room_0_alarm_event") is None
    await runs.of(raised({"device_id": home}))
    await cloud.alarm(FIRST, "noise_alarm")
    await refresh()
    (run,) = runs.told
    assert (run["unit"], run["property"], run["device_id"]) == ("Room 0", "Beach House", home)


async def test_an_automation_that_was_there_first_hears_of_alarms_over_reloads(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, runs: Runs, refresh: Refresh
) -> None:
    await runs.of(raised(HOUSE))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await refresh()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await cloud.alarm(FIRST, "noise_alarm")
    await refresh()
    assert len(runs.told) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [("occupancy_alarm", "False")]),
        ({"include_late": True, "alarm": "noise_alarm"}, [("noise_alarm", "True")] * 2),
    ],
)
async def test_what_happened_long_ago_runs_an_automation_only_if_asked(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    runs: Runs,
    options: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    await runs.of(raised(HOUSE, **options), ended(HOUSE, **options))
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await cloud.alarm(FIRST, "noise_alarm")
    freezer.tick(timedelta(minutes=1))
    await cloud.alarm(FIRST, "noise_alarm", active=False)
    freezer.tick(timedelta(hours=1))
    await cloud.alarm(FIRST, "occupancy_alarm")
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [(run["alarm"], run["late"]) for run in runs.told] == expected


UNFIT: Final = [
    {"trigger": "layla.alarm_raised"},
    raised({}),
    raised({"entity_id": "binary_sensor.house_0_any_alarm"}),
    raised(HOUSE, alarm=["fire"]),
    raised(HOUSE, include_late="perhaps"),
    {"trigger": "layla.noise_above", "target": {"area_id": "a"}, "options": {}},
    {"trigger": "layla.noise_above", "target": {"area_id": "a"}, "options": {"level": "loud"}},
    {"trigger": "layla.noise_above", "target": {"area_id": "a"}, "options": {"level": 60, "for": "-1"}},
    {"trigger": "layla.went_offline", "target": {}},
    {"trigger": "layla.alarm"},
]


async def test_what_cannot_work_is_refused_when_the_automation_is_read(
    hass: HomeAssistant, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await automate(hass, *({"triggers": trigger, "actions": []} for trigger in UNFIT))
    assert [state.state for state in hass.states.async_all("automation")] == ["unavailable"] * len(UNFIT)
    assert "binary_sensor.house_0_any_alarm shows no alarm events; choose an event entity" in caplog.text
    assert "names nothing; choose an entity, a device, an area" in caplog.text


async def test_what_can_work_is_accepted_before_there_is_an_account(hass: HomeAssistant, world: World) -> None:
    triggers = [
        raised(HOUSE, alarm="smoke_alarm"),
        ended({"device_id": "later", "floor_id": "ground"}),
        {"trigger": "layla.noise_above", "target": {"label_id": "party"}, "options": {"level": 60}},
        {"trigger": "layla.went_offline", "target": {"area_id": "attic"}, "options": {"for": {"minutes": 5}}},
    ]
    await automate(hass, {"triggers": triggers, "actions": []})
    (automation,) = hass.states.async_all("automation")
    assert automation.state == "on"


async def test_users_are_offered_the_triggers_where_they_fit(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    descriptions = await async_get_all_descriptions(hass)
    assert {name for name in descriptions if name.startswith("layla.")} == {
        "layla.alarm_raised",
        "layla.alarm_ended",
        "layla.noise_above",
        "layla.went_offline",
    }
    offered = await async_get_triggers_for_target(hass, HOUSE, expand_group=False)
    assert {name for name in offered if name.startswith("layla.")} == {"layla.alarm_raised", "layla.alarm_ended"}


# noise


def noise_above(target: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Write the trigger of noise."""
    return {"trigger": "layla.noise_above", "target": target, "options": {"level": 60, **options}}


async def _noise(cloud: Cloud, refresh: Refresh, **levels: float) -> None:
    for unit, level in levels.items():
        await cloud.change(unit.replace("_", "-"), readings={"noise": level})
    await refresh()


async def test_noise_that_rises_above_a_level_runs_an_automation_once(
    cloud: Cloud, loaded: MockConfigEntry, sensed: Runs, refresh: Refresh
) -> None:
    await _noise(cloud, refresh, unit_00000=60)
    await sensed.of(noise_above({"entity_id": "sensor.house_0_room_0_noise"}))
    for level in (61, 65, 59, 75):
        await _noise(cloud, refresh, unit_00000=level, unit_00002=level + 20)
    told = {"entity_id": "sensor.house_0_room_0_noise", "unit": "Room 0", "property": "House 0"}
    assert sensed.told == [told, told]


async def test_noise_has_to_last_as_long_as_asked(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    sensed: Runs,
    refresh: Refresh,
) -> None:
    await _noise(cloud, refresh, unit_00000=50)
    await sensed.of(noise_above({"entity_id": "sensor.house_0_room_0_noise"}, **{"for": {"minutes": 3}}))
    for level in (70, 80, 50, 70, 71):
        await _noise(cloud, refresh, unit_00000=level)
    assert sensed.told == []
    freezer.tick(timedelta(minutes=3))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(sensed.told) == 1


NOISY: Final[dict[str, tuple[Name, list[str]]]] = {
    "property": (
        lambda hass: {"device_id": device_id(hass, "property:property-0000")},
        ["house_0_room_0", "house_0_room_2"],
    ),
    "area": (lambda hass: {"area_id": area_id(hass, "House 0")}, ["house_0_room_0", "house_0_room_2"]),
    "unit": (lambda hass: {"device_id": device_id(hass, f"unit:{SECOND}")}, ["house_0_room_2"]),
    "account": (
        lambda hass: {"device_id": device_id(hass, "account:127.0.0.1:demo-owner")},
        ["house_0_room_0", "house_0_room_2", "house_1_room_1", "house_1_room_3"],
    ),
    "named sensor of a property": (lambda _: {"entity_id": "sensor.house_0_noise"}, ["house_0"]),
    "another sensor": (lambda _: {"entity_id": ["sensor.house_0_room_0_temperature", "sensor.elsewhere"]}, []),
}


async def test_a_property_stands_for_the_noise_at_its_units(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, sensed: Runs, refresh: Refresh
) -> None:
    await _noise(cloud, refresh, **dict.fromkeys(UNITS, 40.0))
    await sensed.of_each({name: noise_above(target(hass)) for name, (target, _) in NOISY.items()})
    await _noise(cloud, refresh, **dict.fromkeys(UNITS, 70.0))
    told = sorted((run["which"], run["entity_id"]) for run in sensed.told)
    assert told == sorted((name, f"sensor.{place}_noise") for name, (_, places) in NOISY.items() for place in places)


async def test_the_noise_of_a_summary_is_that_of_its_loudest_unit(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, sensed: Runs, refresh: Refresh
) -> None:
    await choose(hass, loaded, detail="summary")
    await _noise(cloud, refresh, unit_00000=40, unit_00002=40)
    await sensed.of(noise_above({"area_id": area_id(hass, "House 0")}))
    await _noise(cloud, refresh, unit_00000=70)
    await _noise(cloud, refresh, unit_00002=75)
    assert sensed.told == [{"entity_id": "sensor.house_0_noise", "unit": "-", "property": "House 0"}]


# offline


@needs("connection_status")
async def test_a_unit_that_is_lost_runs_an_automation_when_it_stays_so(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, sensed: Runs, refresh: Refresh
) -> None:
    target = {"device_id": device_id(hass, "property:property-0000")}
    await sensed.of({"trigger": "layla.went_offline", "target": target, "options": {"for": {"minutes": 2}}})
    for unit in (FIRST, SECOND, OF_HOUSE_1[0]):
        await cloud.change(unit, online=False)
    await refresh()
    await cloud.change(FIRST, online=True)
    await refresh()
    assert sensed.told == []
    await refresh()
    await refresh()
    told = {"entity_id": "binary_sensor.house_0_room_2_connectivity", "unit": "Room 2", "property": "House 0"}
    assert sensed.told == [told]


@needs("connection_status")
async def test_an_outage_of_the_cloud_is_no_unit_that_went_offline(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, sensed: Runs, refresh: Refresh
) -> None:
    target = {"device_id": device_id(hass, "property:property-0000")}
    await sensed.of({"trigger": "layla.went_offline", "target": target})
    await cloud.fault("listDevices", "status", status=503)
    for _ in range(3):
        await refresh()
    await cloud.heal()
    for _ in range(3):
        await refresh()
    assert sensed.told == []
    await cloud.change(FIRST, online=False)
    await refresh()
    assert [run["unit"] for run in sensed.told] == ["Room 0"]
