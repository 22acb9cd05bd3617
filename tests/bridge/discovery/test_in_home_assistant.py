"""What a real Home Assistant makes of discovery, by its own MQTT integration."""

from dataclasses import replace
from typing import Any

from homeassistant.components.climate import ClimateEntityFeature
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
import pytest

from layla_bridge.cloud.air_conditioner import Mode
from layla_bridge.cloud.catalogue import ALARMS, MEASURES
from layla_bridge.cloud.model import Phase, Reading
from layla_bridge.contract.topics import BRIDGE_STATE, HEALTH, Item, Kind
from layla_bridge.discovery import Control
from layla_bridge.discovery.retained import erased
from tests.bridge.world import HOME, QUIET, device, event, place, snapshot as account

from .house import PROFILE, TOLD, TOPICS, VALUES, House, burning, everything

pytestmark = pytest.mark.usefixtures("_nothing_to_complain")

UNIT = Item(Kind.DEVICE, "unit-1")


async def test_a_unit_shows_its_readings_and_its_alarms(house: House) -> None:
    alarms = {**dict.fromkeys(ALARMS, QUIET), "smoke_alarm": burning()}
    await house.shows(account(everything(alarms=alarms)))
    for key, row in MEASURES.items():
        if row.enabled_by_default:
            state = house.state(f"sensor.studio_{row.name.lower().replace(' ', '_')}")
            assert float(state.state) == VALUES[key]
            assert state.attributes["friendly_name"] == f"Studio {row.name}"
            assert state.attributes.get("device_class") == row.device_class
            assert state.attributes.get("unit_of_measurement") == (row.unit or row.counts)
            assert state.attributes["state_class"] == "measurement"
    smoke = house.state("binary_sensor.studio_smoke_alarm")
    assert (smoke.state, smoke.attributes["device_class"]) == ("on", "smoke")
    assert {key: smoke.attributes[key] for key in ("since", "snoozed", "armed")} == {
        "since": "2026-11-20T12:00:00+00:00",
        "snoozed": False,
        "armed": True,
    }
    assert house.state("binary_sensor.studio_co2_alarm").state == "off"
    assert house.state("binary_sensor.studio_connectivity").state == "on"
    assert house.state("binary_sensor.home_any_alarm").attributes["alarms"][0]["unit"] == "Studio"


async def test_no_name_and_no_id_is_doubled_and_each_unique_id_stands_once(house: House) -> None:
    await house.shows(account(everything()))
    off = {entity.original_name for entity in house.entities if entity.disabled_by}
    rows: list[Any] = [*MEASURES.values(), *ALARMS.values()]
    hidden = [row.name for row in rows if not row.enabled_by_default]
    assert off == {*hidden, "Last seen", "Radon alarm"}
    ids = {entity.entity_id.partition(".")[2] for entity in house.entities}
    assert not [each for each in ids if each.startswith(("studio_studio", "home_home")) or each[-1].isdigit()]
    assert {"studio", "studio_noise", "home_noise", "layla_bridge_villa_cloud"} <= ids
    assert len({entity.unique_id for entity in house.entities}) == len(house.entities)


async def test_devices_stand_behind_each_other(house: House) -> None:
    await house.shows(account(everything(), device(2, property_id=None, name=None, category=None)))
    found = house.devices
    bridge, home, unit = (found[key] for key in ("layla_bridge__villa", "layla_property__home", "layla_unit-1"))
    assert (bridge.name, bridge.model, bridge.sw_version) == ("Layla bridge villa", "Bridge", "1.2.3")
    assert (home.name, home.model, home.via_device_id) == ("Home", "House", bridge.id)
    assert (unit.name, unit.model, unit.serial_number, unit.via_device_id) == ("Studio", "Sensor Pro", "LY1", home.id)
    assert {each.manufacturer for each in found.values()} == {"LaylaElectric"}
    assert (found["layla_unit-2"].name, found["layla_unit-2"].via_device_id) == ("Unit LY2", bridge.id)
    assert len(found) == 4
    assert not [each for each in found.values() if each.area_id]


