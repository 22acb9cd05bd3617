"""Every name, error, form and icon that the integration uses is there, and none that it does not use."""

from collections.abc import Mapping
from dataclasses import fields
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.layla import config_flow
from custom_components.layla.air_conditioning import profile_flow
from custom_components.layla.air_conditioning.agenda import Words
from custom_components.layla.air_conditioning.profiles import PROFILE
from custom_components.layla.automations.alarms import KINDS
from custom_components.layla.binary_sensor import ALL_ONLINE, ANY_ALARM, CONNECTIVITY
from custom_components.layla.button import OF_AIR_CONDITIONERS
from custom_components.layla.calendar import PLANS
from custom_components.layla.cloud.ac_plans import WEEKDAYS
from custom_components.layla.cloud.air_conditioner import Mode
from custom_components.layla.cloud.catalogue import ALARMS, MEASURES, OTHER_ALARM, Alarm
from custom_components.layla.cloud.errors import CloudError
from custom_components.layla.condition import CONDITIONS
from custom_components.layla.detail.levels import Level
from custom_components.layla.event import ALARM_EVENT
from custom_components.layla.failures import TEXTS
from custom_components.layla.figures.described import COUNTS, MARK_ALL_SEEN, REQUESTS, SAVINGS, STATISTICS, TOKEN_EXPIRY
from custom_components.layla.history.progress import HISTORY_IMPORT
from custom_components.layla.number import ECO_TIME
from custom_components.layla.select import PILLAR
from custom_components.layla.sensor import AGGREGATES, LAST_SEEN
from custom_components.layla.switch import ECO_MODE, ENABLED
from custom_components.layla.trigger import TRIGGERS

FOLDER = Path(config_flow.__file__).parent
SOURCES = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


# The figures, and what is told of the account itself.
FIGURES = {
    *(str(each.translation_key) for each in (*SAVINGS, *COUNTS.values(), *STATISTICS, REQUESTS, TOKEN_EXPIRY)),
    "unknown_alarm_count",
}
WRITTEN = _read("translations/en.json")
ICONS = _read("icons.json")
PROFILE_TEXTS = WRITTEN["config_subentries"][PROFILE]


@pytest.mark.parametrize("row", [*MEASURES.values(), *ALARMS.values()], ids=lambda row: row.key)
def test_the_catalogues_names_are_the_ones_that_users_read(row: Any) -> None:
    platform = "sensor" if row.key in MEASURES else "binary_sensor"
    assert WRITTEN["entity"][platform][row.key]["name"] == row.name


def test_every_entity_has_its_name_and_no_name_is_left_over() -> None:
    of_properties = {str(description.translation_key) for description in (*AGGREGATES, ANY_ALARM, ALL_ONLINE)}
    written = {*WRITTEN["entity"]["sensor"], *WRITTEN["entity"]["binary_sensor"]}
    assert written == {*MEASURES, LAST_SEEN.key, *ALARMS, *of_properties, *FIGURES, HISTORY_IMPORT.key, "unknown_alarm"}


def test_the_count_of_an_alarm_is_called_after_it() -> None:
    for key, alarm in ALARMS.items():
        assert WRITTEN["entity"]["sensor"][f"{key}_count"]["name"] == f"{alarm.name} count"


def test_what_the_form_of_a_profile_asks_has_its_texts() -> None:
    asked = {str(key) for key in profile_flow._form({}).schema}
    for step in PROFILE_TEXTS["step"].values():
        assert step["data"].keys() == step["data_description"].keys() == asked


def test_every_action_has_its_texts_and_its_icon() -> None:
    described = load_yaml_dict(str(FOLDER / "services.yaml"))
    assert described.keys() == WRITTEN["services"].keys() == ICONS["services"].keys()
    for action, description in described.items():
        assert description["fields"].keys() == WRITTEN["services"][action].get("fields", {}).keys()


def test_every_event_of_a_calendar_has_its_words() -> None:
    assert WRITTEN["entity"]["calendar"].keys() == ICONS["entity"]["calendar"].keys() == {PLANS.key}
    words = WRITTEN["entity"]["calendar"][PLANS.key]["state_attributes"]["message"]["state"]
    assert words.keys() == {field.name for field in fields(Words)}


@pytest.mark.parametrize(
    ("kind", "there", "icon"), [("triggers", TRIGGERS, "trigger"), ("conditions", CONDITIONS, "condition")]
)
def test_every_trigger_and_every_condition_has_its_texts_and_its_icon(
    kind: str, there: Mapping[str, object], icon: str
) -> None:
    described = {
        name: each for name, each in load_yaml_dict(str(FOLDER / f"{kind}.yaml")).items() if not name.startswith(".")
    }
    assert described.keys() == WRITTEN[kind].keys() == ICONS[kind].keys() == there.keys()
    for name, description in described.items():
        texts = WRITTEN[kind][name]
        assert description["fields"].keys() == texts["fields"].keys()
        assert all(field["name"] and field["description"] for field in (texts, *texts["fields"].values()))
        assert ICONS[kind][name].keys() == {icon}
        if "alarm" in description["fields"]:
            assert description["fields"]["alarm"]["selector"]["select"]["options"] == list(KINDS)


