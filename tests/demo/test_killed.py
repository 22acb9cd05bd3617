"""Promises of a real Home Assistant that is killed in the middle of commands to air conditioners, and starts again."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from aiohttp import ClientError, ClientSession
from homeassistant.config_entries import ConfigSubentry
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.layla.air_conditioning.profiles import PROFILE
from custom_components.layla.cloud.commands import SetAcTimer
from custom_components.layla.cloud.layla.owner_account import OwnerAccount
from custom_components.layla.cloud.memory import ForgetfulMemory
from custom_components.layla.const import (
    AC_FULL,
    CONF_AC_CONTROL,
    CONF_ACCOUNT_ID,
    CONF_KIND,
    CONF_NAMES,
    DOMAIN,
    KIND_TOKEN,
    MANUFACTURER,
)
from demo import configuration, first_visit, ports
from demo.client import HomeAssistant, connected
from demo.failure import DemoFailed, eventually
from demo.process import HomeAssistantProcess, home_assistant
from demo.units import units
import simulator
from simulator import Simulator, World
from tests.integration.air_conditioner import PROFILE_DATA
from tests.integration.cloud import Cloud

from .killing import HOST, become_owner, kill, see_hang, store, store_entry

ACCOUNT_ID: Final = "127.0.0.1:demo-owner"

# What has become of each unit's command when the process is killed.
ACCEPTED: Final = "unit-00000"
ANSWER_ON_ITS_WAY: Final = "unit-00005"
NOT_TAKEN_YET: Final = "unit-00010"
COMMANDED: Final = (ACCEPTED, ANSWER_ON_ITS_WAY, NOT_TAKEN_YET)

type Plans = Mapping[str, tuple[object, ...]]


@pytest.mark.slow
@pytest.mark.timeout(240)  # two starts of Home Assistant
async def test_killed_at_any_point_it_leaves_schedules_and_timers_as_they_were_and_sends_nothing_twice(
    tmp_path: Path,
) -> None:
    async with (
        simulator.running(World.fleet(devices=15, properties=1)) as running,
        ClientSession() as session,
    ):
        cloud = Cloud(session, running.url, running.base_url, running.token)
        remembered = await make_plans(running, cloud)
        before = plans(running)
        with ports.reserved(HOST, 8125) as port:
            configuration.prepare(tmp_path, HOST, port)
            store_account(tmp_path, running, remembered)
            async with connected(f"http://{HOST}:{port}") as client:
                await first_run(tmp_path, client, cloud)
                assert all(plans(running)[unit] != before[unit] for unit in COMMANDED)

                async with home_assistant(tmp_path) as process:
                    await is_up(client, process)

                    await eventually("Plans are as they were", 30, lambda: equal(running, before))
                    states = {unit: await shown(client, unit) for unit in (ACCEPTED, ANSWER_ON_ITS_WAY)}

    assert frames(running) == {ACCEPTED: ["on"], ANSWER_ON_ITS_WAY: ["on"], NOT_TAKEN_YET: []}
    assert states == dict.fromkeys(states, ("cool", 21))
    assert [line for line in process.log if "[custom_components.layla" in line] == []


async def make_plans(running: Simulator, cloud: Cloud) -> Mapping[str, Any]:
    """Give every unit a schedule and a timer of the user's, and return what the integration remembers of the timers.

    The schedules were made in the vendor's app: the units' payloads tell of them. What a payload says is believed some
    time after the integration's own last call, so the timers are from an hour ago.
    """
    now = datetime.now(UTC)
    schedule = {
        "enabled": True,
        "days": [(now + timedelta(days=3)).strftime("%a").lower()],
        "start_time": "18:00",
        "end_time": "23:30",
        "change_ac_state": True,
        "appliance_config": {"vendor": "Daikin", "mode": "heat", "temperature": 20, "louver": 3},
    }
    memory = ForgetfulMemory()
    account = OwnerAccount.by_token(cloud.session, URL(cloud.base_url), cloud.token, memory=memory)
    for unit in COMMANDED:
        async with cloud.session.put(
            f"{cloud.base_url}/v1/devices/{unit}/ac/schedule",
            json=schedule,
            headers={"Authorization": f"Bearer {cloud.token}"},
        ) as response:
            assert response.ok, await response.text()
        await cloud.payload(unit, settings={"schedule": schedule})
        at = now.replace(microsecond=0) + timedelta(hours=3)
        await account.execute(SetAcTimer(device_id=unit, on=False, at=at))
    long_ago = (now - timedelta(hours=1)).isoformat()
    return {unit: {**document, "written_at": long_ago} for unit, document in memory.documents.items()}


def plans(running: Simulator) -> Plans:
    """Return each unit's schedule, timer, and what it would send, as the simulator holds them."""
    infrared = {unit: running.world.devices[unit].infrared for unit in COMMANDED}
    return {unit: (held.schedule, held.timer, held.config) for unit, held in infrared.items()}