async def test_among_several_properties_ids_begin_with_theirs_and_names_do_not(house: House) -> None:
    bedrooms = (device(1, name="Bedroom"), device(2, name="Bedroom", property_id="office"))
    await house.shows(account(*bedrooms, places=(HOME, place("office"))))
    assert house.state("sensor.home_bedroom_noise").attributes["friendly_name"] == "Bedroom Noise"
    assert house.state("sensor.office_bedroom_noise").state == "38.0"
    assert house.state("sensor.office_noise").state == "38.0"


async def test_areas_are_suggested_where_they_are_asked_for(house: House) -> None:
    house.begin(areas=True)
    await house.shows(account(device(name="Bedroom")))
    assert house.devices["layla_unit-1"].area_id == "bedroom"
    assert house.devices["layla_property__home"].area_id is None


async def test_what_is_unknown_is_unknown_and_what_is_offline_is_unavailable(house: House) -> None:
    unit = everything()
    await house.shows(account(unit))
    empty = replace(unit, readings={}, alarms={})
    await house.shows(account(empty))
    assert house.state("sensor.studio_noise").state == STATE_UNKNOWN
    assert house.state("binary_sensor.studio_smoke_alarm").state == STATE_UNKNOWN
    await house.shows(account(replace(empty, online=False)))
    assert house.state("sensor.studio_noise").state == STATE_UNAVAILABLE
    assert house.state("climate.studio").state == STATE_UNAVAILABLE
    assert house.state("binary_sensor.studio_connectivity").state == "off"
    assert house.state("event.studio_alarm_event").state == STATE_UNKNOWN
    assert house.state("binary_sensor.home_connectivity").attributes["offline_units"] == ["Studio"]


async def test_an_alarm_that_is_on_stays_shown_while_its_unit_is_offline(house: House) -> None:
    unit = everything(alarms={"smoke_alarm": burning(), "co_alarm": QUIET})
    await house.shows(account(unit))
    offline = replace(unit, online=False)
    await house.shows(account(offline))
    assert _shown(house) == ("on", STATE_UNAVAILABLE, STATE_UNAVAILABLE, "off")
    await house.shows(account(replace(offline, alarms=dict.fromkeys(offline.alarms, QUIET))))
    assert _shown(house) == (STATE_UNAVAILABLE, STATE_UNAVAILABLE, STATE_UNAVAILABLE, "off")
    await house.shows(account(offline))
    assert house.state("binary_sensor.studio_smoke_alarm").state == "on"


async def test_no_alarm_of_a_unit_that_is_not_listed_is_shown_nor_any_while_the_cloud_is_lost(house: House) -> None:
    offline = everything(online=False, alarms={"smoke_alarm": burning(), "co_alarm": QUIET})
    gone = (STATE_UNAVAILABLE, STATE_UNAVAILABLE, STATE_UNAVAILABLE, "off")
    await house.shows(account(offline))
    await house.shows(account())
    assert _shown(house) == gone
    await house.shows(account(offline))
    assert house.state("binary_sensor.studio_smoke_alarm").state == "on"
    await house.send(*house.mirror.unreachable())
    assert _shown(house) == gone
    await house.shows(account(replace(offline, online=True)))
    assert _shown(house) == ("on", "off", "38.0", "on")
    await house.send(*house.mirror.unreachable())
    assert _shown(house) == gone


def _shown(house: House) -> tuple[str, ...]:
    """Return an alarm that was on, one that was not, a reading and the connection."""
    names = ("binary_sensor.studio_smoke_alarm", "binary_sensor.studio_carbon_monoxide_alarm", "sensor.studio_noise")
    return tuple(house.state(each).state for each in (*names, "binary_sensor.studio_connectivity"))


