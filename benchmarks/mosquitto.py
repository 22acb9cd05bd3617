"""Mosquitto, as users of the bridge are advised to run it, and the publisher that comes with it."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import socket
from typing import Final

from .failure import BenchFailed
from .processes import PATIENCE, Running, running

_ELSEWHERE: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


def program(name: str) -> str:
    """Find one of Mosquitto's programs, also where users' paths do not lead. Raises BenchFailed."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *_ELSEWHERE)))
    if found is None:
        raise BenchFailed(
            f"{name} is missing. Debian and Ubuntu: sudo apt-get install mosquitto mosquitto-clients. "
            "macOS: brew install mosquitto. Others: https://mosquitto.org/download/"
        )
    return found


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker on loopback that is empty at the start."""

    port: int
    process: Running

    async def published(self, name: str, topic: str, qos: int, expiry: int, lines: Path) -> tuple[float, float]:
        """Publish each line of a file with `mosquitto_pub -l`, retained; return when it came and when it had gone.

        The broker says when: it has read everything of a client that it takes leave of.
        """
        with lines.open("rb") as content:
            process = await asyncio.create_subprocess_exec(
                program("mosquitto_pub"),
                *("-l", "-V", "5", "-h", "127.0.0.1", "-p", str(self.port), "-i", name),
                *("-t", topic, "-q", str(qos), "-r", "-D", "publish", "message-expiry-interval", str(expiry)),
                stdin=content,
                stdout=DEVNULL,
                stderr=PIPE,
            )
            _, complaint = await process.communicate()
        if process.returncode:
            raise BenchFailed(f"mosquitto_pub failed: {complaint.decode(errors='replace').strip()}")
        await self.process.printed(f"Client {name} ", 1)
        (came, _), *_ = await self.process.printed(f" as {name} ")
        (went, _), *_ = await self.process.printed(f"Client {name} ")
        return came, went


@asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[Broker]:
    """Run a broker as long as the context lasts."""
    port = _free_port()
    configuration = folder / f"mosquitto-{port}.conf"
    configuration.write_text("\n".join(_configuration(port)) + "\n", encoding="utf-8")
    async with running("Mosquitto", program("mosquitto"), "-c", configuration) as process:
        await _listens(port)
        yield Broker(port, process)


def _configuration(port: int) -> list[str]:
    return [
        *(["user root"] if os.geteuid() == 0 else []),
        f"listener {port} 127.0.0.1",
        "allow_anonymous true",
        "set_tcp_nodelay true",
        "persistence false",
        "sys_interval 1",
        # Whom it takes leave of.
        "log_dest stderr",
        "log_type notice",
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _listens(port: int) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.01)
                    continue
                writer.close()
                await writer.wait_closed()
                return
    except TimeoutError as error:
        raise BenchFailed(f"Mosquitto does not listen on port {port}") from error
