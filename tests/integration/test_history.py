"""The import of history: the last 30 days of a sensor that comes, and the hours of an outage, to nobody's harm."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, cast
from unittest.mock import patch
from weakref import WeakKeyDictionary

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.db_schema import StatisticsBase
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics, async_list_statistic_ids
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_conversion import TemperatureConverter
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager
from sqlalchemy.orm.session import Session

from custom_components.layla.diagnostics import async_get_config_entry_diagnostics
from custom_components.layla.history.budget import SPACING
from simulator import World

from .cloud import Cloud
from .conftest import lives_in
from .flavours import Flavour, needs, once
from .history import MEASUREMENTS, Life, at, hours, one_reading, two_readings
from .test_entities import NOISE, TEMPERATURE, state_of

IMPORT = "sensor.laylaelectric_account_history_import"
SET_UP = at(12)
MONTH = timedelta(days=30)
READINGS = {
    "power",
    "temperature",
    "noise",
    "humidity",
    "aq_iaq",
    "mold_risk_index",
    "occupancy_min",
    "occupancy_max",
}

pytestmark = pytest.mark.usefixtures("recorder_mock")


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the recorder, which has to come before Home Assistant; it would log every statement of it all."""
    for chatty in ("sqlalchemy.engine", "homeassistant.components.recorder"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@pytest.fixture
def enable_statistics() -> bool:
    """Let the recorder compile its statistics as it does in life."""
    return True


@pytest.fixture
def life(hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, world: World) -> Life:
    """Home Assistant over hours and days."""
    return Life(hass, freezer, cloud, world)


type Means = Mapping[Any, float]


def close_to(series: Means) -> Any:
    """Return the same with room for rounding."""
    return pytest.approx(series, abs=1e-6)


def before(limit: Any, found: Means) -> Means:
    """Return the hours before a time."""
    return {hour: mean for hour, mean in found.items() if hour < limit}


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the account up."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def known_rows(hass: HomeAssistant, entity_id: str, unit: str, means: Means) -> None:
    """Let the recorder have rows of an entity."""
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity_id,
        unit_class="temperature",
        unit_of_measurement=unit,
    )
    rows = [StatisticData(start=hour, mean=mean, min=mean, max=mean) for hour, mean in means.items()]
    async_import_statistics(hass, metadata, rows)


async def test_the_last_30_days_of_every_reading_are_imported(
    hass: HomeAssistant, cloud: Cloud, flavour: Flavour, life: Life, loaded: MockConfigEntry
) -> None:
    measures = flavour.has & READINGS
    other = life.other_sensor(5)

    await life.turns(len(measures))
    assert state_of(hass, IMPORT) == "0", "the last two hours wait for the recorder"
    assert list(await life.means(TEMPERATURE)) == hours(SET_UP - MONTH, at(10))

    await life.until(14, 1)
    assert state_of(hass, IMPORT) == "100"
    assert (await cloud.requests())[MEASUREMENTS] == len(measures), "one for each"
    for measure in measures:
        found = await life.means(life.entity_id("unit", measure))
        expected = life.series("unit", measure, SET_UP - MONTH, SET_UP)
        assert before(SET_UP, found) == close_to(expected), measure
        assert list(found) == hours(SET_UP - MONTH, at(14)), measure
    assert list(await life.means(other)) == [SET_UP, at(13)]

    row = (await life.rows(TEMPERATURE))[at(3)]
    assert row["min"] == row["max"] == row["mean"]


@needs("token")
@lives_in(one_reading)
async def test_twice_in_a_row_adds_nothing_and_rows_that_are_there_stay(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life
) -> None:
    known_rows(hass, TEMPERATURE, "°C", {at(3): 11.0})
    await set_up(hass, entry)
    await life.until(13, 1)
    rows = await life.rows(TEMPERATURE)
    assert rows[at(3)]["mean"] == 11.0
    assert list(rows) == hours(SET_UP - MONTH, at(13))
    assert (await cloud.requests())[MEASUREMENTS] == 1

    assert await hass.config_entries.async_reload(entry.entry_id)
    await life.turns(2)
    assert MEASUREMENTS not in await cloud.requests()

    assert await hass.config_entries.async_remove(entry.entry_id)
    await set_up(hass, entry)
    assert (await cloud.requests())[MEASUREMENTS] == 1, "nothing is known of it any more"
    assert await life.rows(TEMPERATURE) == rows


