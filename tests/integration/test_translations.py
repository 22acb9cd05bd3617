"""Every name, error, form and icon that the integration uses is there, and none that it does not use."""

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory
import pytest

from custom_components.layla import config_flow
from custom_components.layla.binary_sensor import ANY_ALARM, CONNECTIVITY
from custom_components.layla.cloud.catalogue import ALARMS, MEASURES
from custom_components.layla.cloud.errors import CloudError
from custom_components.layla.failures import TEXTS
from custom_components.layla.sensor import LAST_SEEN

FOLDER = Path(config_flow.__file__).parent
SOURCES = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


WRITTEN = _read("translations/en.json")
ICONS = _read("icons.json")


@pytest.mark.parametrize("row", [*MEASURES.values(), *ALARMS.values()], ids=lambda row: row.key)
def test_the_catalogues_names_are_the_ones_that_users_read(row: Any) -> None:
    platform = "sensor" if row.key in MEASURES else "binary_sensor"
    assert WRITTEN["entity"][platform][row.key]["name"] == row.name


def test_every_entity_has_its_name_and_no_name_is_left_over() -> None:
    assert WRITTEN["entity"]["sensor"].keys() == {*MEASURES, LAST_SEEN.key}
    assert WRITTEN["entity"]["binary_sensor"].keys() == {*ALARMS, ANY_ALARM.key, "unknown_alarm"}


def test_every_alarm_and_every_measure_without_a_class_of_its_own_has_an_icon() -> None:
    own = {measure.key for measure in MEASURES.values() if measure.device_class in ("power", "temperature", "humidity")}
    assert ICONS["entity"]["binary_sensor"].keys() == WRITTEN["entity"]["binary_sensor"].keys()
    assert ICONS["entity"]["sensor"].keys() == MEASURES.keys() - own - {"wifi_rssi"}
    assert CONNECTIVITY.device_class is BinarySensorDeviceClass.CONNECTIVITY


def test_device_classes_and_categories_are_home_assistants_own() -> None:
    for measure in MEASURES.values():
        assert measure.device_class is None or SensorDeviceClass(measure.device_class)
        assert measure.category is None or EntityCategory(measure.category)
    for alarm in ALARMS.values():
        assert BinarySensorDeviceClass(alarm.device_class)


def _kinds(kind: type[CloudError] = CloudError) -> set[type[CloudError]]:
    return {found for child in kind.__subclasses__() for found in ({child} | _kinds(child))}


def test_every_error_of_the_cloud_has_its_texts() -> None:
    assert TEXTS.keys() == _kinds()
    assert {texts.exception for texts in TEXTS.values()} | {"invalid_route"} == WRITTEN["exceptions"].keys()
    assert {texts.form for texts in TEXTS.values()} <= WRITTEN["config"]["error"].keys()


def _leaves(texts: Mapping[str, Any]) -> list[str]:
    return [leaf for text in texts.values() for leaf in (_leaves(text) if isinstance(text, Mapping) else [str(text)])]


@pytest.mark.parametrize("part", ["error", "abort"])
def test_no_text_of_the_flow_is_unused(part: str) -> None:
    from_home_assistant = {"reauth_successful", "reconfigure_successful"}
    for key in WRITTEN["config"][part].keys() - from_home_assistant:
        assert f'"{key}"' in SOURCES, key


def test_every_issue_is_raised_and_every_text_of_its_repair_is_used() -> None:
    for key, texts in WRITTEN["issues"].items():
        assert f'"{key}"' in SOURCES, key
        assert ("description" in texts) != ("fix_flow" in texts), "a repair has its own texts"
        for part in ("step", "abort"):
            for name in texts.get("fix_flow", {}).get(part, {}):
                assert f'"{name}"' in SOURCES, name


def test_texts_are_plain() -> None:
    for leaf in _leaves(WRITTEN):
        assert leaf == leaf.strip()
        assert not re.search(r"\bTODO\b|\[%key", leaf), leaf
