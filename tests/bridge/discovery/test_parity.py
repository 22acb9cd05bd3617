"""Discovery describes what the integration describes, member by member."""

from dataclasses import replace
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from homeassistant.components.binary_sensor import BinarySensorEntityDescription
from homeassistant.helpers.entity import EntityDescription
import pytest

from custom_components.layla import binary_sensor, const, event, sensor
from custom_components.layla.cloud.catalogue import ALARMS, MEASURES, SUMS
from layla_bridge.cloud.catalogue import MANUFACTURER, SUMS as SUMS_OF_BRIDGE
from layla_bridge.contract.payloads import Payloads
from layla_bridge.contract.topics import BRIDGE_STATE
from layla_bridge.discovery.climate import Control
from layla_bridge.discovery.devices import Configs, Home, Unit
from layla_bridge.mirror.ledger import Keys
from tests.bridge.world import HOME, NOW, QUIET, device, snapshot as account

from .house import SETTINGS, TOPICS, everything
from .rendering import rendered

CONFIGS: Final = Configs(TOPICS, SETTINGS)
KEYS: Final = Keys(frozenset(MEASURES), frozenset({*ALARMS, "radon_alarm"}), ac=True, online=True)
OF_HOME: Final = Keys(frozenset(SUMS), online=True)
UNIT: Final = CONFIGS.unit(Unit.of(everything(), HOME, KEYS, several=False), Control())["cmps"]
PLACE: Final = CONFIGS.home(Home(place=HOME, several=False, keys=OF_HOME))["cmps"]
WRITTEN: Final = json.loads((Path(const.__file__).parent / "translations/en.json").read_text())["entity"]


def described(platform: str, description: Any) -> dict[str, Any]:
    """Say in discovery's words what the integration shows."""
    texts = WRITTEN[platform].get(description.translation_key, {})
    name = texts.get("name") or str(description.device_class).capitalize()
    for key, value in (description.translation_placeholders or {}).items():
        name = name.replace(f"{{{key}}}", value)
    found: dict[str, Any] = {
        "p": platform,
        "name": name,
        "dev_cla": description.device_class,
        "ent_cat": description.entity_category,
        "en": None if description.entity_registry_enabled_default else False,
    }
    if platform == "sensor":
        unit = description.native_unit_of_measurement or texts.get("unit_of_measurement")
        found |= {"unit_of_meas": unit, "stat_cla": description.state_class}
        found |= {"sug_dsp_prc": description.suggested_display_precision}
    return {key: value for key, value in found.items() if value is not None}


def discovered(component: dict[str, Any]) -> dict[str, Any]:
    """Leave out topics and templates."""
    names = ("p", "name", "dev_cla", "ent_cat", "en", "unit_of_meas", "stat_cla", "sug_dsp_prc")
    return {key: component[key] for key in names if key in component}


@pytest.mark.parametrize("key", MEASURES)
def test_a_reading(key: str) -> None:
    assert discovered(UNIT[f"sensor_{key}"]) == described("sensor", sensor.READINGS[key])


@pytest.mark.parametrize("key", [*ALARMS, "radon_alarm"])
def test_an_alarm(key: str) -> None:
    expected: BinarySensorEntityDescription = binary_sensor._description(key)
    component = UNIT[f"binary_sensor_{key}"]
    assert discovered(component) == described("binary_sensor", expected)
    attributes = WRITTEN["binary_sensor"][expected.translation_key]["state_attributes"]
    assert all(f'"{name}":a.get("{name}")' in component["json_attr_tpl"] for name in attributes)


@pytest.mark.parametrize("online", [True, False, None])
@pytest.mark.parametrize("active", [True, False, None])
def test_an_alarm_is_available_when_it_is_in_the_integration(*, online: bool | None, active: bool | None) -> None:
    unit = device(online=online, alarms={"smoke_alarm": replace(QUIET, active=active)})
    payloads, keys = Payloads("villa"), Keys.of_device(unit)
    absent = payloads.absent(unit.id, unit, NOW, keys)
    for listed, state in ((unit, payloads.device(unit, NOW, keys)), (None, absent)):
        coordinator: Any = SimpleNamespace(data=account(*([listed] if listed else [])), last_update_success=True)
        entity = binary_sensor.AlarmSensor(coordinator, "unit-1", binary_sensor._description("smoke_alarm"))
        topics = {each["t"]: each.get("val_tpl") for each in UNIT["binary_sensor_smoke_alarm"]["avty"]}
        said = {
            TOPICS.bridge(BRIDGE_STATE): b"online",
            "layla/device/unit-1": state,
        }
        shown = {topic: rendered(topics[topic] or "{{ value }}", said[topic].decode()) for topic in topics}
        assert topics.keys() == said.keys()
        assert set(shown.values()) <= {"online", "offline"}
        assert all(each == "online" for each in shown.values()) is entity.available


@pytest.mark.parametrize("description", sensor.AGGREGATES, ids=lambda each: each.key)
def test_a_sum(description: sensor.AggregateDescription) -> None:
    assert discovered(PLACE[f"sensor_{description.key}"]) == described("sensor", description)


@pytest.mark.parametrize(
    ("component", "platform", "description"),
    [
        (UNIT["sensor_last_seen"], "sensor", sensor.LAST_SEEN),
        (UNIT["binary_sensor_connectivity"], "binary_sensor", binary_sensor.CONNECTIVITY),
        (PLACE["binary_sensor_connectivity"], "binary_sensor", binary_sensor.ALL_ONLINE),
        (PLACE["binary_sensor_any_alarm"], "binary_sensor", binary_sensor.ANY_ALARM),
        (UNIT["event_alarm_event"], "event", event.ALARM_EVENT),
        (PLACE["event_alarm_event"], "event", event.ALARM_EVENT),
    ],
)
def test_a_trait(component: dict[str, Any], platform: str, description: EntityDescription) -> None:
    assert discovered(component) == described(platform, description)


def test_event_types() -> None:
    assert UNIT["event_alarm_event"]["evt_typ"] == PLACE["event_alarm_event"]["evt_typ"]
    assert UNIT["event_alarm_event"]["evt_typ"] == event.ALARM_EVENT.event_types


def test_nothing_else_is_discovered() -> None:
    traits = {"sensor_last_seen", "binary_sensor_connectivity", "event_alarm_event", "climate_air_conditioner"}
    of_unit = {f"sensor_{key}" for key in MEASURES} | {f"binary_sensor_{key}" for key in (*ALARMS, "radon_alarm")}
    assert UNIT.keys() == of_unit | traits
    shared = {"binary_sensor_any_alarm", "binary_sensor_connectivity", "event_alarm_event"}
    assert PLACE.keys() == {f"sensor_{key}" for key in SUMS_OF_BRIDGE} | shared
    assert MANUFACTURER == const.MANUFACTURER