async def test_nothing_is_available_without_the_bridge_which_says_that_it_is_gone(house: House) -> None:
    await house.shows(account(everything()))
    await house.send(BRIDGE_STATE.at(TOPICS.bridge(BRIDGE_STATE), b"offline"))
    bridge = "binary_sensor.layla_bridge_villa_connectivity"
    others = [state for state in house.hass.states.async_all() if state.entity_id != bridge]
    assert {state.state for state in others} == {STATE_UNAVAILABLE}
    assert house.state(bridge).state == "off"


@pytest.mark.parametrize(("state", "shown"), [("starting", "off"), ("offline", "on"), ("unauthorized", "on")])
async def test_the_bridge_says_when_the_cloud_is_in_trouble(house: House, state: str, shown: str) -> None:
    await house.shows(account())
    health = f'{{"cloud":{{"state":"{state}","since":null,"trouble":"No answer"}}}}'
    await house.send(HEALTH.at(TOPICS.bridge(HEALTH), health.encode()))
    cloud = house.state("binary_sensor.layla_bridge_villa_cloud")
    assert (cloud.state, cloud.attributes["trouble"]) == (shown, "No answer")


async def test_every_event_is_shown_once_and_one_of_an_unknown_alarm_too(house: House) -> None:
    await house.shows(account(everything()))
    await house.tells(event())
    shown = house.state("event.studio_alarm_event")
    assert shown.attributes["event_type"] == "smoke_alarm_started"
    assert (shown.attributes["id"], shown.attributes["late"]) == ("event-1", False)
    await house.tells(event(2, alarm="radon_alarm", phase=Phase.ENDED), Kind.PROPERTY)
    shown = house.state("event.home_alarm_event")
    assert (shown.attributes["event_type"], shown.attributes["alarm"]) == ("other_alarm_ended", "radon_alarm")


async def test_an_air_conditioner_is_a_climate_entity_with_what_its_profile_has(house: House) -> None:
    await house.shows(account(everything()))
    shown = house.state("climate.studio")
    assert shown.state == "cool"
    expected: dict[str, Any] = {
        "friendly_name": "Studio",
        "hvac_modes": ["off", "cool", "heat", "dry", "fan_only", "auto"],
        "fan_modes": ["auto", "low", "high"],
        "swing_modes": ["off", "vertical"],
        "min_temp": 16,
        "max_temp": 30,
        "target_temp_step": 0.5,
        "temperature": 21.5,
        "fan_mode": "low",
        "swing_mode": "off",
        "current_temperature": 21.5,
        "current_humidity": 45,
        "supported_features": ClimateEntityFeature(425),
    }
    assert {key: shown.attributes[key] for key in expected} == expected


async def test_an_air_conditioners_commands_arrive_each_on_its_topic(house: House) -> None:
    await house.shows(account(everything()))
    await house.acts("climate", "set_temperature", "climate.studio", temperature=23.5, hvac_mode="heat")
    await house.acts("climate", "set_fan_mode", "climate.studio", fan_mode="high")
    await house.acts("climate", "set_swing_mode", "climate.studio", swing_mode="vertical")
    await house.acts("climate", "turn_off", "climate.studio")
    await house.acts("climate", "turn_on", "climate.studio")
    assert await house.commands(6) == [
        ("layla/device/unit-1/set/mode", "heat"),
        ("layla/device/unit-1/set/temperature", "23.5"),
        ("layla/device/unit-1/set/fan", "high"),
        ("layla/device/unit-1/set/swing", "vertical"),
        ("layla/device/unit-1/set/power", "OFF"),
        ("layla/device/unit-1/set/power", "ON"),
    ]


async def test_an_air_conditioner_of_which_nothing_is_known_is_unknown_and_off_is_off(house: House) -> None:
    house.told.clear()
    await house.shows(account(everything()))
    assert house.state("climate.studio").state == STATE_UNKNOWN
    house.told["unit-1"] = replace(TOLD, power=False, mode=Mode.AUTO, fan="gale", temperature=None)
    await house.shows(account(everything(pillar="smart_ac")))
    shown = house.state("climate.studio")
    assert (shown.state, shown.attributes["fan_mode"], shown.attributes["temperature"]) == ("off", None, None)


