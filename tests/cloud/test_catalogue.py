"""The catalogue: every measure and alarm that the API describes, in Home Assistant's own words."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import DEVICE_CLASS_UNITS, SensorDeviceClass
from homeassistant.const import PERCENTAGE, EntityCategory
import pytest

from custom_components.layla.cloud.catalogue import ALARMS, MEASURES, Alarm, Measure, alarm
from tests.cloud.description import OWNER

MEASURE_ROWS: Final[Sequence[Measure]] = list(MEASURES.values())
ALARM_ROWS: Final[Sequence[Alarm]] = list(ALARMS.values())


def test_measures_are_those_of_the_description() -> None:
    assert set(MEASURES) == set(OWNER.schema("MeasureName")["enum"])


def test_alarms_are_those_of_the_description_and_the_property_toggle_that_it_lacks() -> None:
    assert set(ALARMS) == set(OWNER.schema("AlarmName")["enum"]) | {"occupancy_alarm_quiet_hours"}


def test_every_row_stands_under_its_own_key() -> None:
    assert [row.key for row in MEASURE_ROWS] == list(MEASURES)
    assert [row.key for row in ALARM_ROWS] == list(ALARMS)


def test_names_are_told_apart() -> None:
    for rows in (MEASURE_ROWS, ALARM_ROWS):
        assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("row", MEASURE_ROWS, ids=lambda row: row.key)
def test_a_measures_device_class_takes_its_unit(row: Measure) -> None:
    if row.device_class is None:
        assert row.unit in (None, PERCENTAGE)
    else:
        assert row.unit in DEVICE_CLASS_UNITS[SensorDeviceClass(row.device_class)]


@pytest.mark.parametrize("row", MEASURE_ROWS, ids=lambda row: row.key)
def test_a_measures_category_is_home_assistants(row: Measure) -> None:
    assert row.category is None or EntityCategory(row.category)


@pytest.mark.parametrize("row", ALARM_ROWS, ids=lambda row: row.key)
def test_an_alarms_device_class_is_home_assistants(row: Alarm) -> None:
    assert BinarySensorDeviceClass(row.device_class)


def test_scales_that_nobody_documents_get_no_device_class() -> None:
    assert MEASURES["mold_risk_index"].device_class is None
    assert MEASURES["net_qlt"].device_class is None


@pytest.mark.parametrize("key", ["smoke_alarm", "co_alarm", "security_alarm", "noise_alarm"])
def test_alarms_that_matter_most_are_on_by_default(key: str) -> None:
    assert alarm(key).enabled_by_default
    assert alarm(key) is ALARMS[key]


def test_an_unknown_alarm_is_a_problem_named_from_its_key_and_off() -> None:
    assert alarm("radon_alarm") == Alarm(
        key="radon_alarm", name="Radon alarm", device_class="problem", enabled_by_default=False
    )
