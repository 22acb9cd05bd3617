"""Two accounts and two shards of one on the same broker: whatever befalls one, nothing of the others changes."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import ClientSession
import pytest

from layla_bridge.bridge import Bridge
from layla_bridge.shard import ALONE, Shard
from simulator import World, running
from tests.bridge.cli.command import Ended, ran
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import Mosquitto
from tests.bridge.whole import Listener, Setting, bridging, kept
from tests.integration.cloud import Cloud

FIRST: Final = Shard(1, 2)
SECOND: Final = Shard(2, 2)
ONE: Final = "a-1of2"


@pytest.fixture
def world() -> World:
    """The account that two shards share."""
    return World.fleet(devices=24, properties=8)


@pytest.fixture
async def broker(start_broker: StartBroker) -> Mosquitto:
    """A broker that keeps what it was told."""
    return await start_broker(persistence=True)


@pytest.fixture
async def other_cloud() -> AsyncIterator[Cloud]:
    """The other account, with other units."""
    async with running(World.tiny(), "127.0.0.1", 0) as simulator, ClientSession() as session:
        yield Cloud(session, simulator.url, simulator.base_url, simulator.token)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The setting of each, and what is published of others than the first shard."""

    a: Setting
    b: Setting
    listener: Listener
    mine: frozenset[str]

    def is_others(self, topic: str) -> bool:
        """Tell whether a topic is another bridge's, but for their health and the marks of what they read themselves."""
        if topic.startswith("layla/bridge/"):
            return not topic.startswith(f"layla/bridge/{ONE}/") and not topic.endswith(("/health", "/mark"))
        return topic.startswith("layla/") and "/".join(topic.split("/")[:3]) not in self.mine

    def told(self) -> Counter[str]:
        """Count what was heard on the others' topics."""
        return Counter({topic: count for topic, count in self.listener.counts.items() if self.is_others(topic)})

    async def kept(self) -> Mapping[str, bytes]:
        """Return what the broker keeps of the others."""
        return {topic: payload for topic, payload in (await kept(self.a.broker.port)).items() if self.is_others(topic)}

    async def command(self, *arguments: str) -> Ended:
        """Run a command for the first shard."""
        return await ran(*arguments, "--shard", "1/2", environment=dict(self.a.environ))


def items(bridge: Bridge) -> Collection[str]:
    """Return the topics of the units and properties of a bridge."""
    return {f"layla/{item.kind}/{item.id}" for item in bridge.publishing.mirror.ledger.known}


@pytest.fixture
async def neighbours(setting: Setting, other_cloud: Cloud, listener: Listener) -> AsyncIterator[Neighbours]:
    """The second shard and the other account run; the first shard has run, and is stopped."""
    a = replace(setting, more={"LAYLA_INSTANCE": "a"})
    b = replace(setting, cloud=other_cloud, more={"LAYLA_INSTANCE": "b"})
    async with AsyncExitStack() as stack:
        second = await stack.enter_async_context(bridging(a, SECOND))
        other = await stack.enter_async_context(bridging(b, ALONE))
        async with bridging(a, FIRST) as first:
            for bridge in (first, second, other):
                await bridge.link.wait_connected()
                await bridge.poller.refreshed()
                await bridge.outgoing.emptied()
            mine = frozenset(items(first))
            all_items = mine | {*items(second), *items(other)}
            assert len(mine) > 4
            assert len(items(second)) > 4
            assert len(all_items) == 24 + 8 + 1 + 1
            await listener.until(lambda: {f"{item}/availability" for item in all_items} <= listener.latest.keys())
            for name in (ONE, "a-2of2", "b"):
                await listener.ask("health", instance=name)
        yield Neighbours(a, b, listener, mine)


