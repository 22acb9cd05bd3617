"""A Home Assistant of its own for every measurement, and what a config entry costs in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
import logging
from pathlib import Path
from tempfile import mkdtemp
from time import process_time, time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, frame
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from .failure import BenchFailed

_THERE_ALREADY: Final = ("homeassistant", "network", "application_credentials")
"""What every Home Assistant has before a first entry, and what entries would load else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """One refresh: seconds of the processor, how many states it wrote, and how many of them changed by that."""

    cost: float
    written: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A config entry that is set up: what that cost in seconds of the processor, and how many states it has.

    `disabled` counts its entities that are registered and have no state.
    """

    hass: HomeAssistant
    coordinator: DataUpdateCoordinator[Any]
    set_up: float
    states: int
    disabled: int

    async def refresh(self) -> Refresh:
        """Refresh once. Raises BenchFailed."""
        before = time()
        cost = await _cost(self.hass, self.coordinator.async_refresh)
        if not self.coordinator.last_update_success:
            raise BenchFailed(f"A refresh failed: {self.coordinator.last_exception!r}")
        states = self.hass.states.async_all()
        return Refresh(
            cost=cost,
            written=sum(state.last_reported_timestamp >= before for state in states),
            changed=sum(state.last_updated_timestamp >= before for state in states),
        )


@asynccontextmanager
async def home_assistant(folder: Path) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that has nothing in it as long as the context lasts."""
    # What it says of an integration that is not its own, and of one that is made up, is nothing that went wrong.
    logging.getLogger("homeassistant").setLevel(logging.ERROR)
    async with async_test_home_assistant(config_dir=mkdtemp(dir=folder)) as hass:
        # The harness hides custom integrations until somebody asks for them.
        del hass.data[DATA_CUSTOM_COMPONENTS]
        frame.async_setup(hass)
        for component in _THERE_ALREADY:
            await async_setup_component(hass, component, {})
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


async def set_up(hass: HomeAssistant, domain: str, data: Mapping[str, Any], **members: Any) -> Entry:
    """Set up a config entry whose `runtime_data` is its coordinator. Raises BenchFailed."""
    entry = MockConfigEntry(domain=domain, data=dict(data), **members)
    entry.add_to_hass(hass)
    cost = await _cost(hass, lambda: hass.config_entries.async_setup(entry.entry_id))
    if entry.state is not ConfigEntryState.LOADED:
        raise BenchFailed(f"{domain} could not be set up: {entry.reason}")
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return Entry(
        hass=hass,
        coordinator=entry.runtime_data,
        set_up=cost,
        states=len(hass.states.async_entity_ids()),
        disabled=sum(entity.disabled for entity in entities),
    )


async def _cost(hass: HomeAssistant, work: Callable[[], Awaitable[object]]) -> float:
    """Return what some work costs with all that follows from it, without what was left to tidy up before."""
    _ = gc.collect()
    begun = process_time()
    await work()
    await hass.async_block_till_done()
    return process_time() - begun
