"""`layla-bridge clean` removes what the broker keeps of this bridge, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from layla_bridge.broker import Publication, Rejected, Unreachable, visiting
from layla_bridge.broker.connection import Connection
from layla_bridge.cli import app
from layla_bridge.contract.payloads import as_json
from layla_bridge.contract.topics import Topics
from layla_bridge.discovery.devices import Configs
from layla_bridge.discovery.identity import config_topic, of_bridge
from layla_bridge.discovery.settings import DiscoverySettings
from tests.bridge.app import settings
from tests.bridge.mosquitto import Mosquitto, free_port
from tests.bridge.peer import peer

OURS: Final = {
    "layla/bridge/villa/state": b"offline",
    "layla/bridge/villa/info": b"{}",
    "layla/device/unit-1": b'{"bridge": "villa"}',
    "layla/device/unit-1/availability": b"offline",
}
OTHERS: Final = {
    "layla/bridge/cottage/state": b"online",
    "layla/device/unit-2": b'{"bridge": "cottage"}',
    "layla/device/unit-2/availability": b"online",
}


async def publish(broker: Mosquitto, **others: bytes) -> None:
    """Publish what two bridges left."""
    async with peer(broker.port) as other:
        for topic, payload in (OURS | OTHERS | others).items():
            await other.publish(topic, payload, retain=True)


async def kept(broker: Mosquitto) -> dict[str, bytes]:
    """Return everything that the broker keeps."""
    found: dict[str, bytes] = {}
    async with peer(broker.port, "#") as other:
        await other.publish("end", b"")
        while (message := await other.next()).topic != "end":
            found[message.topic] = bytes(message.payload)
    return found


async def clean(port: int, folder: Path, *options: str, instance: str = "villa") -> Result:
    """Run the command."""
    variables: dict[str, str] = {
        "LAYLA_INSTANCE": instance,
        "LAYLA_ACCOUNT__TOKEN": "secret",
        "LAYLA_BROKER__HOST": "127.0.0.1",
        "LAYLA_BROKER__PORT": str(port),
        "LAYLA_DATA": str(folder),
    }
    return await asyncio.to_thread(CliRunner().invoke, app, ["clean", *options], env=variables)


def lines(result: Result) -> Sequence[str]:
    """Return the topics that were printed."""
    return [line for line in result.stdout.splitlines() if line.startswith("layla/")]


async def test_it_removes_what_is_ours_and_says_what(broker: Mosquitto, tmp_path: Path) -> None:
    await publish(broker)
    result = await clean(broker.port, tmp_path)
    assert result.exit_code == 0, result.output
    assert sorted(lines(result)) == sorted(OURS)
    assert "4 were removed." in result.stdout
    assert await kept(broker) == OTHERS
    again = await clean(broker.port, tmp_path)
    assert (again.exit_code, again.stdout) == (0, "The broker keeps nothing of this bridge.\n")


async def test_a_dry_run_only_says(broker: Mosquitto, tmp_path: Path) -> None:
    await publish(broker)
    result = await clean(broker.port, tmp_path, "--dry-run")
    assert sorted(lines(result)) == sorted(OURS)
    assert "4 would be removed." in result.stdout
    assert await kept(broker) == OURS | OTHERS


async def test_it_refuses_while_the_bridge_runs_unless_it_is_forced(broker: Mosquitto, tmp_path: Path) -> None:
    await publish(broker, **{"layla/bridge/villa/state": b"online"})
    refused = await clean(broker.port, tmp_path)
    assert refused.exit_code == 1
    assert "The bridge villa is running" in refused.stderr
    assert "--force" in refused.stderr
    assert OURS.keys() <= (await kept(broker)).keys()
    forced = await clean(broker.port, tmp_path, "--force")
    assert forced.exit_code == 0, forced.output
    assert await kept(broker) == OTHERS


async def test_it_cleans_one_shard(broker: Mosquitto, tmp_path: Path) -> None:
    await publish(broker, **{"layla/device/unit-3": b'{"bridge": "villa-2of8"}'})
    async with peer(broker.port) as other:
        await other.publish("layla/device/unit-3/availability", b"offline", retain=True)
    result = await clean(broker.port, tmp_path, "--shard", "2/8")
    assert sorted(lines(result)) == ["layla/device/unit-3", "layla/device/unit-3/availability"]
    assert await kept(broker) == OURS | OTHERS


async def test_it_removes_what_home_assistant_was_told(broker: Mosquitto, tmp_path: Path) -> None:
    told = {instance: Configs(Topics(instance), DiscoverySettings(version="1")).bridge() for instance in ("villa", "x")}
    topics = {instance: config_topic("homeassistant", of_bridge(instance)) for instance in told}
    await publish(broker, **{topics[instance]: as_json(config) for instance, config in told.items()})
    result = await clean(broker.port, tmp_path)
    assert topics["villa"] in result.stdout
    assert (await kept(broker)).keys() == {*OTHERS, topics["x"]}


async def test_what_is_no_shard_is_told(tmp_path: Path) -> None:
    result = await clean(1, tmp_path, "--shard", "9/8")
    assert result.exit_code == 2
    assert "There is no shard 9 of 8" in result.stderr


async def test_a_broker_that_cannot_be_reached_is_told_with_a_remedy(tmp_path: Path) -> None:
    result = await clean(free_port(), tmp_path)
    assert result.exit_code == 1
    assert "does not answer: connection refused" in result.stderr
    assert "Check that the broker is running" in result.stderr


async def denied(connection: Connection) -> None:
    """Be refused."""
    raise Rejected("layla/x", 0x87)


async def gone(connection: Connection) -> None:
    """Lose the connection."""
    connection.drop()
    await connection.publish(Publication("layla/x", b""))


async def visit(broker: Mosquitto, during: Callable[[Connection], Awaitable[None]]) -> None:
    """Visit a broker, and do something there."""
    async with visiting(settings(broker.port), lambda _: None, "clean") as connection:
        await during(connection)


@pytest.mark.parametrize(("during", "words"), [(denied, "does not allow layla/x"), (gone, "ended the connection")])
async def test_what_goes_wrong_while_connected_is_told(
    during: Callable[[Connection], Awaitable[None]], words: str, broker: Mosquitto
) -> None:
    with pytest.raises(Unreachable) as raised:
        await visit(broker, during)
    assert words in raised.value.trouble.text
