"""Cloud and broker go away and come back, and everything is there again."""

from tests.bridge.whole import Listener, Setting, bridging, kept, listening

OFFICE = "layla/property/office/availability"


def availability(listener: Listener, *, properties: bool = True) -> dict[str, bytes]:
    """Return the latest availability of every unit, and of every property."""
    kinds = ("layla/device/", "layla/property/")[: 1 + properties]
    return {
        topic: payload
        for topic, payload in listener.latest.items()
        if topic.startswith(kinds) and topic.endswith("/availability")
    }


async def test_when_the_cloud_fails_twice_all_is_offline_and_online_with_its_state_when_it_is_back(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await listener.until(lambda: OFFICE in listener.latest)
        await listener.ask("health")
        before = availability(listener)
        assert len(before) == 10 + 3
        await setting.cloud.fault("*", "status", status=503)
        await listener.ask("refresh")
        # Once is no outage.
        assert availability(listener) == before
        await listener.ask("refresh")
        assert availability(listener) == dict.fromkeys(before, b"offline")
        units = [topic.removesuffix("/availability") for topic in availability(listener, properties=False)]
        assert len(units) == 10
        assert {listener.json(unit)["reachable"] for unit in units} == {False}
        lost = {unit: listener.counts[unit] for unit in units}
        # It is lost once, however often it does not answer.
        await listener.ask("refresh")
        assert {unit: listener.counts[unit] for unit in units} == lost
        health = (await listener.ask("health"))["data"]
        assert health["cloud"]["state"] == "offline"
        assert health["cloud"]["trouble"].startswith("listDevices: 503")
        # The bridge itself is there, and can say so.
        assert listener.latest["layla/bridge/layla/state"] == b"online"

        states = {topic: listener.counts[topic] for topic in (each.removesuffix("/availability") for each in before)}
        await setting.cloud.heal()
        await listener.ask("refresh")
        assert availability(listener) == before
        assert {topic: listener.counts[topic] for topic in states} == {topic: n + 1 for topic, n in states.items()}
        reachable = {unit: before[f"{unit}/availability"] == b"online" for unit in units}
        assert {unit: listener.json(unit)["reachable"] for unit in units} == reachable
        assert (await listener.ask("health"))["data"]["cloud"]["state"] == "online"


async def test_a_broker_that_forgot_everything_is_told_everything_again(setting: Setting) -> None:
    broker = setting.broker
    async with bridging(setting) as bridge:
        async with listening(broker.port) as listener:
            await listener.until(lambda: OFFICE in listener.latest)
            await listener.ask("health")
        before = await kept(broker.port)
        await broker.kill()
        await broker.start()
        async with listening(broker.port) as listener:
            await listener.until(lambda: before.keys() <= listener.latest.keys())
            assert listener.latest["layla/bridge/layla/state"] == b"online"
            # It listens again as well.
            assert (await listener.ask("health"))["status"] == "ok"
            await bridge.outgoing.emptied()
        after = await kept(broker.port)
    moving = {"layla/bridge/layla/health"}
    assert {topic: after[topic] for topic in before.keys() - moving} == {
        topic: before[topic] for topic in before.keys() - moving
    }


async def test_a_broker_that_comes_back_while_the_cloud_is_lost_hears_that_nothing_can_be_reached(
    setting: Setting,
) -> None:
    broker = setting.broker
    async with bridging(setting) as bridge:
        async with listening(broker.port) as listener:
            await listener.until(lambda: OFFICE in listener.latest)
            await setting.cloud.fault("*", "status", status=503)
            for _ in range(2):
                await listener.ask("refresh")
            # What it listed last may be wrong by now.
            assert (await listener.ask("clean"))["status"] == "error"
        await broker.kill()
        await broker.start()
        async with listening(broker.port) as listener:
            await listener.until(lambda: len(availability(listener)) == 10 + 3)
            assert set(availability(listener).values()) == {b"offline"}
        assert bridge.publishing.remove_missing() == ()


async def test_a_bridge_that_begins_before_its_broker_publishes_when_that_is_there(setting: Setting) -> None:
    await setting.broker.stop()
    async with bridging(setting) as bridge:
        await bridge.poller.refreshed()
        await setting.broker.start()
        async with listening(setting.broker.port) as listener:
            await listener.until(lambda: OFFICE in listener.latest)
            assert len(availability(listener)) == 10 + 3


async def test_what_changed_while_the_broker_was_away_is_published_as_it_is_now(setting: Setting) -> None:
    kitchen = "layla/device/villa-kitchen"
    async with bridging(setting) as bridge:
        async with listening(setting.broker.port) as listener:
            await listener.until(lambda: OFFICE in listener.latest)
        await setting.broker.stop()
        for noise in (60, 70, 80):
            await setting.cloud.change("villa-kitchen", readings={"noise": noise})
            await bridge.poller.refreshed()
        await setting.broker.start()
        async with listening(setting.broker.port) as listener:
            await listener.document(kitchen, lambda state: state["readings"]["noise"] == 80)
            await listener.ask("health")
            assert {message.payload for message in listener.heard if message.topic == kitchen} == {
                listener.latest[kitchen]
            }