async def test_one_that_restarts_is_cleaned_and_loses_a_unit_changes_nothing_of_the_others(
    neighbours: Neighbours,
) -> None:
    told, left = neighbours.told(), await neighbours.kept()
    listener, unit = neighbours.listener, min(item for item in neighbours.mine if "/device/" in item)
    # It restarts, and loses a unit.
    async with bridging(neighbours.a, FIRST):
        await listener.until(lambda: listener.latest[f"layla/bridge/{ONE}/state"] == b"online")
        await neighbours.a.cloud.control("DELETE", f"devices/{unit.rpartition('/')[2]}")
        await listener.ask("refresh", instance=ONE)
        assert listener.latest[f"{unit}/availability"] == b"offline"
        removed = (await listener.ask("clean", instance=ONE))["data"]["removed"]
        assert [item["id"] for item in removed] == [unit.rpartition("/")[2]]
        await listener.until(lambda: listener.latest[unit] == listener.latest[f"{unit}/availability"] == b"")
    # It is cleaned.
    await listener.until(lambda: listener.latest[f"layla/bridge/{ONE}/state"] == b"offline")
    ended = await neighbours.command("clean")
    assert ended.code == 0, ended.err
    gone = {*neighbours.mine, f"layla/bridge/{ONE}"}
    assert not [topic for topic in await kept(neighbours.a.broker.port) if "/".join(topic.split("/")[:3]) in gone]
    # It begins anew.
    async with bridging(neighbours.a, FIRST):
        await listener.until(lambda: all(listener.latest[item] for item in neighbours.mine - {unit}))
        await listener.ask("health", instance=ONE)
    assert neighbours.told() == told
    assert await neighbours.kept() == left


async def test_one_that_loses_its_cloud_is_the_only_one_that_is_offline(neighbours: Neighbours) -> None:
    told = neighbours.told()
    listener = neighbours.listener
    async with bridging(neighbours.a, FIRST) as bridge:
        await listener.until(lambda: listener.latest[f"layla/bridge/{ONE}/state"] == b"online")
        await bridge.poller.refreshed()
        await neighbours.a.cloud.fault("*", "status", status=503)
        for _ in range(2):
            await listener.ask("refresh", instance=ONE)
        assert {listener.latest[f"{item}/availability"] for item in neighbours.mine} == {b"offline"}
        await neighbours.a.cloud.heal()
    assert neighbours.told() == told


async def test_a_bridge_that_has_not_read_its_account_yet_is_silent_on_a_command_for_anothers_unit(
    neighbours: Neighbours,
) -> None:
    listener = neighbours.listener
    mine = min(item for item in neighbours.mine if "/device/" in item)
    await neighbours.a.cloud.fault("listDevices", "delay", seconds=3.0)
    async with bridging(neighbours.a, FIRST):
        await listener.until(lambda: listener.latest[f"layla/bridge/{ONE}/state"] == b"online")
        await listener.say("layla/device/unit/set", {"eco_time": 78, "transaction": "theirs"})
        assert (await listener.document("layla/device/unit/result"))["ok"]
        await listener.say(f"{mine}/set", {"eco_time": 78, "transaction": "mine"})
        assert (await listener.document(f"{mine}/result"))["error"]["code"] == "not_ready"
        await listener.ask("health", instance=ONE)
    assert listener.counts["layla/device/unit/result"] == 1


async def test_a_command_reaches_the_bridge_whose_unit_it_is_and_no_other_says_anything(
    neighbours: Neighbours,
) -> None:
    listener = neighbours.listener
    mine = min(item for item in neighbours.mine if "/device/" in item)
    async with bridging(neighbours.a, FIRST) as bridge:
        await bridge.link.wait_connected()
        await bridge.poller.refreshed()
        await listener.say(f"{mine}/set", {"eco_time": 99, "transaction": 1})
        assert (await listener.document(f"{mine}/result"))["ok"]
        for name in (ONE, "a-2of2", "b"):
            await listener.ask("health", instance=name)
    assert listener.counts[f"{mine}/result"] == 1
