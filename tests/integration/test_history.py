"""The import of history: the last 30 days of a sensor that comes, politely, and to nobody's harm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from simulator import World

from .cloud import Cloud
from .flavours import Flavour
from .history import MEASUREMENTS, Life, at, hours
from .test_entities import TEMPERATURE, state_of

IMPORT = "sensor.laylaelectric_account_history_import"
SET_UP = at(12)
MONTH = timedelta(days=30)

pytestmark = pytest.mark.usefixtures("recorder_mock")


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the recorder, which has to come before Home Assistant; the harness would log every statement."""
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


@pytest.fixture
def enable_statistics() -> bool:
    """Let the recorder compile its statistics as it does in life."""
    return True


@pytest.fixture
def life(hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, world: World) -> Life:
    """Home Assistant over hours and days."""
    return Life(hass, freezer, cloud, world)


def close_to(series: Mapping[datetime, float]) -> Any:
    """Return the same with room for rounding."""
    return pytest.approx(series, abs=1e-6)


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


async def test_the_last_30_days_of_every_reading_are_imported(
    hass: HomeAssistant, cloud: Cloud, flavour: Flavour, life: Life, loaded: MockConfigEntry
) -> None:
    measures = flavour.has & READINGS
    other = life.other_sensor(5)

    await life.turns(len(measures))
    assert state_of(hass, IMPORT) == "0", "the last two hours wait for the recorder"
    assert list(await life.rows(TEMPERATURE)) == hours(SET_UP - MONTH, at(10))

    await life.until(14, 1)
    assert state_of(hass, IMPORT) == "100"
    assert (await cloud.requests())[MEASUREMENTS] == len(measures), "one for each"
    for measure in measures:
        found = await life.means(life.entity_id("unit", measure))
        expected = life.series("unit", measure, SET_UP - MONTH, SET_UP)
        assert {hour: mean for hour, mean in found.items() if hour < SET_UP} == close_to(expected), measure
        assert list(found) == hours(SET_UP - MONTH, at(14)), measure
    assert list(await life.rows(other)) == [SET_UP, at(13)]

    row = (await life.rows(TEMPERATURE))[at(3)]
    assert row["min"] == row["max"] == row["mean"]
