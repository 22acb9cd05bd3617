"""What discovery says, word by word, and that Home Assistant accepts it whatever units are called."""

import json
import re
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components.mqtt import binary_sensor, climate, event, sensor
from homeassistant.components.mqtt.discovery import TOPIC_MATCHER, MQTTDiscoveryPayload, _replace_all_abbreviations
from homeassistant.components.mqtt.schemas import DEVICE_DISCOVERY_SCHEMA
from hypothesis import given, settings, strategies as st
from syrupy.assertion import SnapshotAssertion

from layla_bridge.cloud.air_conditioner import Profile
from layla_bridge.cloud.catalogue import ALARMS, MEASURES, SUMS
from layla_bridge.contract.payloads import as_json
from layla_bridge.contract.topics import Item, Kind
from layla_bridge.discovery.climate import Control
from layla_bridge.discovery.devices import Config, Configs, Home, Unit
from layla_bridge.discovery.identity import config_topic, of_bridge, of_item
from layla_bridge.mirror.ledger import Keys
from tests.bridge.world import HOME

from .house import FULL, PROFILE, SETTINGS, TOPICS, everything
from .rendering import HASS, rendered

CONFIGS: Final = Configs(TOPICS, SETTINGS)
KEYS: Final = Keys(frozenset(MEASURES), frozenset(ALARMS), ac=True, online=True)
PLATFORMS: Final[dict[str, Any]] = {
    "sensor": sensor.DISCOVERY_SCHEMA,
    "binary_sensor": binary_sensor.DISCOVERY_SCHEMA,
    "event": event.DISCOVERY_SCHEMA,
    "climate": climate.DISCOVERY_SCHEMA,
}
words: Final = st.text(min_size=1, max_size=20)
# Half a character as well: an id out of JSON may be one.
ids: Final = st.text(st.characters(exclude_categories=()), max_size=40) | st.text(min_size=200, max_size=400)


def test_a_units_message(snapshot: SnapshotAssertion) -> None:
    assert CONFIGS.unit(Unit.of(everything(), HOME, KEYS, several=False), FULL) == snapshot


def test_a_propertys_message(snapshot: SnapshotAssertion) -> None:
    assert CONFIGS.home(Home(place=HOME, several=True, keys=Keys(frozenset(SUMS), online=True))) == snapshot


def test_the_bridges_message(snapshot: SnapshotAssertion) -> None:
    assert CONFIGS.bridge() == snapshot


def accepted(config: Config) -> None:
    """Have Home Assistant's own schemas accept a message, as it reads it."""
    payload = MQTTDiscoveryPayload(json.loads(as_json(config)))
    _replace_all_abbreviations(payload)
    # Templates ask which Home Assistant they are in.
    with patch("homeassistant.helpers.config_validation._async_get_hass_or_none", return_value=HASS):
        DEVICE_DISCOVERY_SCHEMA(payload)
        for key, component in payload["components"].items():
            assert " " not in key
            PLATFORMS[component.pop("platform")]({"state_topic": payload["state_topic"], **component})


@given(
    device_id=ids,
    name=st.none() | words,
    alarms=st.frozensets(words, max_size=2),
    fans=st.lists(words, max_size=3),
    swings=st.lists(words, max_size=2),
    fahrenheit=st.booleans(),
    full=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_home_assistant_accepts_every_message(
    device_id: str,
    name: str | None,
    alarms: frozenset[str],
    fans: list[str],
    swings: list[str],
    *,
    fahrenheit: bool,
    full: bool,
) -> None:
    profile = Profile(
        vendor="V",
        model="M",
        modes=PROFILE.modes,
        lowest=16,
        highest=30,
        step=1,
        fahrenheit=fahrenheit,
        fans=fans,
        swings=swings,
    )
    keys = Keys(frozenset(MEASURES), alarms, ac=True, online=True)
    unit = Unit.of(everything(id=device_id, name=name), HOME, keys, several=True)
    accepted(CONFIGS.unit(unit, Control(profile, full=full)))
    accepted(CONFIGS.home(Home(place=HOME, several=True, keys=Keys(frozenset(SUMS), online=True))))
    accepted(CONFIGS.bridge())


@given(st.lists(st.builds(Item, st.sampled_from(Kind), ids), min_size=2, max_size=4, unique=True), ids)
def test_every_id_has_a_topic_of_its_own(items: list[Item], instance: str) -> None:
    devices = [*map(of_item, items), of_bridge(instance)]
    assert len(set(devices)) == len(devices)
    for device in devices:
        found = re.fullmatch(TOPIC_MATCHER, config_topic("homeassistant", device).removeprefix("homeassistant/"))
        assert found
        assert found.group("object_id") == device


def test_an_ordinary_id_is_itself_in_the_topic() -> None:
    item = Item(Kind.DEVICE, "6f9619ff-8b86-d011")
    assert config_topic("homeassistant", of_item(item)) == "homeassistant/device/layla_6f9619ff-8b86-d011/config"
    assert of_item(Item(Kind.DEVICE, "a_b")) == "layla_a_5Fb"


@given(word=words, others=st.lists(words, max_size=2))
@settings(deadline=None, max_examples=60)
def test_a_word_with_anything_in_it_is_read_back(word: str, others: list[str]) -> None:
    keys = Keys(alarms=frozenset({word}), ac=True)
    profile = Profile(vendor="V", model="M", modes=PROFILE.modes, lowest=1, highest=2, step=1, fans=[word, *others])
    found = CONFIGS.unit(Unit.of(everything(), HOME, keys, several=False), Control(profile, full=True))["cmps"]
    state = json.dumps({"alarms": {word: {"active": True, "since": word}}, "ac": {"fan": word}})
    alarm = next(each for key, each in found.items() if key.startswith("binary_sensor_"))
    assert rendered(alarm["val_tpl"], state) == "True"
    assert json.loads(rendered(alarm["json_attr_tpl"], state))["since"] == word
    assert rendered(found["climate_air_conditioner"]["fan_mode_stat_tpl"], state) == word.strip()


def test_what_is_missing_is_none() -> None:
    found = CONFIGS.unit(Unit.of(everything(), HOME, KEYS, several=False), FULL)["cmps"]
    templates = {tpl for each in found.values() for key, tpl in each.items() if key.endswith("tpl")}
    for state in ("", "{}"):
        shown = {rendered(each, state) for each in templates}
        assert shown == {"None", '{"since":null,"snoozed":null,"armed":null}'}
        *_, of_alarm = found["binary_sensor_smoke_alarm"]["avty"]
        assert rendered(of_alarm["val_tpl"], state) == "offline"
