"""Units that go away: said at once, erased when somebody says so, and nothing of another bridge's."""

from collections.abc import Iterable
from dataclasses import replace
import json
import shutil

from tests.bridge.whole import Listener, Setting, bridging, kept

TERRACE = "layla/device/villa-terrace"
OFFICE = "layla/property/office"


async def mirrored(listener: Listener) -> None:
    """Wait until everything was published once."""
    await listener.until(lambda: f"{OFFICE}/availability" in listener.latest)
    await listener.ask("health")


async def erased(listener: Listener, items: Iterable[str]) -> None:
    """Wait until nothing is kept of units or properties."""
    topics = [topic for item in items for topic in (item, f"{item}/availability")]
    await listener.until(lambda: all(listener.latest.get(topic) == b"" for topic in topics))


async def test_a_unit_that_is_removed_is_offline_at_once_and_erased_by_a_request(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        before = await kept(setting.broker.port)
        await setting.cloud.control("DELETE", "devices/villa-terrace")
        await listener.ask("refresh")
        assert listener.latest[f"{TERRACE}/availability"] == b"offline"
        state = listener.json(TERRACE)
        assert (state["bridge"], state["name"], state["reachable"]) == ("layla", "Terrace", False)
        health = (await listener.ask("health"))["data"]
        assert (health["units"], health["missing"]) == (10, 1)

        answer = await listener.ask("clean")
        assert answer["data"] == {"removed": [{"kind": "device", "id": "villa-terrace"}]}
        await erased(listener, [TERRACE])
        after = await kept(setting.broker.port)
        health = (await listener.ask("health"))["data"]
        assert (health["units"], health["missing"]) == (9, 0)
    assert before.keys() - after.keys() == {TERRACE, f"{TERRACE}/availability"}


async def test_a_property_that_is_removed_goes_when_the_list_of_properties_is_read_again(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        units = [unit for unit in await setting.cloud.device_ids() if unit.startswith("office")]
        await setting.cloud.control("DELETE", "properties/office")
        await listener.ask("refresh")
        assert {listener.latest[f"layla/device/{unit}/availability"] for unit in units} == {b"offline"}
    # That list changes so seldom that it is read by the hour, and at a start.
    async with bridging(setting):
        await listener.until(lambda: listener.latest[f"{OFFICE}/availability"] == b"offline")
        removed = (await listener.ask("clean"))["data"]["removed"]
        assert {item["id"] for item in removed} == {"office", *units}
        await erased(listener, [f"layla/{item['kind']}/{item['id']}" for item in removed])
        assert not [topic for topic in await kept(setting.broker.port) if "office" in topic]


async def test_one_that_comes_back_after_it_was_erased_is_as_new(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.control("DELETE", "devices/villa-terrace")
        await listener.ask("refresh")
        await listener.ask("clean")
        await erased(listener, [TERRACE])
        await setting.cloud.control("POST", "devices", property_id="villa", id="villa-terrace", name="Terrace")
        await listener.ask("refresh")
        assert listener.json(TERRACE)["name"] == "Terrace"
        assert listener.latest[f"{TERRACE}/availability"] == b"online"


async def test_what_is_excluded_by_configuration_is_swept_at_the_next_start(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await mirrored(listener)
    villa = ["layla/property/villa", *(f"layla/device/{unit}" for unit in await setting.cloud.device_ids())]
    villa = [item for item in villa if "villa" in item]
    async with bridging(replace(setting, more={"LAYLA_PROPERTIES__EXCLUDE": "villa"})):
        await erased(listener, villa)
        left = await kept(setting.broker.port)
    assert len(villa) == 1 + 4
    assert not [topic for topic in left if "villa" in topic]
    assert {"layla/device/flat-hallway", f"{OFFICE}/availability"} <= left.keys()


async def test_an_orphan_of_a_run_that_nothing_is_left_of_is_swept_and_another_bridges_is_not(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await mirrored(listener)
    # The folder is lost, a unit goes away, and another bridge has published something.
    shutil.rmtree(setting.folder / setting.instance)
    await setting.cloud.control("DELETE", "devices/villa-terrace")
    others = {
        "layla/device/elsewhere": json.dumps({"bridge": "other", "id": "elsewhere"}).encode(),
        "layla/device/elsewhere/availability": b"online",
        "layla/device/nobodys/availability": b"online",
        "layla/property/theirs": b"not even JSON",
        "layla/bridge/other/state": b"offline",
        "layla/bridge/other/info": b"{}",
        "layla/notes": b"of somebody else",
    }
    for topic, payload in others.items():
        await listener.give(topic, payload, retain=True)
    async with bridging(setting):
        await erased(listener, [TERRACE])
        left = await kept(setting.broker.port)
    assert left.items() >= others.items()
    assert TERRACE not in left
    assert f"{TERRACE}/availability" not in left
    assert "layla/device/villa-kitchen" in left


async def test_a_unit_that_was_removed_while_the_bridge_was_off_is_offline_when_it_is_back(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await mirrored(listener)
    await setting.cloud.control("DELETE", "devices/villa-terrace")
    await listener.give(f"{TERRACE}/availability", b"online", retain=True)
    async with bridging(setting):
        await listener.until(lambda: listener.latest[f"{TERRACE}/availability"] == b"offline")
        await listener.ask("health")
        assert listener.json(TERRACE)["reachable"] is False
        # Until a day is over it may come back.
        assert TERRACE in await kept(setting.broker.port)
