"""A real Home Assistant with its own MQTT integration, on a real broker."""

from collections.abc import AsyncIterator, Iterator
import logging
from pathlib import Path

from homeassistant.components import mqtt
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.bridge.mosquitto import Mosquitto

from .house import House


@pytest.fixture
async def entry(hass: HomeAssistant, broker: Mosquitto, tmp_path: Path) -> AsyncIterator[MockConfigEntry]:
    """Home Assistant's connection to the broker."""
    (tmp_path / "configuration.yaml").touch()
    hass.config.config_dir = str(tmp_path)
    made = MockConfigEntry(
        domain=mqtt.DOMAIN,
        version=mqtt.CONFIG_ENTRY_VERSION,
        minor_version=mqtt.CONFIG_ENTRY_MINOR_VERSION,
        data={"broker": "127.0.0.1", "port": broker.port, "protocol": "5"},
    )
    made.add_to_hass(hass)
    assert await hass.config_entries.async_setup(made.entry_id)
    assert await mqtt.async_wait_for_mqtt_client(hass)
    yield made
    await hass.config_entries.async_unload(made.entry_id)


@pytest.fixture
async def house(hass: HomeAssistant, entry: MockConfigEntry, broker: Mosquitto) -> AsyncIterator[House]:
    """A bridge as far as discovery and mirror make it, and Home Assistant on the other side of the broker."""
    async with House(hass, entry, broker.port) as made:
        yield made


@pytest.fixture
def _nothing_to_complain(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Let a test fail when Home Assistant warns of anything."""
    yield
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    assert not [
        record.getMessage()
        for record in records
        if record.levelno >= logging.WARNING
        and record.name.startswith("homeassistant.")
        # About how the MQTT integration itself loads its platforms.
        and record.name != "homeassistant.helpers.frame"
        # With an entity that is off, 2026.10 erases its device's message itself, and wonders at the echo.
        and not record.getMessage().startswith("No device components to cleanup")
    ]
