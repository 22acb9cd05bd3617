"""Promises of a real Home Assistant that is killed right after a sign-in was renewed, and starts again."""

import asyncio
import json
from pathlib import Path
import time
from typing import Any, Final

from aiohttp import ClientError, ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import (
    CONF_ACCOUNT_ID,
    CONF_AUTHORIZE_URL,
    CONF_IMPLEMENTATION,
    CONF_KIND,
    CONF_NAMES,
    CONF_SCOPE,
    CONF_SIGN_IN,
    CONF_TOKEN_URL,
    DOMAIN,
    KIND_OAUTH,
    MANUFACTURER,
)
from demo import configuration, first_visit, ports
from demo.client import HomeAssistant, Json, connected
from demo.failure import DemoFailed, eventually
from demo.process import HomeAssistantProcess, home_assistant
import simulator
from simulator import Simulator, World
from simulator.oauth import CLIENT_ID, CLIENT_SECRET
from tests.integration.cloud import Cloud

from .killing import HOST, become_owner, kill, see_hang, store, store_entry

TEMPERATURE: Final = "sensor.studio_temperature"
CREDENTIALS: Final = "layla_partner"
# In s: so short that every start of Home Assistant takes longer, and every refresh of the test can wait for its end.
ACCESS_LIFETIME: Final = 3


@pytest.mark.slow
@pytest.mark.timeout(240)  # two starts of Home Assistant
async def test_killed_after_a_renewal_it_goes_on_with_the_new_refresh_token(tmp_path: Path) -> None:
    async with simulator.running(World.tiny()) as running, ClientSession() as session:
        cloud = Cloud(session, running.url, running.base_url, running.token)
        with ports.reserved(HOST, 8126) as port:
            configuration.prepare(tmp_path, HOST, port)
            kept = tokens_file(tmp_path, await store_account(tmp_path, running, cloud))
            async with connected(f"http://{HOST}:{port}") as client:
                renewed = await first_run(tmp_path, client, cloud, kept)

                assert await asyncio.to_thread(refresh_token, kept) == renewed["refresh_token"]
                assert (await asyncio.to_thread(kept.stat)).st_mode & 0o777 == 0o600

                async with home_assistant(tmp_path) as process:
                    await is_up(client, process)
                    asked_again = await client.command("config_entries/flow/progress")
                    (entry,) = await client.command("config_entries/get", domain=DOMAIN)
        after = await only_grant(cloud)
        exchanges = (await cloud.requests())["token"]

    assert entry["state"] == "loaded"
    assert asked_again == []
    assert not after["revoked"]
    assert after["renewals"] > renewed["renewals"]
    assert exchanges == after["renewals"], "each refresh token was sent once"
    assert [line for line in process.log if "[custom_components.layla" in line] == []


async def store_account(folder: Path, running: Simulator, cloud: Cloud) -> str:
    """Store an account that was signed in to, as its forms do, and the credentials; return the id of the entry."""
    await cloud.control("PATCH", "oauth", access_lifetime=ACCESS_LIFETIME)
    granted = await cloud.control("POST", "oauth/grants")
    account_id = f"{HOST}:demo-owner"
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=MANUFACTURER,
        unique_id=account_id,
        data={
            CONF_KIND: KIND_OAUTH,
            "url": running.partner_url,
            CONF_AUTHORIZE_URL: running.authorize_url,
            CONF_TOKEN_URL: running.token_url,
            CONF_SCOPE: "",
            CONF_IMPLEMENTATION: CREDENTIALS,
            CONF_SIGN_IN: "the first",
            "token": {
                "access_token": granted["access_token"],
                "refresh_token": granted["refresh_token"],
                "renew_at": time.time() + granted["expires_in"] / 2,
            },
            CONF_ACCOUNT_ID: account_id,
            CONF_NAMES: [account_id],
        },
    )
    credentials = {"domain": DOMAIN, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "id": CREDENTIALS}
    store(folder, "application_credentials", {"items": [credentials]})
    store_entry(folder, entry)
    return entry.entry_id


async def first_run(folder: Path, client: HomeAssistant, cloud: Cloud, kept: Path) -> Json:
    """Let Home Assistant renew its sign-in, and kill it before the next call is answered; return the grant."""
    async with home_assistant(folder) as process:
        await first_visit.wait_until_up(client, process)
        await become_owner(folder, client)
        await is_up(client, process)
        before = await only_grant(cloud)
        await eventually("The access token is due", 20, lambda: is_due(kept))

        await cloud.fault("listDevices", "delay", seconds=3600, times=1)
        refresh = asyncio.create_task(client.act("homeassistant.update_entity", TEMPERATURE))
        await see_hang(cloud)
        await kill(process)

        with pytest.raises(ClientError):
            await refresh
    renewed = await only_grant(cloud)
    assert renewed["renewals"] == before["renewals"] + 1
    return renewed


async def is_up(client: HomeAssistant, process: HomeAssistantProcess) -> None:
    """Wait until the account shows a temperature."""

    async def look() -> bool | None:
        process.insist()
        try:
            return (await client.state(TEMPERATURE))["state"] == "24.0" or None
        except ClientError, DemoFailed:  # not there yet
            return None

    await eventually("The temperature is there", 60, look)


async def only_grant(cloud: Cloud) -> Json:
    """Return what LaylaElectric knows of the sign-in; there is one."""
    (grant,) = await cloud.control("GET", "oauth/grants")
    return grant


def tokens_file(folder: Path, entry_id: str) -> Path:
    """Return where the tokens of the entry's sign-in are kept."""
    return folder / ".storage" / f"{DOMAIN}.sign_in.{entry_id}"


def refresh_token(kept: Path) -> str:
    """Return the refresh token on disk."""
    token: str = tokens(kept)["refresh_token"]
    return token


async def is_due(kept: Path) -> bool | None:
    """Return whether the access token on disk has to be renewed; None so that one can look again."""
    stored = await asyncio.to_thread(tokens, kept)
    return stored["renew_at"] <= time.time() or None


def tokens(kept: Path) -> dict[str, Any]:
    """Read the tokens on disk."""
    found: dict[str, Any] = json.loads(kept.read_text())["data"]["tokens"]
    return found