@pytest.mark.parametrize(("control", "mode"), [(Control(), "auto"), (Control(PROFILE), "cool")])
async def test_without_full_control_there_is_on_and_off_alone(house: House, control: Control, mode: str) -> None:
    house.begin(control=lambda _: control)
    house.told["unit-1"] = replace(TOLD, mode=Mode.HEAT)
    await house.shows(account(everything()))
    shown = house.state("climate.studio")
    assert (shown.state, shown.attributes["hvac_modes"]) == (mode, ["off", mode])
    assert shown.attributes["supported_features"] == ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF


async def test_a_remote_control_that_counts_fahrenheit_is_asked_in_celsius(house: House) -> None:
    profile = replace(PROFILE, fahrenheit=True, lowest=61, highest=86, step=1)
    house.begin(control=lambda _: Control(profile, full=True))
    house.told["unit-1"] = replace(TOLD, temperature=71)
    await house.shows(account(everything()))
    shown = house.state("climate.studio")
    assert (shown.attributes["min_temp"], shown.attributes["temperature"]) == (16.1, 21.7)
    assert shown.attributes["current_temperature"] == 21.5
    await house.acts("climate", "set_temperature", "climate.studio", temperature=22)
    ((topic, asked),) = await house.commands(1)
    assert (topic, float(asked)) == ("layla/device/unit-1/set/temperature", 22.0)


async def test_an_air_conditioner_that_is_no_longer_driven_stays_and_cannot_be_reached(house: House) -> None:
    await house.shows(account(everything()))
    await house.shows(account(everything(drives_ac=False)))
    assert house.state("climate.studio").state == STATE_UNAVAILABLE
    await house.shows(account(everything()))
    assert house.state("climate.studio").state == "cool"


async def test_removing_the_unit_removes_its_device(house: House) -> None:
    await house.shows(account(everything(), device(2)))
    await house.shows(account(device(2)))
    assert house.state("sensor.studio_noise").state == STATE_UNAVAILABLE
    await house.shows(account(device(2)), removed=[UNIT])
    assert house.devices.keys() == {"layla_bridge__villa", "layla_property__home", "layla_unit-2"}
    assert house.state("sensor.room_2_noise").state == "38.0"
    await house.shows(account(everything(), device(2)))
    assert house.state("sensor.studio_noise").state == "38.0"


async def test_a_reading_that_comes_later_gets_its_sensor(house: House) -> None:
    await house.shows(account(device()))
    assert not house.hass.states.get("sensor.room_1_power")
    await house.shows(account(device(readings={"power": Reading(value=5.0)})))
    assert house.state("sensor.room_1_power").state == "5.0"
    assert house.state("sensor.room_1_noise").state == STATE_UNKNOWN


async def test_a_new_name_is_the_devices(house: House) -> None:
    await house.shows(account(device()))
    await house.shows(account(device(name="Nursery")))
    assert house.devices["layla_unit-1"].name == "Nursery"


async def test_what_an_earlier_version_described_goes(house: House) -> None:
    await house.shows(account(everything()))
    (config,) = (each for each in house.discovery.everything() if "unit-1" in each.topic)
    house.begin(control=lambda _: Control(), retained={config.topic: config.payload})
    await house.shows(account(device(name="Studio")))
    found = {entity.entity_id for entity in house.entities if not entity.disabled_by}
    assert {each for each in found if "studio" in each} == {
        "binary_sensor.studio_connectivity",
        "binary_sensor.studio_noise_alarm",
        "event.studio_alarm_event",
        "sensor.studio_noise",
    }
    await house.send(erased(config.topic))
    assert "layla_unit-1" not in house.devices


async def test_told_once_more_nothing_changes(house: House) -> None:
    await house.shows(account(everything()))
    before = {state.entity_id: state.last_changed for state in house.hass.states.async_all()}
    await house.send(*house.discovery.everything())
    assert {state.entity_id: state.last_changed for state in house.hass.states.async_all()} == before
