"""What the broker keeps of a bridge is read back and cleared away, and nothing of another bridge is touched."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from typing import Final

from paho.mqtt.client import MQTTMessage
import pytest

from layla_bridge.broker import Message, Protocol, Publication, Subscription
from layla_bridge.broker.connection import Connection
from layla_bridge.contract.topics import BRIDGE_STATE, HEALTH, INFO, Item, Kind, Topics
from layla_bridge.mirror.ledger import KeyLedger
from layla_bridge.mirror.mirror import Mirror, Selection
from layla_bridge.retained.retained import DiscoveryTopics, Retained
from layla_bridge.retained.watch import Patience
from layla_bridge.shard import ALONE, Shard
from tests.bridge.app import App, running, settings
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import GENEROUS, Mosquitto
from tests.bridge.peer import Peer, peer
from tests.bridge.world import NOW, device, place, snapshot

BRISK: Final = Patience(settled=0.1, quiet=0.5)
VILLA: Final = Topics("villa")
CONFIGS: Final = DiscoveryTopics(
    of_item=lambda item: f"homeassistant/device/layla_{item.id}/config",
    of_bridge=lambda instance: f"homeassistant/device/layla_bridge_{instance}/config",
    is_ours=lambda config, topics: json.loads(config).get("by") == topics.bridge(BRIDGE_STATE),
    every="homeassistant/device/+/config",
)
UNIT: Final = Item(Kind.DEVICE, "unit-1")
SECOND: Final = Item(Kind.DEVICE, "unit-2")


def nothing(_: Item) -> bool:
    """Want nothing."""
    return False


@pytest.fixture(params=list(Protocol))
def protocol(request: pytest.FixtureRequest) -> Protocol:
    """Either version of MQTT."""
    assert isinstance(request.param, Protocol)
    return request.param


@dataclass
class Bridge:
    """One bridge, as far as its retained messages go."""

    connection: Connection
    topics: Topics
    retained: Retained
    published: list[Publication] = field(default_factory=list)

    async def publish(self, *units: int, home: str = "home") -> None:
        """Publish some units of a property, the bridge itself, and its discovery."""
        account = snapshot(*(device(number, property_id=home) for number in units), places=(place(home),))
        messages = list(Mirror(self.topics, Selection(), KeyLedger()).changes(account, None, NOW))
        messages += [channel.at(self.topics.bridge(channel), b"online") for channel in (BRIDGE_STATE, INFO, HEALTH)]
        by = json.dumps({"by": self.topics.bridge(BRIDGE_STATE)}).encode()
        topics = [CONFIGS.of_item(Item(Kind.DEVICE, f"unit-{number}")) for number in units]
        topics.append(CONFIGS.of_bridge(self.topics.instance))
        messages += [Publication(topic, by, 1, retain=True) for topic in topics]
        await self.connection.publish_many(messages)

    async def stop(self) -> None:
        """Say goodbye."""
        await self.connection.publish_many([BRIDGE_STATE.at(self.topics.bridge(BRIDGE_STATE), b"offline")])


@asynccontextmanager
async def bridge(
    broker: Mosquitto, name: str = "villa", *, version: Protocol = Protocol.V5, shard: Shard = ALONE
) -> AsyncIterator[Bridge]:
    """Connect a bridge of an instance, or of one of its shards."""

    def hear(message: Message) -> None:
        assert retained.take(message)

    topics = Topics(f"{name}{shard.suffix}")
    connection = Connection(settings(broker.port, client_id=topics.instance), version, None, hear)
    await connection.open()
    retained = Retained(
        connection,
        topics,
        configs=CONFIGS,
        inherits=lambda other: shard.inherits(name, other),
        patience=BRISK,
    )
    yield Bridge(connection, topics, retained)
    await connection.disconnect()


async def kept(broker: Mosquitto) -> set[str]:
    """Return the topics of everything that the broker keeps."""
    async with peer(broker.port, "#") as other:
        return await heard(other)


async def heard(other: Peer) -> set[str]:
    """Return the topics that a peer heard until now."""
    await other.publish("end", b"")
    topics: list[str] = []
    while (message := await other.next()).topic != "end":
        topics.append(message.topic)
    return set(topics)


def of(*units: int, home: str | None = "home", bridge: str | None = None) -> set[str]:
    """Name the retained topics of units, of a property, and of a bridge."""
    found = {f"layla/device/unit-{number}{tail}" for number in units for tail in ("", "/availability")}
    found |= {f"homeassistant/device/layla_unit-{number}/config" for number in units}
    found |= {f"layla/property/{home}{tail}" for tail in ("", "/availability")} if home else set()
    found |= {f"layla/bridge/{bridge}/{word}" for word in ("state", "info", "health")} if bridge else set()
    return found | ({f"homeassistant/device/layla_bridge_{bridge}/config"} if bridge else set())


@pytest.mark.mosquitto
async def test_what_is_ours_and_not_wanted_is_erased(broker: Mosquitto, protocol: Protocol) -> None:
    async with bridge(broker, version=protocol) as villa:
        await villa.publish(1, 2, 3)
        erased = await villa.retained.sweep(lambda item: item.id in {"unit-1", "home"})
        assert set(erased) == of(2, 3, home=None)
        assert await kept(broker) == of(1, bridge="villa")
        assert await villa.retained.sweep(lambda item: item.id in {"unit-1", "home"}) == []


@pytest.mark.mosquitto
async def test_nothing_of_another_bridge_is_touched(broker: Mosquitto, protocol: Protocol) -> None:
    async with bridge(broker, version=protocol) as villa, bridge(broker, "cottage", version=protocol) as cottage:
        await villa.publish(1)
        await cottage.publish(2, home="barn")
        async with peer(broker.port, "#") as other:
            await heard(other)
            await villa.retained.sweep(nothing)
            assert await heard(other) == {*of(1), "layla/bridge/villa/mark"}
            await villa.retained.clean()
            assert not await heard(other) & of(2, home="barn", bridge="cottage")
        assert await kept(broker) == of(2, home="barn", bridge="cottage")


async def test_looking_erases_nothing(broker: Mosquitto) -> None:
    async with bridge(broker) as villa:
        await villa.publish(1)
        assert set(await villa.retained.sweep(nothing, erase=False)) == of(1)
        assert set(await villa.retained.clean(erase=False)) == of(1, bridge="villa")
        assert await kept(broker) == of(1, bridge="villa")


async def test_clean_leaves_nothing_not_even_discovery_of_units_that_are_forgotten(broker: Mosquitto) -> None:
    async with bridge(broker) as villa, peer(broker.port) as other:
        await villa.publish(1, 2)
        for topic in of(2, home=None):
            if "config" not in topic:
                await other.publish(topic, b"", retain=True)
        await villa.publish(1)
        assert set(await villa.retained.clean([UNIT])) == {*of(1, bridge="villa"), CONFIGS.of_item(SECOND)}
        assert await kept(broker) == set()


async def test_what_is_known_as_ours_goes_where_only_its_availability_is_left(broker: Mosquitto) -> None:
    async with bridge(broker) as villa, peer(broker.port) as other:
        for number in (1, 2):
            await other.publish(f"layla/device/unit-{number}/availability", b"offline", retain=True)
        assert await villa.retained.sweep(nothing, [UNIT]) == ["layla/device/unit-1/availability"]


@pytest.mark.parametrize("state", [b"online", b"[]", b"{}", b'{"bridge": 7}', b'{"bridge": "other"}'])
async def test_a_state_that_is_not_marked_as_ours_is_left_alone(state: bytes, broker: Mosquitto) -> None:
    async with bridge(broker) as villa, peer(broker.port) as other:
        await other.publish("layla/device/unit-1", state, retain=True)
        await other.publish("layla/device/unit-1/availability", b"online", retain=True)
        await other.publish("layla/device/%zz/availability", b"online", retain=True)
        assert await villa.retained.sweep(nothing, [UNIT]) == []


async def test_a_broker_that_keeps_nothing_is_noticed(start_broker: StartBroker) -> None:
    broker = await start_broker()
    async with bridge(broker) as villa:
        assert await villa.retained.own() == {}
        await villa.publish(1)
        assert await villa.retained.own() == dict.fromkeys(("state", "info", "health"), b"online")
    await broker.stop()
    await broker.start()
    async with bridge(broker) as villa:
        assert await villa.retained.own() == {}


@pytest.mark.mosquitto
async def test_a_property_that_moved_to_another_shard_is_left_to_it(broker: Mosquitto, protocol: Protocol) -> None:
    first, second = Shard(1, 2), Shard(2, 2)
    async with (
        bridge(broker, shard=first, version=protocol) as old,
        bridge(broker, shard=second, version=protocol) as new,
    ):
        await old.publish(1, 2)
        await new.publish(1)
        erased = await old.retained.sweep(nothing)
        assert set(erased) == of(2, home=None)
        assert await kept(broker) == of(1, bridge="villa-1of2") | of(1, bridge="villa-2of2")


async def test_who_takes_a_unit_over_while_it_is_erased_is_asked_to_publish_again(broker: Mosquitto) -> None:
    async with bridge(broker, shard=Shard(1, 2)) as old, bridge(broker, shard=Shard(2, 2)) as new:
        await old.publish(1)
        publish = old.connection.publish_many

        async def overtaken(publications: Iterable[Publication]) -> None:
            """Let the other shard be a moment faster."""
            messages = list(publications)
            if any(message.retain and not message.payload for message in messages):
                await new.publish(1)
            await publish(messages)

        old.connection.publish_many = overtaken  # type: ignore[method-assign]  # a moment that cannot be hit otherwise
        async with peer(broker.port, "layla/bridge/+/request/+") as other:
            await old.retained.sweep(nothing)
            asked: MQTTMessage = await other.next()
        assert asked.topic == "layla/bridge/villa-2of2/request/republish"


async def test_a_shard_clears_away_what_an_earlier_number_of_shards_left(broker: Mosquitto) -> None:
    async with bridge(broker, shard=Shard(2, 2)) as gone, bridge(broker, shard=Shard(2, 3)) as heir:
        await gone.publish(1)
        await heir.publish(2, home="barn")
        stays = of(2, home="barn", bridge="villa-2of3")
        wanted = {"unit-2", "barn"}
        assert await heir.retained.sweep(lambda item: item.id in wanted) == []  # it is online
        await gone.stop()
        erased = await heir.retained.sweep(lambda item: item.id in wanted)
        assert set(erased) == of(1, bridge="villa-2of2")
        assert await kept(broker) == stays


@pytest.mark.parametrize("allowed", ["layla/#", "nothing"])
async def test_a_mark_that_does_not_come_back_costs_only_time(allowed: str, start_broker: StartBroker) -> None:
    acl = ("topic read #", "topic write layla/device/#", "topic write layla/property/#")
    broker = await start_broker(acl=acl if allowed == "nothing" else ("topic readwrite #",))
    async with bridge(broker) as villa:
        account = snapshot(device())
        await villa.connection.publish_many(Mirror(VILLA, Selection(), KeyLedger()).changes(account, None, NOW))
        assert set(await villa.retained.sweep(nothing, erase=False)) == of(1) - {
            "homeassistant/device/layla_unit-1/config"
        }


async def test_the_link_passes_on_what_was_asked_for_and_keeps_its_own(broker: Mosquitto) -> None:
    async with bridge(broker) as villa, peer(broker.port) as other:
        await villa.publish(1)
        app = App(settings(broker.port, client_id="link"), Subscription(filter="layla/device/+/set"))
        retained = Retained(app.link, VILLA, patience=BRISK)
        taken = app.hear

        def hear(message: Message) -> None:
            if not retained.take(message):
                taken(message)

        app.link._on_message = hear
        async with running(app):
            await other.publish("layla/device/unit-1/set", b"{}")
            assert set(await retained.read(of(1))) == of(1)
            assert await retained.sweep(lambda _: True) == []
            assert (await app.heard()).topic == "layla/device/unit-1/set"
            assert app.messages.empty()


@pytest.mark.mosquitto
@pytest.mark.slow
async def test_ten_thousand_units_are_read_whole(broker: Mosquitto) -> None:
    async with bridge(broker) as villa:
        account = snapshot(*(device(number) for number in range(10_000)))
        messages = Mirror(VILLA, Selection(), KeyLedger()).changes(account, None, NOW)
        await villa.connection.publish_many(messages)
        async with asyncio.timeout(3 * GENEROUS):
            erased = await villa.retained.sweep(lambda item: item.id != "unit-9999")
        assert set(erased) == {"layla/device/unit-9999", "layla/device/unit-9999/availability"}
