"""Every start and every end of an alarm is an event of its unit and of its property, once, whatever happens between."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
import json
from pathlib import Path
import re
from typing import Any, Final
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service
import yaml

from custom_components.layla.cloud.cursor import Subject
from custom_components.layla.cloud.episodes import event_id
from custom_components.layla.cloud.model import Phase
from custom_components.layla.const import DOMAIN

from .cloud import Cloud
from .conftest import NOW, Refresh
from .test_entities import SECURITY, state_of
from .test_sharing import manager

__all__ = ["manager"]

UNIT: Final = "event.studio_alarm_event"
HOME: Final = "event.tiny_home_alarm_event"
FILE: Final = "layla.events.01LAYLA"
PAGE: Final = (Path(__file__).parents[2] / "docs/events.md").read_text(encoding="utf-8")

type Restart = Callable[[], Awaitable[None]]


class Fired:
    """What was seen of event entities, in order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.all: list[tuple[str, Mapping[str, Any]]] = []

    def by(self, entity_id: str = UNIT) -> list[Mapping[str, Any]]:
        """Return the attributes of one entity's events."""
        return [attributes for name, attributes in self.all if name == entity_id]

    def types(self, entity_id: str = UNIT) -> list[str]:
        """Return the types of one entity's events."""
        return [str(attributes["event_type"]) for attributes in self.by(entity_id)]

    def ids(self, entity_id: str = UNIT) -> list[str]:
        """Return the ids of one entity's events."""
        return [str(attributes["event_id"]) for attributes in self.by(entity_id)]


@pytest.fixture
def fired(hass: HomeAssistant) -> Iterator[Fired]:
    """Note every new state of an event entity that stands for an event, as automations do."""
    found = Fired()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        came_back = old is not None and old.state == STATE_UNAVAILABLE
        if new and new.domain == "event" and old and not came_back and new.state not in ("unknown", "unavailable"):
            found.all.append((new.entity_id, {str(name): value for name, value in new.attributes.items()}))

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    yield found
    stop()


@pytest.fixture
def unload(hass: HomeAssistant, entry: MockConfigEntry) -> Restart:
    """Stop the account, as a restart of Home Assistant does first."""

    async def _unload() -> None:
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()

    return _unload


@pytest.fixture
def load(hass: HomeAssistant, entry: MockConfigEntry) -> Restart:
    """Start the account again, with nothing left of the run before but what is on disk."""

    async def _load() -> None:
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)

    return _load


PREPARATIONS: Final[Mapping[str, Callable[[Cloud], Awaitable[object]]]] = {
    "notifications and states": lambda cloud: cloud.heal(),
    "no notifications path": lambda cloud: cloud.fault("listNotifications", "status", status=404),
    "notifications fail": lambda cloud: cloud.fault("listNotifications", "status", status=500),
    "notifications switched off": lambda cloud: cloud.control(
        "PATCH", "profile", notification_preferences={"in_app": False}
    ),
}
whoever_tells: Final = pytest.mark.parametrize("prepare", PREPARATIONS.values(), ids=PREPARATIONS.keys())


