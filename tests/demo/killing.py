"""What tests that kill a real Home Assistant share: what is stored before it starts, its user, and its end."""

import asyncio
from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import STORAGE_VERSION, STORAGE_VERSION_MINOR, ConfigEntry, ConfigSubentry

from demo import first_visit
from demo.client import HomeAssistant
from demo.failure import eventually
from demo.process import HomeAssistantProcess
from tests.integration.cloud import Cloud

HOST: Final = "127.0.0.1"


def store(folder: Path, key: str, data: Mapping[str, Any], version: int = 1, minor_version: int = 1) -> None:
    """Write a file as Home Assistant stores it."""
    content = {"version": version, "minor_version": minor_version, "key": key, "data": data}
    (folder / ".storage" / key).write_text(json.dumps(content))


def store_entry(folder: Path, entry: ConfigEntry, *subentries: ConfigSubentry) -> None:
    """Write the file of the config entries, with this one alone."""
    entries = [{**entry.as_dict(), "subentries": [subentry.as_dict() for subentry in subentries]}]
    store(folder, "core.config_entries", {"entries": entries}, STORAGE_VERSION, STORAGE_VERSION_MINOR)


async def become_owner(folder: Path, client: HomeAssistant) -> None:
    """Create the user, and wait until Home Assistant has stored it: else its token is worth nothing after the end."""
    await first_visit.become_owner(client)

    async def stored() -> bool | None:
        return await asyncio.to_thread((folder / ".storage" / "auth").exists) or None

    await eventually("The user is stored", 30, stored)


async def kill(process: HomeAssistantProcess) -> None:
    """End Home Assistant without a word."""
    process._process.kill()
    await process._process.wait()


async def see_hang(cloud: Cloud) -> None:
    """Wait until the fault that was armed has met its call."""

    async def hangs() -> bool | None:
        return not any(fault["left"] for fault in await cloud.control("GET", "faults")) or None

    await eventually("The call hangs", 20, hangs)
