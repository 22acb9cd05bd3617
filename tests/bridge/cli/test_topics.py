"""`topics` prints what would be published, and publishes nothing."""

import json
from pathlib import Path

from tests.bridge.cli.command import ran
from tests.bridge.cli.conftest import Write, by_sign_in, by_token
from tests.bridge.mosquitto import free_port
from tests.integration.cloud import Cloud


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
    states = [json.loads(message["payload"]) for topic, message in messages.items() if topic.count("/") == 2]
    assert {state.get("property_id", places[0]["id"]) for state in states} == {places[0]["id"]}
    assert not any("name" in state for state in states)


async def test_an_account_that_cannot_be_read(cloud: Cloud, write: Write, data: Path) -> None:
    ended = await ran("topics", "-c", write(account=by_token(cloud, url=f"http://127.0.0.1:{free_port()}")))
    assert (ended.code, ended.out) == (1, "")
    assert "does not answer: connection refused\n    Check account.url" in ended.err

    ended = await ran("topics", "-c", write(account=by_sign_in(cloud)))
    assert ended.err == (
        f"Error: {data / 'tokens.json'}: there are no tokens yet; sign in first\n    Sign in: layla-bridge sign-in\n"
    )