async def test_the_first_set_up_fires_nothing(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.alarm("unit", "security_alarm")
    await cloud.alarm("unit", "noise_alarm")
    await cloud.alarm("unit", "noise_alarm", active=False)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await refresh()

    assert state_of(hass, SECURITY) == "on"
    assert state_of(hass, UNIT) == state_of(hass, HOME) == STATE_UNKNOWN
    assert fired.all == []


@whoever_tells
async def test_an_alarm_is_one_start_and_one_end_with_the_same_ids_whoever_tells_of_it(
    cloud: Cloud,
    entry: MockConfigEntry,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    prepare: Callable[[Cloud], Awaitable[object]],
) -> None:
    await prepare(cloud)
    await refresh()
    await cloud.alarm("unit", "security_alarm")
    for _ in range(3):
        await refresh()
    await cloud.alarm("unit", "security_alarm", active=False)
    for _ in range(3):
        await refresh()

    assert fired.types(UNIT) == fired.types(HOME) == ["security_alarm_started", "security_alarm_ended"]
    # The alarm began at the same instant in every one of these cases.
    subject, started = Subject("unit", None, "security_alarm"), datetime.fromisoformat(NOW) + timedelta(seconds=61)
    assert fired.ids(UNIT) == [event_id(subject, phase, started) for phase in Phase]
    assert fired.ids(HOME) == fired.ids(UNIT)


async def test_an_event_tells_what_when_and_whether_it_is_late(
    cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await refresh()

    (of_unit,), (of_home,) = fired.by(UNIT), fired.by(HOME)
    told = {name: of_unit[name] for name in ("event_type", "alarm", "phase", "at", "late")}
    assert told == {
        "event_type": "noise_alarm_started",
        "alarm": "noise_alarm",
        "phase": "started",
        "at": "2026-11-20T12:00:00+00:00",
        "late": False,
    }
    assert of_home["unit"] == "Studio"
    assert "unit" not in of_unit
    json.dumps(of_home)


async def test_the_alarms_own_sensor_knows_before_the_event_is_seen(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    seen: list[str] = []

    @callback
    def look(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == UNIT:
            seen.append(state_of(hass, SECURITY))

    hass.bus.async_listen(EVENT_STATE_CHANGED, look)
    await cloud.alarm("unit", "security_alarm")
    await refresh()
    assert seen == ["on"]


async def test_several_events_of_one_refresh_are_all_seen_in_their_order(
    cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await cloud.advance(5)
    await cloud.alarm("unit", "security_alarm")
    await cloud.advance(5)
    await cloud.alarm("unit", "noise_alarm", active=False)
    await refresh()

    expected = ["noise_alarm_started", "security_alarm_started", "noise_alarm_ended"]
    assert fired.types(UNIT) == fired.types(HOME) == expected


async def test_two_alarms_of_one_kind_on_two_units_are_two(
    cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()
    await cloud.alarm("unit", "noise_alarm")
    await cloud.alarm("attic", "noise_alarm")
    await refresh()

    assert fired.types(UNIT) == fired.types("event.attic_alarm_event") == ["noise_alarm_started"]
    assert sorted(each["unit"] for each in fired.by(HOME)) == ["Attic", "Studio"]
    assert len(set(fired.ids(HOME))) == 2


async def test_a_unit_that_appears_with_an_alarm_shows_its_event(
    cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await cloud.alarm("attic", "noise_alarm")
    await refresh()
    assert fired.types("event.attic_alarm_event") == fired.types(HOME) == ["noise_alarm_started"]


async def test_an_alarm_that_we_do_not_know_is_an_event_too(
    cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.payload("unit", in_alarm=["radon_alarm"], active_alarms=[])
    await refresh()
    await cloud.payload("unit")
    await refresh()

    assert fired.types() == ["other_alarm_started", "other_alarm_ended"]
    assert {each["alarm"] for each in fired.by()} == {"radon_alarm"}


async def test_a_refresh_without_events_writes_neither_a_state_nor_the_file(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    states = {name: hass.states.get(name) for name in (UNIT, HOME)}
    del hass_storage[FILE]
    await cloud.change("unit", readings={"noise": 70})
    for _ in range(15):
        await refresh()

    assert FILE not in hass_storage
    for name, state in states.items():
        assert hass.states.get(name) is state
        assert state
        assert state.last_reported == state.last_changed


# restarts


@whoever_tells
async def test_a_restart_between_two_refreshes_loses_and_repeats_nothing(
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    unload: Restart,
    load: Restart,
    prepare: Callable[[Cloud], Awaitable[object]],
) -> None:
    await prepare(cloud)
    await cloud.alarm("unit", "security_alarm")
    await refresh()
    await unload()
    await cloud.alarm("unit", "security_alarm", active=False)
    await cloud.alarm("unit", "noise_alarm")
    await load()
    assert sorted(fired.types()) == ["noise_alarm_started", "security_alarm_ended", "security_alarm_started"]

    for _ in range(2):
        await unload()
        await load()
        await refresh()
    assert len(fired.types(UNIT)) == len(fired.types(HOME)) == len(set(fired.ids())) == 3
    assert hass_storage[FILE]["data"]["pending"] == []


async def test_six_hours_down_cost_no_event_and_late_ones_say_so(
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    unload: Restart,
    load: Restart,
) -> None:
    await unload()
    freezer.tick(timedelta(hours=1))
    await cloud.alarm("unit", "noise_alarm")
    freezer.tick(timedelta(hours=1))
    await cloud.alarm("unit", "noise_alarm", active=False)
    await cloud.alarm("unit", "security_alarm")
    freezer.tick(timedelta(hours=4) - timedelta(minutes=10))
    await cloud.alarm("unit", "security_alarm", active=False)
    freezer.tick(timedelta(minutes=10))
    await load()

    expected = ["noise_alarm_started", "noise_alarm_ended", "security_alarm_started", "security_alarm_ended"]
    assert fired.types(UNIT) == fired.types(HOME) == expected
    assert [each["late"] for each in fired.by()] == [True, True, True, False]


async def test_an_alarm_of_six_hours_without_us_is_told_without_notifications(
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    unload: Restart,
    load: Restart,
) -> None:
    await cloud.fault("listNotifications", "status", status=404)
    await unload()
    freezer.tick(timedelta(hours=1))
    await cloud.alarm("unit", "security_alarm")
    freezer.tick(timedelta(hours=5))
    await load()
    assert [(each["event_type"], each["late"]) for each in fired.by()] == [("security_alarm_started", True)]


async def test_events_that_were_found_before_the_power_went_are_shown_by_the_next_run(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    unload: Restart,
    load: Restart,
) -> None:
    """Between the first refresh of a run and its entities the process ends; all it leaves is its file."""
    await unload()
    await cloud.alarm("unit", "security_alarm")
    with patch.object(hass.config_entries, "async_forward_entry_setups", side_effect=ConfigEntryNotReady):
        await hass.config_entries.async_setup(loaded.entry_id)
    assert loaded.state is ConfigEntryState.SETUP_RETRY
    assert fired.all == []
    assert [each["alarm"] for each in hass_storage[FILE]["data"]["pending"]] == ["security_alarm"]
    await unload()

    await cloud.alarm("unit", "security_alarm", active=False)
    await load()
    assert fired.types(UNIT) == ["security_alarm_started", "security_alarm_ended"]
    assert hass_storage[FILE]["data"]["pending"] == []


async def test_events_wait_until_home_assistant_has_started_and_automations_listen(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    unload: Restart,
    load: Restart,
) -> None:
    await unload()
    await cloud.alarm("unit", "security_alarm")
    hass.set_state(CoreState.starting)
    await load()
    await cloud.alarm("unit", "security_alarm", active=False)
    await refresh()
    assert fired.all == []
    assert [each["phase"] for each in hass_storage[FILE]["data"]["pending"]] == ["started", "ended"]

    hass.set_state(CoreState.running)
    hass.bus.async_fire_internal(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert fired.types(UNIT) == fired.types(HOME) == ["security_alarm_started", "security_alarm_ended"]
    assert hass_storage[FILE]["data"]["pending"] == []


async def test_an_event_starts_an_automation(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    """The example of the documentation, with another alarm, and a notification that can be counted."""
    calls = async_mock_service(hass, "notify", "send_message")
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    # Smoke is not among the alarms of both APIs.
    example = example.replace("event.beach_house_alarm_event", HOME).replace("smoke_alarm", "security_alarm")
    config = yaml.safe_load(example)
    assert await async_setup_component(hass, "automation", {"automation": config})

    await cloud.alarm("unit", "security_alarm")
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert [call.data["message"] for call in calls] == ["Smoke at Studio since 04:00."]


async def test_a_process_that_dies_between_file_and_state_loses_that_event_and_shows_none_twice(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    unload: Restart,
    load: Restart,
) -> None:
    before = json.loads(json.dumps(hass_storage[FILE]))
    await cloud.alarm("unit", "security_alarm")
    await refresh()
    after = json.loads(json.dumps(hass_storage[FILE]))
    await unload()

    hass_storage[FILE] = before  # the process died before it wrote: the refresh has never been
    await load()
    assert fired.types() == ["security_alarm_started"] * 2
    assert len(set(fired.ids())) == 1

    await unload()
    hass_storage[FILE] = after  # it died after: the event counts as shown
    await load()
    await refresh()
    assert len(fired.types()) == 2


async def test_the_last_event_is_still_shown_after_a_restart(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, unload: Restart, load: Restart
) -> None:
    await cloud.alarm("unit", "security_alarm")
    await refresh()
    before = hass.states.get(HOME)
    await unload()
    assert state_of(hass, HOME) == STATE_UNAVAILABLE
    await load()
    after = hass.states.get(HOME)
    assert before
    assert after
    assert (after.state, after.attributes) == (before.state, before.attributes)
    assert after.attributes["event_type"] == "security_alarm_started"


# the file


@pytest.mark.parametrize(
    "content",
    [
        {"version": 1, "data": {"cursor": "nonsense", "pending": []}},
        {"version": 1, "data": {"cursor": None, "pending": 5}},
        {"version": 1, "data": ["nonsense"]},
        {"version": 99, "data": {}},
        {"version": 0, "data": {}},
    ],
)
async def test_a_file_that_cannot_be_read_is_said_and_stops_nothing(
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    unload: Restart,
    load: Restart,
    content: dict[str, Any],
) -> None:
    await unload()
    await cloud.alarm("unit", "security_alarm")
    hass_storage[FILE] = {"minor_version": 1, "key": FILE, **content}
    await load()
    assert caplog.text.count("The file of alarm events, layla.events.01LAYLA, cannot be read") == 1
    assert fired.all == []

    await cloud.alarm("unit", "security_alarm", active=False)
    await refresh()
    assert fired.types() == ["security_alarm_ended"]


@pytest.mark.parametrize(
    ("error", "line", "lines"),
    [
        (OSError("disk gone"), "The file of alarm events, layla.events.01LAYLA, cannot be written (disk gone)", 1),
        # Home Assistant says this one itself, with each attempt.
        (WriteError("disk full"), "Error writing config for layla.events.01LAYLA: disk full", 2),
    ],
)
async def test_a_disk_that_cannot_be_written_costs_no_event_and_is_said(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    cloud: Cloud,
    loaded: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
    error: Exception,
    line: str,
    lines: int,
) -> None:
    write = Store._async_write_data

    async def fail(store: Store[Any], data: dict[str, Any]) -> None:
        if store.key == FILE:
            raise error
        await write(store, data)

    with patch.object(Store, "_async_write_data", fail):
        for active in (True, False):
            await cloud.alarm("unit", "security_alarm", active=active)
            for _ in range(2):
                await refresh()
    assert fired.types(UNIT) == fired.types(HOME) == ["security_alarm_started", "security_alarm_ended"]
    assert caplog.text.count(line) == lines
    assert state_of(hass, SECURITY) == "off"

    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert len(hass_storage[FILE]["data"]["cursor"]["episodes"]) == 2


async def test_the_file_goes_with_the_entry(
    hass: HomeAssistant, hass_storage: dict[str, Any], loaded: MockConfigEntry
) -> None:
    assert FILE in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    assert FILE not in hass_storage


# entities that are not there


async def test_an_event_of_a_unit_whose_entity_is_disabled_is_seen_at_its_property(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh, load: Restart
) -> None:
    er.async_get(hass).async_update_entity(UNIT, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert fired.types(HOME) == ["noise_alarm_started"]
    assert fired.by(UNIT) == []


async def test_a_renamed_entity_goes_on(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    er.async_get(hass).async_update_entity(UNIT, new_entity_id="event.alarms")
    await hass.async_block_till_done()
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert fired.types("event.alarms") == ["noise_alarm_started"]


async def test_event_entities_are_available_like_their_siblings(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, fired: Fired, refresh: Refresh
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()
    await cloud.control("DELETE", "devices/attic")
    await refresh()
    assert state_of(hass, "event.attic_alarm_event") == STATE_UNAVAILABLE
    assert state_of(hass, UNIT) == state_of(hass, HOME) == STATE_UNKNOWN

    await cloud.fault("listDevices", "status", status=500)
    for _ in range(2):
        await refresh()
    assert state_of(hass, UNIT) == state_of(hass, HOME) == STATE_UNAVAILABLE
    await cloud.alarm("unit", "security_alarm")
    await cloud.heal()
    await refresh()
    assert fired.types(UNIT) == ["security_alarm_started"]


async def test_only_the_account_that_shows_a_unit_tells_its_events(
    hass: HomeAssistant,
    cloud: Cloud,
    loaded: MockConfigEntry,
    manager: MockConfigEntry,
    fired: Fired,
    refresh: Refresh,
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert fired.types(UNIT) == fired.types(HOME) == ["noise_alarm_started"]
    assert manager.runtime_data.alarm_events.pending == ()

    # The one that takes the home over knows what has been told of it.
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    await refresh()
    await cloud.alarm("unit", "noise_alarm", active=False)
    await refresh()
    told = [name for name, attributes in fired.all if attributes["event_type"] == "noise_alarm_ended"]
    registry = er.async_get(hass)
    assert set(told) == {
        entity.entity_id
        for entity in er.async_entries_for_config_entry(registry, manager.entry_id)
        if entity.domain == "event"
    }
    assert len(told) == 2
    assert fired.types(UNIT).count("noise_alarm_started") + fired.types(HOME).count("noise_alarm_started") == 2


async def test_two_refreshes_at_once_tell_an_event_once(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, fired: Fired
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    coordinator = loaded.runtime_data
    tasks = [hass.async_create_task(coordinator.async_refresh()) for _ in range(3)]
    for task in tasks:
        await task
    await hass.async_block_till_done()
    assert fired.types() == ["noise_alarm_started"]
    assert registered(hass) == {"layla:unit:unit:alarm_event", "layla:property:home:alarm_event"}


def registered(hass: HomeAssistant) -> set[str]:
    """Return the unique ids of the event entities."""
    entities = er.async_get(hass).entities.values()
    return {entity.unique_id for entity in entities if entity.domain == "event" and entity.platform == DOMAIN}
