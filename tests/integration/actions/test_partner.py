"""What partners can have added: properties, units, and more sensors."""

from homeassistant.exceptions import HomeAssistantError
import pytest

from simulator import World
from tests.integration.conftest import Refresh
from tests.integration.flavours import needs

from .calling import HOME, Caller, device_id

pytestmark = needs("sign_in")


async def test_a_property_and_its_first_unit_are_added_and_come_with_the_next_refreshes(
    caller: Caller, world: World, refresh: Refresh
) -> None:
    hut = {"name": "Hut", "category": "apartment", "address": "2 Road", "settings": {"colour": "red"}}
    added = (await caller.act("add_property", **hut))["property"]
    place = world.properties[added["id"]]
    assert (place.name, place.address, place.timezone) == ("Hut", "2 Road", "US/Pacific")
    assert added["device_id"] is None
    await refresh()

    there = f"property:{added['id']}"
    unit = (await caller.act("register_unit", device_id=there, mac="02:00:00:00:00:01", name="Attic"))["unit"]
    assert world.devices[unit["id"]].property_id == added["id"]
    await refresh()
    assert device_id(caller.hass, caller.entry, f"unit:{unit['id']}")


async def test_a_category_that_cannot_be_is_not_sent(caller: Caller, world: World) -> None:
    with pytest.raises(Exception, match="category"):
        await caller.act("add_property", name="Keep", category="castle", address="2 Road")
    assert list(world.properties) == ["home"]


@pytest.mark.parametrize(
    ("data", "ordered"),
    [
        ({"device_id": HOME}, {"property_id": "home"}),
        (
            {"property_name": "Hut", "country": "Italy", "city": "Rome", "street": "Via", "apartment": "2"},
            {"property_name": "Hut", "country": "Italy", "city": "Rome", "street": "Via", "apartment": "2"},
        ),
    ],
)
async def test_sensors_are_ordered_for_a_property_or_for_another_place(
    caller: Caller, world: World, data: dict[str, str], ordered: dict[str, str]
) -> None:
    answer = await caller.act("order_sensors", count="3", **data)
    assert world.orders[answer["order_id"]].items() >= {"sensors_count": 3, **ordered}.items()


async def test_an_order_for_nobodys_property_is_refused(caller: Caller, world: World) -> None:
    del world.properties["home"]
    with pytest.raises(HomeAssistantError) as refused:
        await caller.act("order_sensors", count=1, device_id=HOME)
    assert refused.value.translation_key in ("command_refused", "command_not_supported")