def test_every_button_and_every_setting_has_its_name_and_its_icon_and_none_is_left_over() -> None:
    settings = {
        "switch": {"_armed", "_quiet_hours_on"},
        "number": {"_threshold"},
        "time": {"_quiet_hours_start", "_quiet_hours_end"},
    }
    keys = {
        platform: {f"{alarm}{suffix}" for alarm in (*ALARMS, "unknown_alarm") for suffix in suffixes}
        for platform, suffixes in settings.items()
    }
    keys["switch"] |= {ENABLED.key, ECO_MODE.key}
    keys["number"] |= {ECO_TIME.key}
    keys["select"] = {PILLAR.key}
    keys["button"] = {description.key for description in (*OF_AIR_CONDITIONERS, MARK_ALL_SEEN)}
    for platform, expected in keys.items():
        assert WRITTEN["entity"][platform].keys() == ICONS["entity"][platform].keys() == expected
    for icons in (ICONS["entity"]["select"]["pillar"], WRITTEN["entity"]["select"]["pillar"]):
        assert list(icons["state"]) == PILLAR.options


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS.keys())
def test_settings_are_named_after_their_alarms(alarm: Alarm) -> None:
    entities = WRITTEN["entity"]
    later = alarm.name if alarm.name[:2].isupper() else alarm.name[0].lower() + alarm.name[1:]
    assert entities["switch"][f"{alarm.key}_armed"]["name"] == f"{alarm.name} armed"
    assert entities["number"][f"{alarm.key}_threshold"]["name"] == f"{alarm.name} threshold"
    assert entities["switch"][f"{alarm.key}_quiet_hours_on"]["name"] == f"Quiet hours of {later}"
    for end in ("start", "end"):
        assert entities["time"][f"{alarm.key}_quiet_hours_{end}"]["name"] == f"Quiet hours {end} of {later}"


def test_every_event_reads_as_its_alarm_and_its_phase() -> None:
    assert WRITTEN["entity"]["event"].keys() == ICONS["entity"]["event"].keys() == {ALARM_EVENT.key}
    attributes = WRITTEN["entity"]["event"][ALARM_EVENT.key]["state_attributes"]
    names = {alarm.key: alarm.name for alarm in ALARMS.values()}
    assert attributes["alarm"]["state"] == names
    assert attributes["event_type"]["state"] == {
        f"{key}_{phase}": f"{name} {phase}"
        for key, name in {**names, OTHER_ALARM: "Other alarm"}.items()
        for phase in ("started", "ended")
    }
    assert list(attributes["event_type"]["state"]) == ALARM_EVENT.event_types
    assert attributes.keys() == {"event_type", "event_id", "alarm", "phase", "at", "late", "unit"}


def test_every_alarm_and_every_measure_without_a_class_of_its_own_has_an_icon() -> None:
    own = {measure.key for measure in MEASURES.values() if measure.device_class in ("power", "temperature", "humidity")}
    assert ICONS["entity"]["binary_sensor"].keys() == WRITTEN["entity"]["binary_sensor"].keys()
    of_properties = {description.key for description in AGGREGATES}
    assert ICONS["entity"]["sensor"].keys() == (MEASURES.keys() - own - {"wifi_rssi"}) | of_properties | FIGURES | {
        HISTORY_IMPORT.key
    }
    assert CONNECTIVITY.device_class is BinarySensorDeviceClass.CONNECTIVITY


def test_device_classes_and_categories_are_home_assistants_own() -> None:
    for measure in MEASURES.values():
        assert measure.device_class is None or SensorDeviceClass(measure.device_class)
        assert measure.category is None or EntityCategory(measure.category)
    for alarm in ALARMS.values():
        assert BinarySensorDeviceClass(alarm.device_class)
        assert alarm.measure is None or alarm.measure in MEASURES
        assert alarm.lowest < alarm.highest


def _kinds(kind: type[CloudError] = CloudError) -> set[type[CloudError]]:
    return {found for child in kind.__subclasses__() for found in ({child} | _kinds(child))}


def test_every_error_of_the_cloud_has_its_texts() -> None:
    assert TEXTS.keys() == _kinds()
    of_the_cloud = {key for texts in TEXTS.values() for key in (texts.exception, texts.command)}
    assert of_the_cloud <= WRITTEN["exceptions"].keys()
    for key in WRITTEN["exceptions"].keys() - of_the_cloud:
        assert f'"{key}"' in SOURCES, key
    assert {texts.form for texts in TEXTS.values()} <= WRITTEN["config"]["error"].keys()


def _leaves(texts: Mapping[str, Any]) -> list[str]:
    return [leaf for text in texts.values() for leaf in (_leaves(text) if isinstance(text, Mapping) else [str(text)])]


@pytest.mark.parametrize(
    "texts",
    [
        WRITTEN["config"]["error"],
        WRITTEN["config"]["abort"],
        WRITTEN["options"]["error"],
        PROFILE_TEXTS["error"],
        WRITTEN["issues"],
    ],
    ids=["errors", "ends", "errors of the options", "errors of a profile", "issues"],
)
def test_no_text_of_the_forms_and_of_the_repairs_is_unused(texts: Mapping[str, Any]) -> None:
    for key in texts:
        assert f'"{key}"' in SOURCES, key


def test_every_step_of_the_forms_has_its_text_and_every_choice_of_a_menu_its_own() -> None:
    steps = WRITTEN["config"]["step"]
    shown = set(re.findall(r'step_id="(\w+)"', SOURCES)) & steps.keys()
    assert {"user", "sign_in", "address", "reauth_sign_in", "reconfigure"} <= shown
    for name, options in re.findall(r'step_id="(\w+)", menu_options=\[([^\]]*)\]', SOURCES):
        chosen = set(re.findall(r'"(\w+)"', options))
        assert steps[name]["menu_options"].keys() == steps[name]["menu_option_descriptions"].keys() == chosen
        assert chosen <= steps.keys()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ac_action", {"on", "off"}),
        ("ac_control", {"on_off", "full"}),
        ("alarm", {*KINDS}),
        ("detail", {*Level}),
        ("mode", {*Mode}),
        ("weekday", {*WEEKDAYS}),
    ],
)
def test_every_choice_has_its_text(name: str, values: set[str]) -> None:
    assert WRITTEN["selector"][name]["options"].keys() == values


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
