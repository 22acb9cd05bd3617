"""What systemd hears of a service of the type notify."""

import asyncio
import logging
from pathlib import Path
import socket
from uuid import uuid4

import pytest

from layla_bridge.systemd import READY, Systemd
from tests.bridge.mosquitto import GENEROUS


def manager(address: str) -> socket.socket:
    """Listen as systemd does."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    listening.bind(address)
    return listening


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_told_where_it_says(tmp_path: Path, *, abstract: bool) -> None:
    name = f"layla-{uuid4()}" if abstract else str(tmp_path / "notify")
    with manager(f"\0{name}" if abstract else name) as listening:
        Systemd({"NOTIFY_SOCKET": f"@{name}" if abstract else name}).tell(READY, "STATUS=here")
        assert listening.recv(100) == b"READY=1\nSTATUS=here"


def test_one_that_cannot_be_told_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Systemd({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell(READY)
    assert "systemd cannot be told" in caplog.text


async def test_it_hears_that_the_bridge_lives_twice_as_often_as_it_asks_for(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with manager(path) as listening:
        living = asyncio.create_task(Systemd({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "20000"}).run())
        async with asyncio.timeout(GENEROUS):
            loop = asyncio.get_running_loop()
            assert [await loop.sock_recv(listening, 100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        living.cancel()
        await asyncio.wait({living})


@pytest.mark.parametrize(
    "environ", [{}, {"NOTIFY_SOCKET": "/nowhere"}, {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "0"}]
)
async def test_nothing_is_said_where_nobody_asks_for_it(environ: dict[str, str]) -> None:
    await Systemd(environ).run()
    Systemd({}).tell(READY)
