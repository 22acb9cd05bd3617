"""Changes of alarms, units, properties and the profile: what is named is changed, everything else stays."""

from copy import deepcopy

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from simulator import World
from tests.integration.cloud import Cloud
from tests.integration.conftest import Refresh, lives_in
from tests.integration.flavours import Flavour, needs, once

from .calling import HOME, UNIT, Caller

WHOLE = {"name": "Cabin", "category": "house", "address": "3 Road", "timezone": "Europe/Rome"}


@lives_in(World.demo)
async def test_an_alarm_of_several_units_is_configured_and_the_rest_of_it_stays(world: World, caller: Caller) -> None:
    units = [world.devices[each] for each in ("villa-living", "villa-bedroom") if each in world.devices]
    for unit in units:
        unit.alarms = [{**alarm, "colour": "red", "schedule": {"days": ["mon"], "kept": 1}} for alarm in unit.alarms]
    before = deepcopy([unit.setting_of("noise_alarm") for unit in units])
    await caller.act(
        "configure_alarm",
        device_id=[f"unit:{unit.id}" for unit in units],
        alarm="noise_alarm",
        armed=False,
        threshold=62.5,
        quiet_hours=True,
        quiet_hours_start="21:30:00",
        quiet_hours_end="06:00:00",
        schedule={"days": ["sat", "sun"]},
    )
    for unit, old in zip(units, before, strict=True):
        assert old is not None
        assert unit.setting_of("noise_alarm") == {
            **old,
            "enabled": False,
            "threshold": 62.5,
            "quiet_hours": {"enabled": True, "start_time": "21:30", "end_time": "06:00"},
            "schedule": {"days": ["sat", "sun"], "kept": 1},
        }


@once
async def test_an_alarm_that_a_unit_does_not_have_is_refused(caller: Caller) -> None:
    with pytest.raises(HomeAssistantError) as refused:
        await caller.act("configure_alarm", device_id=[UNIT], alarm="flood_alarm", armed=True)
    assert refused.value.translation_key == "command_refused"
    assert "flood_alarm" in str(refused.value)


@once
@lives_in(World.demo)
async def test_the_unit_of_several_whose_alarm_cannot_be_changed_is_named(world: World, caller: Caller) -> None:
    first, second = [unit for unit in world.devices.values() if unit.setting_of("noise_alarm")][:2]
    second.alarms = []
    units = [f"unit:{unit.id}" for unit in (first, second)]
    with pytest.raises(HomeAssistantError) as stopped:
        await caller.act("configure_alarm", device_id=units, alarm="noise_alarm", threshold=61)
    assert stopped.value.translation_key == "stopped_at_unit"
    assert str(stopped.value).startswith(f"{second.name} could not be changed: LaylaElectric's cloud refused")
    assert "1 of 2 units" in str(stopped.value)
    assert (first.setting_of("noise_alarm") or {})["threshold"] == 61


async def test_a_unit_gets_a_name_and_keeps_what_is_not_named(world: World, caller: Caller, flavour: Flavour) -> None:
    unit = world.devices["unit"]
    unit.settings = {**unit.settings, "kept": True}
    settings = dict(unit.settings)
    await caller.act("update_unit", device_id=UNIT, name="Lounge", enabled=False, eco_mode=True, settings={"led": 1})
    assert (unit.name, unit.enabled) == ("Lounge", False)
    assert unit.settings == {**settings, "led": 1}
    await caller.act("update_unit", device_id=UNIT, eco_mode=False)
    assert (unit.name, unit.settings["led"]) == ("Lounge", 1)
    if flavour.name == "token":
        await caller.act("update_unit", device_id=UNIT, features="climate")
        assert unit.tier_features == ["climate"]
        await caller.act("update_unit", device_id=UNIT, features=[])
        assert unit.tier_features == []
        return
    with pytest.raises(HomeAssistantError) as lacking:
        await caller.act("update_unit", device_id=UNIT, features="climate")
    assert lacking.value.translation_key == "command_not_supported"


