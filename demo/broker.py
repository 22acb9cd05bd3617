"""A broker of the demo's own: Mosquitto where it is installed, else iotcore, which is a package of the environment."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import shutil
import sys
from typing import Final

import iotcore

from .failure import DemoFailed, eventually

_PATIENCE: Final = 20.0
_PLACES: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")

# The package's own defaults listen to the whole network and take no message of more than 20 kB. It has a listener for
# each version of MQTT, and breaks down when a message with properties of MQTT 5 goes to the other one: so there is one.
_IOTCORE: Final = """
id = 0
[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v5.1]
name = "mqtt5"
listen = "{host}:{port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = 8388608
max_inflight_count = 500
dynamic_filters = true
"""

_MOSQUITTO: Final = """
listener {port} {host}
allow_anonymous true
persistence false
set_tcp_nodelay true
"""


def mosquitto() -> str | None:
    """Return the path of Mosquitto, also where users' paths do not lead; None when it is not installed."""
    return shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *_PLACES)))


def embedded(folder: Path, host: str, port: int) -> iotcore.Broker:
    """Return the embedded broker, not started: MQTT 5 alone, and its configuration in a folder."""
    configuration = folder / f"iotcore-{port}.toml"
    configuration.write_text(_IOTCORE.format(host=host, port=port))
    return iotcore.Broker(config_path=str(configuration))


@asynccontextmanager
async def running(folder: Path, host: str, port: int) -> AsyncIterator[str]:
    """Run a broker that lets everybody in and keeps nothing; yields which one it is. Raises DemoFailed."""
    if program := mosquitto():
        async with _mosquitto_running(program, folder, host, port):
            yield "Mosquitto"
    else:
        broker = embedded(folder, host, port)
        await asyncio.to_thread(broker.start)
        try:
            yield "the embedded broker iotcore"
        finally:
            await asyncio.to_thread(broker.stop)


@asynccontextmanager
async def _mosquitto_running(program: str, folder: Path, host: str, port: int) -> AsyncIterator[None]:
    configuration = folder / f"mosquitto-{port}.conf"
    # As root it would give up its rights, and could not read its own configuration.
    user = "user root" if os.geteuid() == 0 else ""
    configuration.write_text(f"{user}{_MOSQUITTO.format(host=host, port=port)}")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo.with_parent", program, "-c", configuration),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,  # Ctrl-C is for the demo, which then stops all in order
    )
    try:
        await eventually("Mosquitto takes connections", _PATIENCE, lambda: _listening(process, host, port))
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(process: Process, host: str, port: int) -> bool | None:
    if process.returncode is not None:
        raise DemoFailed(f"Mosquitto stopped by itself, with exit code {process.returncode}")
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return None
    writer.close()
    await writer.wait_closed()
    return True
