"""The whole bridge between a simulated cloud and a real broker, as everybody else on the broker sees it."""

from dataclasses import replace

import pytest

from layla_bridge.cloud.account import Refresh
from simulator import World
from tests.bridge.whole import BridgeProcess, Listener, Setting, bridging

STATE = "layla/bridge/layla/state"
KITCHEN = "layla/device/villa-kitchen"


def _of_units(listener: Listener) -> int:
    """Count the messages of units and properties."""
    return sum(count for topic, count in listener.counts.items() if not topic.startswith("layla/bridge/"))


async def test_every_unit_and_property_has_one_state_and_one_availability(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document("layla/property/office")
        await listener.until(lambda: "layla/property/office/availability" in listener.latest)
    units, places = await setting.cloud.device_ids(), ("villa", "flat", "office")
    topics = {f"layla/device/{unit}" for unit in units} | {f"layla/property/{place}" for place in places}
    expected = topics | {f"{topic}/availability" for topic in topics}
    assert {topic: listener.counts[topic] for topic in expected} == dict.fromkeys(expected, 1)


@pytest.mark.parametrize("world", [World.fleet(devices=200, properties=5)], ids=["200 units"])
async def test_an_unchanged_account_causes_no_message(setting: Setting, listener: Listener) -> None:
    # Nothing has to be refreshed while this lasts.
    async with bridging(replace(setting, more={"LAYLA_PUBLISH__RETAINED_FOR": "31536000"})):
        await listener.until(lambda: _of_units(listener) == 2 * (200 + 5))
        # Every timestamp of the payloads has moved on.
        for _ in range(2):
            assert (await listener.ask("refresh"))["status"] == "ok"
        await setting.cloud.change("unit-00007", readings={"noise": 77})
        await listener.ask("refresh")
        await listener.document("layla/device/unit-00007", lambda state: state["readings"]["noise"] == 77)
    assert listener.counts["layla/device/unit-00007"] == 2
    assert _of_units(listener) - 2 * (200 + 5) <= 2  # the unit, and its property where that comes to something else


async def test_an_alarm_changes_one_unit_and_its_property_and_is_an_event_of_both(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await listener.document("layla/property/office")
        await setting.cloud.alarm("villa-kitchen", "smoke_alarm")
        await listener.ask("refresh")
        state = await listener.document(KITCHEN, lambda state: state["alarms"]["smoke_alarm"]["active"])
        event = await listener.document(f"{KITCHEN}/event")
        assert await listener.document("layla/property/villa/event") == event
    assert state["bridge"] == "layla"
    assert {key: event[key] for key in ("alarm", "phase", "device_id", "property_id", "late")} == {
        "alarm": "smoke_alarm",
        "phase": "started",
        "device_id": "villa-kitchen",
        "property_id": "villa",
        "late": False,
    }


async def test_sigterm_ends_it_with_a_goodbye(setting: Setting, listener: Listener) -> None:
    async with BridgeProcess(setting) as bridge:
        await listener.document("layla/property/office")
        assert await bridge.terminate() == 0
        await listener.until(lambda: listener.latest[STATE] == b"offline")


async def test_what_it_is_itself_is_told_once_at_the_start(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document("layla/property/office")
        assert (await listener.ask("health"))["status"] == "ok"
    assert listener.counts["layla/bridge/layla/info"] == 1
    assert listener.json("layla/bridge/layla/info")["units"] == len(await setting.cloud.device_ids())


async def test_the_units_of_a_property_that_is_renamed_into_the_selection_are_shown(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(replace(setting, more={"LAYLA_PROPERTIES__INCLUDE": '["Mine*"]'})) as bridge:
        await bridge.link.wait_connected()
        await listener.ask("refresh")
        snapshot, cursor = bridge.poller.snapshot, bridge._files.outbox.cursor()
        assert snapshot is not None
        assert cursor is not None
        villa = replace(snapshot.properties["villa"], name="Mine")
        renamed = replace(snapshot, properties={**snapshot.properties, "villa": villa})
        # The cloud is asked for names but once a day.
        await bridge._took(Refresh(snapshot=renamed, events=(), cursor=cursor, owner_email=None, setback=None))
        await listener.document("layla/property/villa")
        assert (await listener.document(KITCHEN))["property_id"] == "villa"
        await bridge._took(Refresh(snapshot=snapshot, events=(), cursor=cursor, owner_email=None, setback=None))
        await listener.until(lambda: not listener.latest[KITCHEN])
