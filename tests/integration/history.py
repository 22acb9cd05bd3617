"""A home whose statistics are kept by the real recorder: how to let time pass, and what the recorder has then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.dt import utc_from_timestamp
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_recorder_block_till_done,
    async_wait_recording_done,
)

from custom_components.layla.const import DOMAIN
from custom_components.layla.history.budget import SPACING
from simulator import Clock, World
from simulator.house.buckets import buckets
from simulator.house.series import device_series

from .cloud import Cloud

type Row = Mapping[str, Any]
type Rows = Mapping[datetime, Row]

HOUR = timedelta(hours=1)
MEASUREMENTS = "getDeviceMeasurements"


@dataclass(frozen=True, slots=True)
class Life:
    """Home Assistant over hours and days."""

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory
    cloud: Cloud
    world: World

    async def turns(self, count: int) -> None:
        """Let as much time pass as so many requests of the import take."""
        for _ in range(count):
            await self.passes(timedelta(seconds=SPACING))

    async def passes(self, length: timedelta, step: timedelta = timedelta(minutes=5)) -> None:
        """Let time pass, step by step; the recorder compiles its statistics every five minutes."""
        end = datetime.now(UTC) + length
        while (now := datetime.now(UTC)) < end:
            self.freezer.tick(min(step, end - now))
            async_fire_time_changed(self.hass)
            await self.settle()

    async def until(self, hour: int, minute: int = 0, second: int = 0) -> None:
        """Let time pass until the clock shows a time, in UTC, for the next time."""
        now = datetime.now(UTC)
        then = now.replace(hour=hour, minute=minute, second=second, microsecond=0)
        await self.passes((then if then > now else then + timedelta(days=1)) - now)

    async def asked(self, length: timedelta, step: timedelta = timedelta(seconds=10)) -> list[int]:
        """Let time pass, and return in which seconds of it history was asked for, each as often as it was."""
        await self.cloud.requests()
        found: list[int] = []
        seconds = int(step.total_seconds())
        for second in range(seconds, int(length.total_seconds()) + 1, seconds):
            await self.passes(step, step)
            found += [second] * (await self.cloud.requests()).get(MEASUREMENTS, 0)
        return found

    async def settle(self) -> None:
        """Let everything that goes on come to its end."""
        await self.hass.async_block_till_done(wait_background_tasks=True)
        await async_recorder_block_till_done(self.hass)  # it may have told of an hour just now
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def rows(self, entity_id: str) -> Rows:
        """Return the hours that an entity has in the long-term statistics, in their own unit."""
        await async_wait_recording_done(self.hass)
        found = await get_instance(self.hass).async_add_executor_job(
            statistics_during_period,
            self.hass,
            datetime.now(UTC) - timedelta(days=400),
            None,
            {entity_id},
            "hour",
            None,
            {"mean", "min", "max"},
        )
        return {utc_from_timestamp(row["start"]): row for row in found.get(entity_id, ())}

    async def means(self, entity_id: str) -> Mapping[datetime, float]:
        """Return the means of these hours."""
        return {hour: row["mean"] for hour, row in (await self.rows(entity_id)).items()}

    def series(self, device_id: str, measure: str, since: datetime, until: datetime) -> Mapping[datetime, float]:
        """Return what the simulated cloud has of some hours."""
        device = self.world.devices[device_id]
        zone = self.world.property_of(device).zone
        points = device_series(device, measure, list(buckets(since, until, "hours", zone)), datetime.now(UTC), zone)
        return {point.start.astimezone(UTC): point.value for point in points if point.value is not None}

    def entity_id(self, device_id: str, measure: str) -> str:
        """Return the entity id of a reading's sensor."""
        found = er.async_get(self.hass).async_get_entity_id("sensor", DOMAIN, f"layla:unit:{device_id}:{measure}")
        assert found
        return found

    @callback
    def other_sensor(self, value: float) -> str:
        """Let a sensor of another integration measure something."""
        self.hass.states.async_set(
            "sensor.other", str(value), {"state_class": "measurement", "unit_of_measurement": "W"}
        )
        return "sensor.other"


def two_readings(clock: Clock) -> World:
    """Make a tiny world whose unit measures temperature and noise alone: rows take their time to write."""
    world = World.tiny(clock)
    world.devices["unit"].measures = ("temperature", "noise")
    return world


def one_reading(clock: Clock) -> World:
    """Make a tiny world whose unit measures the temperature alone."""
    world = World.tiny(clock)
    world.devices["unit"].measures = ("temperature",)
    return world


def at(hour: int, day: int = 20) -> datetime:
    """Return an hour of the days that tests live in."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def hours(since: datetime, until: datetime) -> Sequence[datetime]:
    """Return the hours of a range."""
    return [since + HOUR * number for number in range(round((until - since) / HOUR))]