@lives_in(one_reading)
async def test_hours_of_an_outage_of_the_cloud_are_replaced_and_nobody_loses_an_hour(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, life: Life
) -> None:
    other = life.other_sensor(5)
    await life.until(13, 10)
    await cloud.fault("listDevices", "status", status=503)
    await life.until(13, 20)
    await cloud.change("unit", readings={"temperature": 30})
    await life.until(16, 45)
    await cloud.heal()
    await cloud.requests()
    await life.until(16, 59)
    assert list(await life.means(TEMPERATURE))[-3:] == hours(at(11), at(14)), "the outage waits for its last hour"
    assert MEASUREMENTS not in await cloud.requests()

    await life.until(18, 1)
    found = await life.means(TEMPERATURE)
    assert {hour: found[hour] for hour in hours(at(13), at(17))} == close_to(
        life.series("unit", "temperature", at(13), at(17))
    )
    assert found[at(12)] == 24.0
    assert list(found) == hours(SET_UP - MONTH, at(18))
    assert (await cloud.requests())[MEASUREMENTS] == 1
    assert list(await life.means(other)) == hours(SET_UP, at(18)), "not one is rolled back"


@lives_in(one_reading)
async def test_hours_in_which_home_assistant_was_off_are_replaced(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, life: Life, freezer: FrozenDateTimeFactory
) -> None:
    await life.until(13, 40)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await cloud.change("unit", readings={"temperature": 30})
    # At its next start the recorder takes it that nothing has changed.
    known_rows(hass, TEMPERATURE, "°C", dict.fromkeys(hours(at(13), at(23)), 24.0))
    freezer.move_to(at(23) + timedelta(minutes=10))
    await cloud.requests()
    await set_up_again(hass, loaded)
    await life.until(0, 1)

    found = await life.means(TEMPERATURE)
    assert {hour: found[hour] for hour in hours(at(14), at(23))} == dict.fromkeys(hours(at(14), at(23)), 30.0)
    assert found[at(13)] == 24.0, "most of it was recorded"
    assert (await cloud.requests())[MEASUREMENTS] == 1


