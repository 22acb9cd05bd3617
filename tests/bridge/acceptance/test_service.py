"""The bridge as a service: one for each folder, and on good terms with whoever supervises it."""

import asyncio
from dataclasses import replace
from pathlib import Path
import socket

import pytest

from tests.bridge.mosquitto import GENEROUS, free_port
from tests.bridge.whole import BridgeProcess, Listener, Setting, bridging


async def heard(supervisor: socket.socket, count: int) -> list[str]:
    """Return what systemd was told next."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(GENEROUS):
        return [(await loop.sock_recv(supervisor, 4096)).decode() for _ in range(count)]


@pytest.mark.parametrize("abstract", [False, True])
async def test_systemd_hears_that_it_is_ready_lives_and_stops(
    setting: Setting, tmp_path: Path, *, abstract: bool
) -> None:
    address = f"\0layla-test-{free_port()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address)
        supervisor.settimeout(0)
        more = {"NOTIFY_SOCKET": address.replace("\0", "@"), "WATCHDOG_USEC": "400000"}
        async with BridgeProcess(replace(setting, more=more)) as bridge:
            first = await heard(supervisor, 4)
            assert set(first) == {"READY=1", "WATCHDOG=1"}
            assert first.count("READY=1") == 1
            assert await bridge.terminate() == 0
            last: list[str] = []
            while not last or last[-1] != "STOPPING=1":
                last += await heard(supervisor, 1)


async def test_a_second_bridge_in_the_same_folder_ends_and_says_why(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document("layla/property/office")
        second = BridgeProcess(setting)
        await second.start()
        assert await second.ended() == 1
        # The first one goes on.
        assert (await listener.ask("refresh"))["status"] == "ok"
    assert second.output.startswith("Error: ")
    assert "outbox.db" in second.output
    assert "another" in second.output
    assert "Traceback" not in second.output


async def test_a_status_page_whose_port_is_taken_ends_it_with_the_key(setting: Setting) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        more = {"LAYLA_STATUS_PAGE__ENABLED": "true", "LAYLA_STATUS_PAGE__PORT": port}
        process = BridgeProcess(replace(setting, more=more))
        await process.start()
        assert await process.ended() == 1
    assert f"Error: status_page.port: {port} of 127.0.0.1 is in use" in process.output
    assert "Traceback" not in process.output


async def test_a_stop_takes_no_longer_than_two_seconds_though_cloud_and_broker_hang(
    setting: Setting, listener: Listener
) -> None:
    async with BridgeProcess(setting) as bridge:
        await listener.document("layla/property/office")
        await setting.cloud.fault("*", "delay", seconds=20.0)
        await listener.say("layla/bridge/layla/request/refresh", {})
        await listener.say("layla/device/villa-kitchen/set", {"eco_time": 60})
        begun = asyncio.get_running_loop().time()
        assert await bridge.terminate() == 0
        assert asyncio.get_running_loop().time() - begun < 4
        await listener.until(lambda: listener.latest["layla/bridge/layla/state"] == b"offline")
