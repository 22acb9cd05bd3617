"""The pace: how often the cloud is asked, counted where the requests arrive."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.layla import rests
from custom_components.layla.cloud import pace
from custom_components.layla.const import CONF_INTERVAL

from .cloud import Cloud
from .flavours import needs
from .test_entities import NOISE, TEMPERATURE, state_of

type Asked = Callable[..., Awaitable[list[int]]]

SECURITY = "security_alarm"


@pytest.fixture
def asked(hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud) -> Asked:
    """Let seconds pass, five at a time, and tell in which of them the cloud was asked."""

    async def _asked(seconds: int, step: int = 5) -> list[int]:
        await cloud.requests()
        found = []
        for second in range(step, seconds + 1, step):
            freezer.tick(timedelta(seconds=step))
            async_fire_time_changed(hass)
            await hass.async_block_till_done(wait_background_tasks=True)
            if (await cloud.requests()).get("listDevices"):
                found.append(second)
        return found

    return _asked


async def load(hass: HomeAssistant, entry: MockConfigEntry, interval: float | None = None) -> None:
    """Set the account up with an interval."""
    entry.add_to_hass(hass)
    if interval is not None:
        hass.config_entries.async_update_entry(entry, options={CONF_INTERVAL: interval})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def gaps(seconds: list[int]) -> list[int]:
    """Return the times between requests."""
    return [later - earlier for earlier, later in pairwise(seconds)]


def all_are(gap: int, seconds: list[int]) -> bool:
    """Tell whether all times between requests are so long; there must be some."""
    return set(gaps(seconds)) == {gap}


@pytest.mark.parametrize(("chosen", "kept"), [(None, 60), (60, 60), (90.0, 90), (5, 60)])
async def test_the_cloud_is_asked_as_often_as_the_user_chose_and_never_more_than_once_a_minute(
    hass: HomeAssistant, entry: MockConfigEntry, asked: Asked, chosen: float | None, kept: int
) -> None:
    await load(hass, entry, chosen)

    assert await asked(300) == list(range(kept, 301, kept))


@pytest.mark.parametrize("chosen", [900, 5000])
async def test_a_long_interval_is_a_quarter_of_an_hour_at_most(
    hass: HomeAssistant, entry: MockConfigEntry, asked: Asked, chosen: int
) -> None:
    await load(hass, entry, chosen)

    assert await asked(1800, step=60) == [900, 1800]


async def test_after_a_command_the_cloud_is_asked_soon_and_more_often_for_two_minutes(
    hass: HomeAssistant, loaded: MockConfigEntry, asked: Asked
) -> None:
    await asked(20)
    loaded.runtime_data.command_accepted()

    # The first one does not wait until the running minute is over.
    assert await asked(300) == [15, 30, 45, 60, 75, 90, 105, 120, 180, 240, 300]


async def test_many_commands_in_a_row_do_not_put_the_refresh_off(
    hass: HomeAssistant, loaded: MockConfigEntry, asked: Asked
) -> None:
    seen = 0
    for _ in range(6):
        loaded.runtime_data.command_accepted()
        seen += len(await asked(10))

    assert seen >= 3


@pytest.mark.parametrize("alarm", ["security_alarm", "noise_alarm", "noise_alarm_quiet_hours"])
async def test_after_a_new_urgent_alarm_the_cloud_is_asked_more_often_for_ten_minutes(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, asked: Asked, alarm: str
) -> None:
    await cloud.alarm("unit", alarm)

    assert await asked(840, step=30) == [*range(60, 661, 30), 720, 780, 840]


@needs("smoke_alarm", "co_alarm")
@pytest.mark.parametrize("alarm", ["smoke_alarm", "co_alarm"])
async def test_after_smoke_and_carbon_monoxide_as_well(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, asked: Asked, alarm: str
) -> None:
    await cloud.alarm("unit", alarm)

    assert await asked(120, step=30) == [60, 90, 120]


@pytest.mark.parametrize("alarm", ["occupancy_alarm", "device_off_alarm"])
async def test_other_alarms_do_not_change_the_pace(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, asked: Asked, alarm: str
) -> None:
    await cloud.alarm("unit", alarm)

    assert all_are(60, await asked(300))


async def test_an_alarm_that_was_on_at_the_start_or_stays_on_is_not_new(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, asked: Asked
) -> None:
    await cloud.alarm("unit", SECURITY)
    await load(hass, entry)
    await cloud.change("unit", readings={"noise": 71})

    assert all_are(60, await asked(300))
    assert state_of(hass, NOISE) == "71.0"


@pytest.mark.parametrize("operation", ["listDevices", "listNotifications"])
async def test_within_an_hour_of_a_rate_limit_nothing_is_asked_more_often(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, asked: Asked, operation: str
) -> None:
    await cloud.fault(operation, "status", status=429, retry_after=120, times=1)
    await asked(200)
    await cloud.alarm("unit", SECURITY)
    loaded.runtime_data.command_accepted()
    assert all_are(60, await asked(300))

    assert await hass.config_entries.async_reload(loaded.entry_id)
    loaded.runtime_data.command_accepted()
    assert all_are(60, await asked(300)), "a reload does not make us forget it"

    await asked(2880, step=60)
    loaded.runtime_data.command_accepted()
    assert all_are(15, await asked(100))


async def test_a_command_does_not_cut_a_rest_short(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, asked: Asked
) -> None:
    await cloud.fault("listDevices", "status", status=429, retry_after=300, times=1)
    await asked(65)
    loaded.runtime_data.command_accepted()

    assert await asked(300) == [295]


async def test_a_command_to_an_account_that_is_unloaded_asks_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, asked: Asked
) -> None:
    coordinator = loaded.runtime_data
    assert await hass.config_entries.async_unload(loaded.entry_id)
    coordinator.command_accepted()

    assert await asked(100) == []


@pytest.mark.parametrize("interval", [60, 900])
async def test_one_missed_refresh_is_tolerated_at_every_interval(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, asked: Asked, interval: int
) -> None:
    await load(hass, entry, interval)
    await cloud.fault("listDevices", "status", status=503, times=1)
    await asked(interval, step=60)
    assert state_of(hass, TEMPERATURE) == "24.0"

    await cloud.change("unit", readings={"temperature": 25})
    assert await asked(60) == [60], "it is tried again within a minute"
    assert state_of(hass, TEMPERATURE) == "25.0"


async def test_a_long_outage_at_a_long_interval_is_tried_less_and_less_often(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, asked: Asked
) -> None:
    await load(hass, entry, 900)
    await cloud.fault("listDevices", "status", status=503)

    assert [gap // 60 for gap in gaps(await asked(3660, step=60))] == [1, 2, 4, 8, 15, 15]
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE


@pytest.mark.parametrize("interval", [60, 900])
async def test_limited_notifications_do_not_make_us_ask_more_often(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, asked: Asked, interval: int
) -> None:
    await load(hass, entry, interval)
    await cloud.fault("listNotifications", "status", status=429)

    assert min(gaps(await asked(interval * 3, step=60))) >= interval


_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_bases = st.integers(min_value=60, max_value=900).map(lambda seconds: timedelta(seconds=seconds))
_moments = st.none() | st.timedeltas(timedelta(0), timedelta(hours=3)).map(lambda ago: _NOW - ago)


@given(_bases, _moments, _moments, _moments)
def test_the_interval_is_the_usual_one_or_what_something_recent_asks_for(
    base: timedelta, command_at: datetime | None, alarm_at: datetime | None, limited_at: datetime | None
) -> None:
    def recent(at: datetime | None, **length: int) -> bool:
        return at is not None and _NOW - at < timedelta(**length)

    wait = pace.interval(base, _NOW, command_at=command_at, alarm_at=alarm_at, limited_at=limited_at)

    if recent(limited_at, hours=1):
        assert wait == base
    elif recent(command_at, minutes=2):
        assert wait == timedelta(seconds=15)
    elif recent(alarm_at, minutes=10):
        assert wait == timedelta(seconds=30)
    else:
        assert wait == base


@given(st.dictionaries(st.just(CONF_INTERVAL), st.floats(min_value=0, max_value=1e6) | st.integers(0, 10**6)))
def test_the_usual_interval_is_within_its_bounds(options: dict[str, Any]) -> None:
    chosen = rests.usual(options)

    assert timedelta(seconds=60) <= chosen <= timedelta(seconds=900)
    assert options or chosen == timedelta(seconds=60)


@given(_bases, st.integers(min_value=1, max_value=10_000))
def test_a_retry_comes_after_a_minute_and_then_less_often_up_to_the_usual_pace(base: timedelta, misses: int) -> None:
    assert pace.retry(base, 1) == timedelta(seconds=60)
    assert pace.retry(base, misses) <= pace.retry(base, misses + 1) <= base
    assert pace.retry(timedelta(seconds=15), misses) == timedelta(seconds=15)