async def equal(running: Simulator, wanted: Plans) -> bool | None:
    """Return whether the plans are as wanted; None so that one can look again."""
    return plans(running) == wanted or None


def frames(running: Simulator) -> Mapping[str, list[str]]:
    """Return what each unit has sent."""
    running.world.catch_up()
    sent = {unit: running.world.devices[unit].infrared.frames for unit in COMMANDED}
    return {unit: [frame.action for frame in found] for unit, found in sent.items()}


def store_account(folder: Path, running: Simulator, remembered: Mapping[str, Any]) -> None:
    """Store the account with full control and a profile, as its forms do, and what is remembered of timers."""
    profile = ConfigSubentry(
        data=MappingProxyType({**PROFILE_DATA, "units": list(COMMANDED)}),
        subentry_type=PROFILE,
        title="Daikin ARC452",
        unique_id=None,
    )
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=MANUFACTURER,
        unique_id=ACCOUNT_ID,
        data={
            CONF_KIND: KIND_TOKEN,
            "url": running.base_url,
            "token": running.token,
            CONF_ACCOUNT_ID: ACCOUNT_ID,
            CONF_NAMES: [ACCOUNT_ID],
        },
        options={CONF_AC_CONTROL: AC_FULL},
    )
    store_entry(folder, entry, profile)
    store(folder, f"{DOMAIN}.air_conditioners.{entry.entry_id}", {"slots": remembered, "shown": {}})


async def first_run(folder: Path, client: HomeAssistant, cloud: Cloud) -> None:
    """Start Home Assistant, command the three air conditioners, and kill it before anything is settled."""
    async with home_assistant(folder) as process:
        await first_visit.wait_until_up(client, process)
        await become_owner(folder, client)
        await is_up(client, process)

        await cool(client, ACCEPTED)
        answered_late = await begun(client, cloud, ANSWER_ON_ITS_WAY, when="after")
        taken_late = await begun(client, cloud, NOT_TAKEN_YET, when="before")
        await kill(process)

        for command in (answered_late, taken_late):
            with pytest.raises(ClientError):
                await command


async def is_up(client: HomeAssistant, process: HomeAssistantProcess) -> None:
    """Wait until every air conditioner takes commands."""

    async def look() -> bool | None:
        process.insist()
        try:
            return all([await shown(client, unit) != ("unavailable", None) for unit in COMMANDED]) or None
        except ClientError, DemoFailed, KeyError:  # not there yet
            return None

    await eventually("Air conditioners take commands", 60, look)


async def cool(client: HomeAssistant, unit: str) -> None:
    """Tell a unit's air conditioner to cool; returns when that was accepted."""
    await client.act("climate.set_temperature", await climate(client, unit), hvac_mode="cool", temperature=21)


async def begun(client: HomeAssistant, cloud: Cloud, unit: str, when: str) -> asyncio.Task[None]:
    """Begin a command, and return as soon as its timer call hangs: before or after the cloud has acted."""
    await cloud.fault("scheduleAcTimer", "delay", seconds=3600, when=when, times=1)
    command = asyncio.create_task(cool(client, unit))
    await see_hang(cloud)
    return command


async def climate(client: HomeAssistant, unit: str) -> str:
    """Return the entity id of a unit's air conditioner."""
    entities = {found.id: found.entities for found in await units(client)}
    return entities[unit]["air_conditioner"]


async def shown(client: HomeAssistant, unit: str) -> tuple[str, float | None]:
    """Return mode and temperature that Home Assistant shows of a unit's air conditioner."""
    state = await client.state(await climate(client, unit))
    return state["state"], state["attributes"].get("temperature")
