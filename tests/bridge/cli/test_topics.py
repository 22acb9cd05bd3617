"""`topics` prints what would be published, and publishes nothing."""

import json
from pathlib import Path
from typing import Any, Final

from layla_bridge.contract.topics import Item, Kind
from layla_bridge.mirror.ledger import KeyLedger, Keys
from layla_bridge.mirror.state_file import State, StateFile
from tests.bridge.cli.command import ran
from tests.bridge.cli.conftest import Write, by_sign_in, by_token
from tests.bridge.mosquitto import free_port
from tests.integration.cloud import Cloud

UNIT: Final = "villa-bedroom"


async def test_messages_in_words(cloud: Cloud, write: Write) -> None:
    ids = await cloud.device_ids()
    ended = await ran("topics", "-c", write(account=by_token(cloud)))

    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[:2] == ["layla/bridge/villa/state (QoS 1, retained)", "    online"]
    assert f"layla/device/{ids[0]} (QoS 0, retained, for 3600 s)" in lines
    number = lines.index(f"layla/device/{ids[0]}/availability (QoS 1, retained, for 3600 s)")
    assert lines[number + 1] == "    online"
    assert any(line.endswith(" bytes)") for line in lines)
    assert cloud.token not in ended.out


async def test_messages_as_lines_of_json(cloud: Cloud, write: Write) -> None:
    places = (await cloud.control("GET", "state"))["properties"]
    path = write(account=by_token(cloud), properties={"include": [places[0]["id"]]}, publish={"names": False})
    ended = await ran("topics", "-c", path, "--json")

    messages = {message["topic"]: message for message in map(json.loads, ended.out.splitlines())}
    assert messages["layla/bridge/villa/state"] == {
        "topic": "layla/bridge/villa/state",
        "qos": 1,
        "retain": True,
        "expiry": None,
        "payload": "online",
    }
    assert json.loads(messages["layla/bridge/villa/info"]["payload"])["properties"] == 1
    assert json.loads(messages["layla/bridge/villa/health"]["payload"])["cloud"]["state"] == "online"
    states = [json.loads(message["payload"]) for topic, message in messages.items() if topic.count("/") == 2]
    assert {state.get("property_id", places[0]["id"]) for state in states} == {places[0]["id"]}
    assert not any("name" in state for state in states)


async def test_what_home_assistant_is_told_comes_with_it_where_discovery_is_enabled(cloud: Cloud, write: Write) -> None:
    profile = {"vendor": "Daikin", "model": "ARC452", "units": [UNIT], "modes": ["cool"], "lowest": 16, "highest": 30}
    control = {"control": "full", "profiles": [profile]}
    chosen = {"account": by_token(cloud), "air_conditioners": control}
    config = f"homeassistant/device/layla_{UNIT}/config"
    assert config not in await _messages(write(**chosen))
    messages = await _messages(write(**chosen, discovery={"enabled": True}))
    climate = json.loads(messages[config]["payload"])["cmps"]["climate_air_conditioner"]
    assert (climate["modes"], climate["max_temp"]) == (["off", "cool"], 30)
    assert "homeassistant/device/layla_bridge__villa/config" in messages


async def test_shards_share_what_there_is(cloud: Cloud, write: Write) -> None:
    path = write(account=by_token(cloud))
    found = [await _messages(path, "--shard", f"{index}/3") for index in (1, 2, 3)]
    units = [{topic for topic in each if topic.startswith("layla/device/")} for each in found]
    assert sum(map(len, units)) == len(set.union(*units)) == 2 * len(await cloud.device_ids())
    assert [f"layla/bridge/villa-{index}of3/info" in each for index, each in enumerate(found, 1)] == [True] * 3


async def test_what_an_earlier_run_knew_is_told_as_well(cloud: Cloud, write: Write, data: Path) -> None:
    ledger = KeyLedger({Item(Kind.DEVICE, "gone"): Keys(), Item(Kind.DEVICE, UNIT): Keys(frozenset({"power"}))})
    await StateFile(data / "state.json").keep(State(ledger))
    messages = await _messages(write(account=by_token(cloud)))
    assert messages["layla/device/gone/availability"]["payload"] == "offline"
    assert "power" in json.loads(messages[f"layla/device/{UNIT}"]["payload"])["readings"]


async def _messages(path: Path, *options: str) -> dict[str, Any]:
    """Return the messages by topic."""
    ended = await ran("topics", "-c", path, "--json", *options)
    assert ended.code == 0, ended.err
    return {message["topic"]: message for message in map(json.loads, ended.out.splitlines())}


async def test_an_account_that_cannot_be_read(cloud: Cloud, write: Write, data: Path) -> None:
    ended = await ran("topics", "-c", write(account=by_token(cloud, url=f"http://127.0.0.1:{free_port()}")))
    assert (ended.code, ended.out) == (1, "")
    assert "does not answer: connection refused\n    Check account.url" in ended.err

    ended = await ran("topics", "-c", write(account=by_sign_in(cloud)))
    assert ended.err == (
        f"Error: {data / 'tokens.json'}: there are no tokens yet; sign in first\n    Sign in: layla-bridge sign-in\n"
    )
