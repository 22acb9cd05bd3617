"""A real Mosquitto of a test's own: on loopback, in a folder of the test's, started, stopped and killed at will."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac
import os
from pathlib import Path
import socket

from demo.broker import mosquitto
from tests.bridge.certificates import Certificates

GENEROUS = 60.0
"""Seconds to wait for what comes in a moment."""


def free_port() -> int:
    """Find a port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program() -> str:
    if (found := mosquitto()) is None:
        raise FileNotFoundError("This test needs a Mosquitto broker: apt-get install mosquitto")
    return found


def _hashed(name: str, password: str) -> str:
    """Write a line of a password file, as mosquitto_passwd does."""
    salt = os.urandom(12)
    made = pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"{name}:$7$101${b64encode(salt).decode()}${b64encode(made).decode()}"


@dataclass(kw_only=True)
class Mosquitto:
    """One broker. `users`: passwords by name, None lets everybody in; `acl`: lines of an ACL file."""

    folder: Path
    port: int = field(default_factory=free_port)
    persistence: bool = False
    users: Mapping[str, str] | None = None
    acl: tuple[str, ...] | None = None
    certificates: Certificates | None = None
    client_certificates: bool = False
    options: tuple[str, ...] = ()
    log: list[str] = field(default_factory=list, init=False)
    _process: Process | None = field(default=None, init=False)
    _reader: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self) -> None:
        """Start it, and return when it takes connections."""
        configuration = self.folder / f"mosquitto-{self.port}.conf"
        configuration.write_text("\n".join(self._configuration()) + "\n")
        self._process = await asyncio.create_subprocess_exec(
            _program(), "-v", "-c", configuration, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
        )
        running = asyncio.Event()
        self._reader = asyncio.create_task(self._read(self._process, running))
        async with asyncio.timeout(GENEROUS):
            await running.wait()
        assert self._process.returncode is None, self.log

    async def stop(self) -> None:
        """End it as an administrator would."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
        await self._gone()

    async def kill(self) -> None:
        """End it without a warning."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self._gone()

    async def _gone(self) -> None:
        if self._process is not None and self._reader is not None:
            await self._process.wait()
            await self._reader

    async def _read(self, process: Process, running: asyncio.Event) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log.append(line.decode().rstrip())
            if self.log[-1].endswith(" running"):
                running.set()
        running.set()

    def _configuration(self) -> list[str]:
        lines = [
            f"listener {self.port} 127.0.0.1",
            "set_tcp_nodelay true",
            f"persistence {str(self.persistence).lower()}",
            f"persistence_location {self.folder}/",
            f"allow_anonymous {str(self.users is None).lower()}",
            *self.options,
        ]
        if os.geteuid() == 0:
            lines.insert(0, "user root")  # else it gives up its rights, and cannot read its files
        if self.users is not None:
            passwords = self.folder / "passwords"
            passwords.write_text("".join(f"{_hashed(*user)}\n" for user in self.users.items()))
            lines.append(f"password_file {passwords}")
        if self.acl is not None:
            acl = self.folder / "acl"
            acl.write_text("\n".join(self.acl) + "\n")
            lines.append(f"acl_file {acl}")
        if self.certificates is not None:
            lines += [
                f"cafile {self.certificates.ca}",
                f"certfile {self.certificates.server}",
                f"keyfile {self.certificates.server_key}",
                f"require_certificate {str(self.client_certificates).lower()}",
            ]
        return lines
