"""A simulator, an entry that points to it, and how to let Home Assistant refresh it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from unittest.mock import PropertyMock, patch
from zlib import crc32

from _pytest.mark import ParameterSet
from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import ClientCredential, async_import_client_credential
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.layla.const import (
    AC_ON_OFF,
    CONF_AC_CONTROL,
    CONF_ACCOUNT_ID,
    CONF_NAMES,
    DOMAIN,
    MANUFACTURER,
)
import simulator
from simulator import Clock, World
from simulator.oauth import CLIENT_ID, CLIENT_SECRET

from .air_conditioner import Remote, add_profile, choose_full_control
from .cloud import Cloud
from .flavours import OWNER, TOKEN, Flavour, chosen
from .visitor import Visitor

ACCOUNT_ID: Final = f"127.0.0.1:{OWNER}"

NOW: Final = "2026-11-20T12:00:00+00:00"

type Refresh = Callable[[], Awaitable[None]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that has an entry by one of the ways that have what it needs, as its name falls; or by both.

    The other way is that of --other-way, so that two runs, on two versions of Home Assistant, have all.
    """
    if "flavour" not in metafunc.fixturenames:
        return
    found = chosen(metafunc.definition.iter_markers())
    if found != [TOKEN]:
        # Its name says the way also when there is one alone: snapshots are kept by the names of tests.
        ways = found if metafunc.config.getoption("both_ways") else [_fallen(metafunc, found)]
        metafunc.parametrize("flavour", ways, ids=[flavour.name for flavour in ways], indirect=True)


def _fallen(metafunc: pytest.Metafunc, found: Sequence[Flavour]) -> Flavour:
    """Return the way that the name of a test falls on: the same in every run."""
    number = crc32(f"{metafunc.module.__name__}.{metafunc.function.__name__}".encode())
    return found[(number + bool(metafunc.config.getoption("other_way"))) % len(found)]


@pytest.fixture(autouse=True)
def _real_integration(socket_enabled: None, enable_custom_integrations: None) -> None:
    """Let the integration load, and speak to loopback."""


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> None:
    """Stop the clock before anything is scheduled, so that a test moves it; `real_clock` lets it run."""
    if not request.node.get_closest_marker("real_clock"):
        request.getfixturevalue("freezer").move_to(NOW)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write Home Assistant's own values in a way that can be read and compared."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """Make the world that a test asks for by `lives_in`; else one unit with every measure and every alarm."""
    make: Callable[..., World] = getattr(request, "param", World.tiny)
    # The cloud's clock is the test's, so that its timestamps move on as the test's time does.
    return make(clock=Clock(counter=lambda: datetime.now(UTC).timestamp()))


def lives_in(*worlds: Callable[..., World] | ParameterSet, ids: list[str] | None = None) -> pytest.MarkDecorator:
    """Run a test in each of some worlds, made when the test begins."""
    return pytest.mark.parametrize("world", worlds, ids=ids, indirect=True)


@pytest.fixture
async def cloud(world: World) -> AsyncIterator[Cloud]:
    """The simulator of the world."""
    async with simulator.running(world=world) as running, ClientSession() as session:
        yield Cloud(session, running.url, running.base_url, running.token)


@pytest.fixture
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """The way into the account: see `pytest_generate_tests`."""
    found: Flavour = getattr(request, "param", TOKEN)
    return found


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: Cloud, flavour: Flavour) -> MockConfigEntry:
    """An account as the config flow stores it."""
    return MockConfigEntry(
        entry_id="01LAYLA",  # diagnostics hash with it
        domain=DOMAIN,
        title=MANUFACTURER,
        unique_id=ACCOUNT_ID,
        data={
            **await flavour.data(hass, cloud, OWNER),
            CONF_ACCOUNT_ID: ACCOUNT_ID,
            CONF_NAMES: [ACCOUNT_ID],
        },
        options={CONF_AC_CONTROL: AC_ON_OFF} if flavour.api.commands_air_conditioners else {},
    )


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable the entities that are off by default; asked for before `loaded`."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        new_callable=PropertyMock,
        return_value=True,
    ):
        yield


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set the account up."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
async def full(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set the account up with full control of the tiny home's air conditioner."""
    entry.add_to_hass(hass)
    add_profile(hass, entry)
    choose_full_control(hass, entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def remote(hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud) -> Remote:
    """Command air conditioners."""
    return Remote(hass, freezer, cloud)


@pytest.fixture
def refresh(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Refresh:
    """Let a minute pass, so that the account is read again."""

    async def _refresh() -> None:
        freezer.tick(timedelta(seconds=61))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    return _refresh


@pytest.fixture
async def credentials(hass: HomeAssistant) -> None:
    """The application credentials that LaylaElectric gave to a partner."""
    assert await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET, "Partner"))


@pytest.fixture
async def visitor(hass: HomeAssistant, hass_client: ClientSessionGenerator, cloud: Cloud) -> Visitor:
    """Somebody at the web interface."""
    # Before the client: what is set up later has no place in its routes.
    assert await async_setup_component(hass, "application_credentials", {})
    assert await async_setup_component(hass, "config", {})
    return Visitor(await hass_client(), cloud.session)
