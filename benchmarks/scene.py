"""What the bridge is measured between: a simulated cloud in a process of its own, and an empty broker each time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from layla_bridge.configuration import Configuration, load

from .failure import BenchFailed
from .processes import module, running

INSTANCE: Final = "bench"
UNITS_OF_A_PROPERTY: Final = 10
EXPIRY: Final = 31_536_000
"""Seconds for which retained messages are good: none has to be refreshed while something is measured."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A cloud with so many units, and a folder for everything that is written."""

    units: int
    base_url: str
    token: str
    folder: Path

    def environ(self, port: int, *, discovery: bool = False) -> dict[str, str]:
        """Configure a bridge that was never here before."""
        return {
            "LAYLA_INSTANCE": INSTANCE,
            "LAYLA_ACCOUNT__URL": self.base_url,
            "LAYLA_ACCOUNT__TOKEN": self.token,
            "LAYLA_BROKER__HOST": "127.0.0.1",
            "LAYLA_BROKER__PORT": str(port),
            "LAYLA_STATUS_PAGE__ENABLED": "false",
            "LAYLA_PUBLISH__RETAINED_FOR": str(EXPIRY),
            "LAYLA_DISCOVERY__ENABLED": str(discovery).lower(),
            "LAYLA_DATA": mkdtemp(dir=self.folder),
        }

    def configuration(self, port: int) -> Configuration:
        """Return the same for a bridge in this process."""
        return load(None, self.environ(port))


@asynccontextmanager
async def scene(units: int, folder: Path) -> AsyncIterator[Scene]:
    """Run the cloud as long as the context lasts."""
    places = max(1, units // UNITS_OF_A_PROPERTY)
    arguments = ("--port", "0", "--devices", str(units), "--properties", str(places))
    async with running("The simulator", *module("simulator", *arguments)) as cloud:
        found = {name: (await cloud.printed(name))[0][1].split()[-1] for name in ("Base URL", "  Token ")}
        if not found["Base URL"].startswith("http"):
            raise BenchFailed(f"The simulator says {found['Base URL']!r} where its address should be")
        yield Scene(units, found["Base URL"], found["  Token "], folder)
