"""A cloud that fails while Home Assistant runs: one miss is passed over, and everything recovers by itself."""

from datetime import timedelta
from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.layla.const import DOMAIN
from simulator import World
from tests.integration.cloud import Cloud
from tests.integration.conftest import Refresh, lives_in
from tests.integration.flavours import Flavour, needs
from tests.integration.test_entities import NOISE, TEMPERATURE, state_of

FAILURES: list[Any] = [
    pytest.param({"kind": "status", "status": 403}, "refuses what every refresh needs (listDevices", id="403"),
    pytest.param({"kind": "status", "status": 404}, "is not at this address (listDevices", id="wrong address"),
    pytest.param({"kind": "status", "status": 405}, "is not at this address (listDevices", id="405"),
    pytest.param({"kind": "status", "status": 500}, "did not answer (listDevices: Simulated", id="500"),
    pytest.param({"kind": "status", "status": 503}, "did not answer (listDevices: Simulated", id="503"),
    pytest.param({"kind": "cut"}, "the connection was cut", id="cut connection"),
    pytest.param({"kind": "truncate"}, "(listDevices: the connection was cut)", id="truncated JSON"),
    pytest.param({"kind": "mangle"}, "cannot be read", id="mangled JSON"),
    pytest.param({"kind": "html"}, "cannot be read", id="a web page"),
    pytest.param({"kind": "not_list"}, "a list was expected", id="no list"),
    pytest.param({"kind": "delay", "seconds": 2}, "no answer in time", id="time-out"),
]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.layla.cloud.http.REQUEST_TIMEOUT", 0.3)


@pytest.mark.real_clock
@pytest.mark.parametrize(("fault", "told"), FAILURES)
async def test_one_miss_is_passed_over_two_are_unavailable_and_it_recovers_by_itself(
    hass: HomeAssistant,
    cloud: Cloud,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
    told: str,
) -> None:
    # Time-outs need a clock that runs, so refreshes are asked for here instead of waited for.
    coordinator = loaded.runtime_data
    await cloud.fault("listDevices", **fault)

    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, TEMPERATURE) == "24.0"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]

    for _ in range(3):
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, "binary_sensor.studio_security_alarm") == STATE_UNAVAILABLE
    assert state_of(hass, "binary_sensor.tiny_home_any_alarm") == STATE_UNAVAILABLE
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1, "it is said once"
    assert told in errors[0]
    assert not hass.config_entries.flow.async_progress()

    await cloud.heal()
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, TEMPERATURE) == "24.0"
    assert caplog.text.count("Fetching LaylaElectric data recovered") == 1


async def test_a_miss_after_a_recovery_is_passed_over_again(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    for _ in range(3):
        await cloud.fault("listDevices", "status", status=500, times=1)
        await refresh()
        assert state_of(hass, TEMPERATURE) == "24.0"
        await refresh()
        assert state_of(hass, TEMPERATURE) == "24.0"


async def test_a_way_in_that_is_refused_asks_for_another_once_and_stops_asking_the_cloud(
    hass: HomeAssistant, cloud: Cloud, flavour: Flavour, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await flavour.refuse(cloud)
    await refresh()
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    await cloud.requests()

    for _ in range(3):
        await refresh()

    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
    assert await cloud.requests() == {}


@needs("token")
async def test_a_new_token_in_place_of_a_refused_one_brings_everything_back(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.expire(cloud.token)
    await refresh()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)

    token = await cloud.new_token(sub="demo-owner")
    await hass.config_entries.flow.async_configure(flow["flow_id"], {"token": token})
    await hass.async_block_till_done()
    assert state_of(hass, TEMPERATURE) == "24.0"


@pytest.mark.parametrize("operation", ["listDevices", "listNotifications"])
async def test_a_rate_limit_with_a_time_is_honoured(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    operation: str,
) -> None:
    await cloud.fault(operation, "status", status=429, retry_after=300, times=1)
    await refresh()
    await cloud.requests()

    for _ in range(4):
        await refresh()
    assert await cloud.requests() == {}
    assert state_of(hass, TEMPERATURE) == "24.0"

    freezer.tick(timedelta(seconds=61))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (await cloud.requests())["listDevices"] == 1
    await refresh()
    assert (await cloud.requests())["listDevices"] == 1, "the usual pace is back"


async def test_a_rate_limit_without_a_time_doubles_the_wait_up_to_a_quarter_of_an_hour(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.fault("listDevices", "status", status=429)
    await cloud.requests()

    asked_in_minute = []
    for minute in range(1, 50):
        await refresh()
        if (await cloud.requests()).get("listDevices"):
            asked_in_minute.append(minute)
    assert asked_in_minute == [1, 3, 7, 15, 30, 45]
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE

    await cloud.heal()
    for _ in range(12):
        await refresh()
    assert state_of(hass, TEMPERATURE) == "24.0"
    assert loaded.runtime_data.update_interval == timedelta(seconds=60)


@pytest.mark.parametrize("retry_after", [0, 1, "Wed, 18 Nov 2026 12:00:00 GMT", "soon"])
async def test_a_rate_limit_with_a_time_that_is_too_short_is_no_flood(
    cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, retry_after: float | str
) -> None:
    await cloud.fault("listDevices", "status", status=429, retry_after=retry_after)
    await cloud.requests()

    for _ in range(10):
        await refresh()

    assert (await cloud.requests())["listDevices"] <= 10


async def test_values_do_not_get_old_while_the_cloud_wants_to_be_left_alone_for_long(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.fault("listDevices", "status", status=429, retry_after=3600, times=1)
    await refresh()

    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE


async def test_a_long_rate_limit_of_notifications_does_not_let_the_units_get_old(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.fault("listNotifications", "status", status=429, retry_after=3600)
    await refresh()
    await cloud.change("unit", readings={"noise": 71})
    for _ in range(6):
        await refresh()

    assert state_of(hass, NOISE) == "71.0"


async def test_nobody_makes_us_ask_while_the_cloud_wants_to_be_left_alone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.fault("listDevices", "status", status=429, retry_after=300, times=1)
    await refresh()
    await cloud.requests()

    await loaded.runtime_data.async_refresh()
    assert state_of(hass, TEMPERATURE) == "24.0"
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.SETUP_RETRY
    assert loaded.error_reason_translation_key == "rate_limited"
    for _ in range(3):
        await refresh()
    assert await cloud.requests() == {}

    freezer.tick(timedelta(seconds=301))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state_of(hass, TEMPERATURE) == "24.0"


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 404}, {"kind": "status", "status": 500}, {"kind": "html"}]
)
async def test_notifications_that_fail_cost_no_state(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, fault: dict[str, Any]
) -> None:
    await cloud.fault("listNotifications", **fault)
    await cloud.change("unit", readings={"noise": 71})
    for _ in range(3):
        await refresh()

    assert state_of(hass, NOISE) == "71.0"


@lives_in(partial(World.fleet, devices=3, properties=1), ids=["3 units"])
async def test_wrong_types_in_one_unit_leave_the_others_alone(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.fault("listDevices", "wrong_types", device_id="unit-00001")
    await cloud.change("unit-00002", readings={"noise": 71})
    await refresh()

    assert state_of(hass, "sensor.room_2_noise") == "71.0"
    assert state_of(hass, "sensor.room_0_temperature") not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    broken = hass.states.get("sensor.room_1_temperature")
    assert broken
    assert broken.state in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    assert loaded.runtime_data.data.oddities

    await cloud.heal()
    await refresh()
    assert state_of(hass, "sensor.room_1_temperature") not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