async def set_up_again(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up an account that was unloaded."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


@lives_in(one_reading)
@pytest.mark.parametrize("kept_in", [None, "°C"], ids=["from the beginning", "since the sensor showed °C"])
async def test_a_user_who_shows_fahrenheit_keeps_a_right_history(
    hass: HomeAssistant, entry: MockConfigEntry, life: Life, kept_in: str | None
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    if kept_in:
        known_rows(hass, TEMPERATURE, kept_in, {at(11): 24.0})
    await set_up(hass, entry)
    await life.until(14, 1)

    state = hass.states.get(TEMPERATURE)
    assert state
    assert state.attributes["unit_of_measurement"] == "°F"
    # The recorder shows rows in the unit of the sensor, whichever they are kept in; so a wrong one would be far off.
    found, celsius = await life.means(TEMPERATURE), life.series("unit", "temperature", SET_UP - MONTH, SET_UP)
    expected = {hour: TemperatureConverter.convert(value, "°C", "°F") for hour, value in celsius.items()}
    assert before(SET_UP, found) == close_to(expected)
    assert found[SET_UP] == pytest.approx(75.2)
    (kept,) = await async_list_statistic_ids(hass, {TEMPERATURE})
    assert kept["statistics_unit_of_measurement"] == (kept_in or "°F")


@lives_in(two_readings)
async def test_an_import_goes_on_after_a_rest_and_after_a_restart_where_it_was(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=429, retry_after=3650, times=1)
    await set_up(hass, entry)
    assert await life.asked(timedelta(minutes=60), timedelta(minutes=5)) == [], (
        "it rests for as long as it was asked to"
    )

    await life.passes(timedelta(seconds=60))
    assert state_of(hass, IMPORT) == "50"
    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up_again(hass, entry)
    assert state_of(hass, IMPORT) == "50"

    await cloud.requests()
    await life.turns(3)
    await life.until(14, 1)
    assert (await cloud.requests())[MEASUREMENTS] == 1
    assert state_of(hass, IMPORT) == "100"
    assert list(before(SET_UP, await life.means(NOISE))) == hours(SET_UP - MONTH, SET_UP)
    assert list(before(SET_UP, await life.means(TEMPERATURE))) == hours(SET_UP - MONTH, SET_UP)


@lives_in(two_readings)
async def test_fast_refreshes_and_rests_of_the_account_come_first(
    cloud: Cloud, loaded: MockConfigEntry, life: Life
) -> None:
    loaded.runtime_data.command_accepted()
    await life.passes(timedelta(seconds=5))
    await cloud.fault("listDevices", "status", status=429, retry_after=200, times=1)

    asked = await life.asked(timedelta(minutes=5), timedelta(seconds=5))
    assert len(asked) == 1
    assert 210 <= asked[0] <= 230, "neither while the command was fresh nor in the rest that the refresh was asked for"


@lives_in(one_reading)
async def test_a_sensor_is_found_by_the_name_that_it_has_by_then(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=429, retry_after=60, times=1)
    await set_up(hass, entry)
    er.async_get(hass).async_update_entity(TEMPERATURE, new_entity_id="sensor.parlour")
    await life.until(13, 1)

    assert list(await life.means("sensor.parlour")) == hours(SET_UP - MONTH, at(13))
    assert await life.means(TEMPERATURE) == {}


@lives_in(two_readings)
async def test_what_is_disabled_is_not_asked_for_and_what_comes_later_has_its_30_days(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=429, retry_after=120, times=1)
    await set_up(hass, entry)
    er.async_get(hass).async_update_entity(NOISE, disabled_by=er.RegistryEntryDisabler.USER)
    await cloud.requests()
    await life.until(13, 30)
    assert (await cloud.requests())[MEASUREMENTS] == 1
    assert await life.means(NOISE) == {}

    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic", measures=["temperature"])
    await life.until(14, 30)
    assert (await cloud.requests())[MEASUREMENTS] == 1
    found = await life.means("sensor.attic_temperature")
    assert before(at(13), found) == close_to(life.series("attic", "temperature", at(13) - MONTH, at(13)))


@lives_in(two_readings)
@pytest.mark.parametrize("status", [501, 404])
async def test_what_a_cloud_does_not_have_is_said_once_and_tried_again_after_a_day(
    hass: HomeAssistant,
    cloud: Cloud,
    entry: MockConfigEntry,
    life: Life,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=status)
    await set_up(hass, entry)
    await life.passes(timedelta(hours=1), timedelta(minutes=10))
    assert (await cloud.requests())[MEASUREMENTS] == 1
    assert caplog.text.count("is tried again in a day") == 1
    assert state_of(hass, IMPORT) == "0"

    await cloud.heal()
    await life.passes(timedelta(days=1), timedelta(hours=4))
    await life.turns(3)
    assert list(before(SET_UP, await life.means(TEMPERATURE))) == hours(SET_UP - MONTH, SET_UP)


@once
@lives_in(two_readings)
async def test_a_fault_does_not_hold_up_the_other_series(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=500, times=1)
    await set_up(hass, entry)
    await life.passes(timedelta(minutes=4), timedelta(minutes=1))
    assert await life.means(TEMPERATURE) == {}
    assert list(await life.means(NOISE)) == hours(SET_UP - MONTH, at(10))

    await life.until(12, 20)
    assert list(await life.means(TEMPERATURE)) == hours(SET_UP - MONTH, at(10))


@once
@lives_in(one_reading)
async def test_what_fails_again_and_again_is_left_alone_for_a_day(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life, caplog: pytest.LogCaptureFixture
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=500)
    await set_up(hass, entry)
    await life.until(15)
    assert caplog.text.count("The history of temperature of a unit cannot be had, and is tried again in a day") == 1
    assert (await cloud.requests())[MEASUREMENTS] == 4


@once
@lives_in(one_reading)
async def test_a_series_without_any_values_is_done_with(
    hass: HomeAssistant, cloud: Cloud, world: World, entry: MockConfigEntry, life: Life
) -> None:
    await cloud.fault(MEASUREMENTS, "status", status=429, retry_after=60, times=1)
    await set_up(hass, entry)
    world.devices["unit"].measures = ()
    await life.until(12, 10)
    assert state_of(hass, IMPORT) == "100"
    assert (await cloud.requests())[MEASUREMENTS] == 2


@once
@lives_in(one_reading)
async def test_a_file_that_cannot_be_read_is_said_and_costs_requests_alone(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    key = f"layla.history.{entry.entry_id}"
    hass_storage[key] = {"version": 1, "data": {"heard": None, "outages": [], "units": {"unit": {"noise": [1, "2"]}}}}
    await set_up(hass, entry)
    assert f"{key}, cannot be read (units: two times in seconds expected)" in caplog.text
    assert state_of(hass, IMPORT) == "0"

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key]["data"]["heard"] == SET_UP.isoformat()
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert key not in hass_storage


@once
@lives_in(one_reading)
async def test_when_the_cloud_was_heard_last_is_kept_when_home_assistant_stops(
    hass: HomeAssistant, loaded: MockConfigEntry, life: Life, hass_storage: dict[str, Any]
) -> None:
    await life.passes(timedelta(minutes=20))
    await hass.async_stop()

    kept = hass_storage[f"layla.history.{loaded.entry_id}"]["data"]
    assert kept["heard"] == (SET_UP + timedelta(minutes=20)).isoformat()


@once
@lives_in(one_reading)
async def test_a_refresh_that_changes_nothing_tells_nothing_of_the_import(
    hass: HomeAssistant, loaded: MockConfigEntry, life: Life, hass_storage: dict[str, Any]
) -> None:
    await life.until(13, 2)
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded)
    assert diagnostics["history"] == {"series": 1, "remaining": 0, "outages": [], "last_error": None}
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    hass_storage.clear()
    await life.passes(timedelta(minutes=10), timedelta(minutes=1))

    assert [change for change in changes if change.data["entity_id"] == IMPORT] == []
    assert not [key for key in hass_storage if key.startswith("layla.")]


@once
@lives_in(one_reading)
@pytest.mark.parametrize(
    "other",
    [{"mean_type": StatisticMeanType.NONE, "has_sum": True}, {"unit_class": "power", "unit_of_measurement": "W"}],
)
async def test_statistics_that_cannot_be_those_of_the_sensor_are_left_alone(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, life: Life, other: dict[str, Any]
) -> None:
    metadata = {
        "mean_type": StatisticMeanType.ARITHMETIC,
        "has_sum": False,
        "name": None,
        "source": "recorder",
        "statistic_id": TEMPERATURE,
        "unit_class": "temperature",
        "unit_of_measurement": "°C",
    }
    async_import_statistics(hass, cast("StatisticMetaData", metadata | other), [StatisticData(start=at(3), sum=1.0)])
    await set_up(hass, entry)
    await life.passes(timedelta(minutes=20))

    assert list(await life.rows(TEMPERATURE)) == [at(3)]
    assert (await cloud.requests())[MEASUREMENTS] == 1
    assert state_of(hass, IMPORT) == "0"


@pytest.fixture
def quick_rows() -> Iterator[None]:
    """Look up which rows a sensor has once for each import, as Home Assistant does itself since 2026.11."""
    known: WeakKeyDictionary[Session, dict[int, dict[float, int]]] = WeakKeyDictionary()

    def row_id(session: Session, table: type[StatisticsBase], metadata_id: int, start: datetime) -> int | None:
        found = known.setdefault(session, {})
        if metadata_id not in found:
            rows = session.query(table.start_ts, table.id).filter_by(metadata_id=metadata_id)
            found[metadata_id] = {start_ts: each for start_ts, each in rows if start_ts is not None}
        return found[metadata_id].get(start.timestamp())

    with patch("homeassistant.components.recorder.statistics._statistics_exists", row_id, create=True):
        yield


@once
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("all_enabled", "quick_rows")
@lives_in(
    partial(World.fleet, devices=4, properties=2),
    pytest.param(partial(World.fleet, devices=50, properties=5), marks=pytest.mark.whole_size),
    ids=["4 units", "50 units"],
)
async def test_all_series_of_all_units_are_imported_with_six_requests_a_minute(
    hass: HomeAssistant, cloud: Cloud, world: World, entry: MockConfigEntry, life: Life
) -> None:
    await cloud.requests()
    await set_up(hass, entry)
    asked = [(await cloud.requests())[MEASUREMENTS]]
    while state_of(hass, IMPORT) != "100" and len(asked) < 180:
        await life.passes(timedelta(minutes=1), timedelta(seconds=SPACING))
        asked.append((await cloud.requests()).get(MEASUREMENTS, 0))

    assert state_of(hass, IMPORT) == "100"
    assert sum(asked) == len(world.devices) * 10
    assert max(asked) <= 6
    for unit in world.devices.values():
        for measure in unit.measures:
            found = await life.means(life.entity_id(unit.id, measure))
            expected = life.series(unit.id, measure, SET_UP - MONTH, SET_UP)
            assert before(SET_UP, found) == close_to(expected), (unit.id, measure)

    assert await hass.config_entries.async_reload(entry.entry_id)
    await life.turns(5)
    assert MEASUREMENTS not in await cloud.requests(), "twice in a row adds nothing"
