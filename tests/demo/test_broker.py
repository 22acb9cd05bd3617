"""Promises of the demo's broker."""

import asyncio
from pathlib import Path

import pytest

from demo import broker, ports
from demo.check_bridge import Listener
from demo.failure import DemoFailed

HOST = "127.0.0.1"


@pytest.mark.parametrize("embedded", [False, True], ids=["mosquitto", "embedded"])
async def test_it_carries_large_messages_on_loopback_alone_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, embedded: bool
) -> None:
    if embedded:
        monkeypatch.setattr(broker, "mosquitto", lambda: None)
    elif broker.mosquitto() is None:
        pytest.skip("Mosquitto is not installed: apt-get install mosquitto")
    with ports.reserved(HOST, 18830) as port:
        async with broker.running(tmp_path, HOST, port) as name, Listener.on(port) as listener:
            assert ("iotcore" in name) == embedded
            listener.say("layla/device/unit", {"name": "x" * 100_000})
            assert len((await listener.hear("layla/device/unit"))["name"]) == 100_000
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port)


async def test_a_broker_that_does_not_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "mosquitto", lambda: "/bin/false")
    with ports.reserved(HOST, 18830) as port, pytest.raises(DemoFailed, match="Mosquitto stopped by itself"):
        async with broker.running(tmp_path, HOST, port):
            pass