async def test_a_property_is_changed_in_part_and_shown_with_the_next_refresh(
    hass: HomeAssistant, world: World, caller: Caller, refresh: Refresh
) -> None:
    place = world.properties["home"]
    place.settings = {"kept": True}
    await caller.act("update_property", device_id=HOME, name="Cottage", enabled=False, settings={"colour": "blue"})
    assert (place.name, place.enabled, place.address) == ("Cottage", 0, "1 Small Lane")
    assert place.settings == {"kept": True, "colour": "blue"}
    await refresh()
    assert caller.entry.runtime_data.data.properties["home"].name == "Cottage"


async def test_a_property_is_replaced_where_that_is_wanted(world: World, caller: Caller) -> None:
    place = world.properties["home"]
    place.settings = {"lost": True}
    await caller.act("update_property", device_id=HOME, replace=True, **WHOLE)
    assert (place.name, place.address, place.timezone) == ("Cabin", "3 Road", "Europe/Rome")
    assert place.settings == {}


@needs("sign_in")
async def test_a_category_that_the_api_has_not_is_named_with_those_that_it_has(caller: Caller) -> None:
    with pytest.raises(HomeAssistantError) as lacking:
        await caller.act("update_property", device_id=HOME, category="castle")
    assert lacking.value.translation_key == "command_not_supported"
    assert "castle; it has apartment, commercial, house, office" in str(lacking.value)


@once
async def test_settings_of_a_property_that_is_gone_are_not_written(caller: Caller, cloud: Cloud) -> None:
    await cloud.control("DELETE", "properties/home")
    with pytest.raises(HomeAssistantError) as gone:
        await caller.act("update_property", device_id=HOME, settings={"colour": "blue"})
    assert gone.value.translation_key == "gone"


async def test_the_profile_is_changed_member_by_member(world: World, caller: Caller) -> None:
    before = deepcopy(world.profile)
    await caller.act(
        "update_profile", company="Nights", currency="GBP", language="de", notification_preferences={"sms": True}
    )
    assert world.profile == {
        **before,
        "company": "Nights",
        "preferences": {**before["preferences"], "currency": "GBP", "language": "de"},
        "notification_preferences": {**before["notification_preferences"], "sms": True},
    }


@needs("token")
async def test_what_the_api_of_a_token_has_of_the_profile_can_be_changed(world: World, caller: Caller) -> None:
    told = {"mold_alarm": {"email": False, "push": True}}
    before = deepcopy(world.profile["alarm_notification_preferences"])
    await caller.act("update_profile", alarm_notification_preferences=told, notification_frequency=["daily", "weekly"])
    assert world.profile["alarm_notification_preferences"] == {**before, **told}
    assert world.profile["notification_frequency"] == ["daily", "weekly"]


@needs("sign_in")
@pytest.mark.parametrize(
    ("data", "word"),
    [({"notification_frequency": ["daily"]}, "notification_frequency"), ({"currency": "MXN"}, "MXN")],
)
async def test_what_the_api_of_a_sign_in_has_not_of_the_profile_is_said(
    caller: Caller, data: dict[str, object], word: str
) -> None:
    with pytest.raises(HomeAssistantError) as lacking:
        await caller.act("update_profile", **data)
    assert lacking.value.translation_key == "command_not_supported"
    assert word in str(lacking.value)


async def test_a_profile_that_is_replaced_keeps_by_whom_the_account_is_known(
    world: World, caller: Caller, flavour: Flavour
) -> None:
    before = deepcopy(world.profile)
    whole = {"name": "Kim", "address": "4 Road", "phone": "1", "company": "Nights", "title": "Host"}
    with pytest.raises(HomeAssistantError) as refused:
        await caller.act("update_profile", replace=True, company="Nights")
    assert refused.value.translation_key == "command_refused"
    assert "name" in str(refused.value)
    assert world.profile == before
    await caller.act("update_profile", replace=True, **(whole if flavour.name == "sign_in" else {"name": "Kim"}))
    assert world.profile["name"] == "Kim"
    assert world.profile["email"] == before["email"]
    assert world.profile["accepted_policy"] == before["accepted_policy"]
    assert world.profile["company"] == ("Nights" if flavour.name == "sign_in" else "")


async def test_another_unit_of_temperature_changes_no_reading(
    hass: HomeAssistant, caller: Caller, refresh: Refresh
) -> None:
    before = hass.states.get("sensor.studio_temperature")
    await caller.act("update_profile", temperature_unit="F")
    await refresh()
    assert hass.states.get("sensor.studio_temperature") is before
