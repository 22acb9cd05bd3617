"""The recorder's rows of a sensor: read, and written in the unit that they have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    async_import_statistics,
    async_list_statistic_ids,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.dt import utc_from_timestamp

from .hours import Span


@dataclass(frozen=True, slots=True)
class Rows:
    """The statistics of a sensor: what they are, and which hours they have."""

    metadata: StatisticMetaData
    hours: Collection[datetime]


async def settled(hass: HomeAssistant) -> None:
    """Wait until the recorder has done what it was given so far, its own hours included."""
    done = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


async def read(hass: HomeAssistant, entity_id: str, span: Span) -> Rows | None:
    """Return a sensor's rows, or what they will be when there are none yet; None where there will not be any."""
    found = await async_list_statistic_ids(hass, {entity_id})
    if not found or found[0]["mean_type"] is not StatisticMeanType.ARITHMETIC:
        return None
    stored = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, span.since, span.until, {entity_id}, "hour", None, {"mean"}
    )
    hours = {utc_from_timestamp(row["start"]) for row in stored.get(entity_id, ())}
    return Rows(_metadata(entity_id, found[0]), hours)


def _metadata(entity_id: str, listed: Mapping[str, Any]) -> StatisticMetaData:
    return StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=listed["name"],
        source="recorder",
        statistic_id=entity_id,
        unit_class=listed["unit_class"],
        unit_of_measurement=listed["statistics_unit_of_measurement"],
    )


@callback
def write(hass: HomeAssistant, metadata: StatisticMetaData, values: Mapping[datetime, float], unit: str | None) -> None:
    """Give the recorder values by hour, in a unit. Of an hour nothing better is known than its mean.

    Raises HomeAssistantError for a unit that the sensor's statistics cannot be converted from.
    """
    target = metadata["unit_of_measurement"]
    # What has no converter has one unit alone, and at most another name for it, such as people.
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(target) if unit != target else None
    convert = converter.converter_factory(unit, target) if converter else None
    async_import_statistics(
        hass, metadata, [_row(hour, convert(value) if convert else value) for hour, value in values.items()]
    )


def _row(hour: datetime, value: float) -> StatisticData:
    return StatisticData(start=hour, mean=value, min=value, max=value)
