"""An account whose actions are called."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .calling import Caller


@pytest.fixture
def caller(hass: HomeAssistant, loaded: MockConfigEntry) -> Caller:
    """Somebody who calls actions of the account."""
    return Caller(hass, loaded)
