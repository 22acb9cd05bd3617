"""Signing in at LaylaElectric: the real config flow over real HTTP, from the first form to the account's entities."""

from homeassistant.components.application_credentials import ClientCredential, async_import_client_credential
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.layla.const import CONF_ACCOUNT_ID, CONF_KIND, CONF_NAMES, DOMAIN, KIND_OAUTH
from simulator.oauth import CLIENT_ID, CLIENT_SECRET

from .cloud import Cloud
from .conftest import ACCOUNT_ID
from .visitor import Json, Visitor


@pytest.fixture
async def credentials(hass: HomeAssistant) -> None:
    """The application credentials that LaylaElectric gave to a partner."""
    assert await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET, "Partner"))


@pytest.fixture
async def visitor(hass: HomeAssistant, hass_client: ClientSessionGenerator, cloud: Cloud) -> Visitor:
    """Somebody at the web interface."""
    assert await async_setup_component(hass, "config", {})
    return Visitor(await hass_client(), cloud.session)


def addresses(cloud: Cloud, **changed: str) -> dict[str, str]:
    """Return what the form of a sign-in asks for."""
    usual = {
        "url": cloud.partner_url,
        "authorize_url": f"{cloud.url}/oauth/authorize",
        "token_url": f"{cloud.url}/oauth/token",
    }
    return {**usual, **changed}


async def signing_in(visitor: Visitor, cloud: Cloud, **changed: str) -> Json:
    """Add an account as far as LaylaElectric's page."""
    menu = await visitor.begin()
    form = await visitor.submit(menu, next_step_id="sign_in")
    assert form["step_id"] == "sign_in", form
    return await visitor.submit(form, **addresses(cloud, **changed))


def only_entry(hass: HomeAssistant) -> ConfigEntry:
    """Return the entry that was made."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return entry


async def test_signing_in_sets_an_account_up(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    result = await visitor.sign_in(await signing_in(visitor, cloud))
    await hass.async_block_till_done()

    assert result["type"] == "create_entry", result
    entry = only_entry(hass)
    assert entry.title == "LaylaElectric"
    assert entry.unique_id == entry.data[CONF_ACCOUNT_ID] == ACCOUNT_ID
    assert entry.data[CONF_KIND] == KIND_OAUTH
    assert len(entry.data[CONF_NAMES]) == 2
    state = hass.states.get("sensor.studio_temperature")
    assert state
    assert float(state.state) == 24
