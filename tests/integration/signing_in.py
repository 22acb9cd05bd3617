"""Adding an account by signing in, and by its token, as tests do it at the web interface."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.layla.const import DOMAIN

from .cloud import Cloud
from .visitor import Json, Visitor


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


async def with_token(visitor: Visitor, cloud: Cloud) -> Json:
    """Add the account with its token, as far as that goes."""
    form = await visitor.submit(await visitor.begin(), next_step_id="token")
    result = await visitor.submit(form, url=cloud.base_url, token=cloud.token)
    if result.get("step_id") == "air_conditioner":
        result = await visitor.submit(result, ac_control="on_off")
    return result


def suggested(form: Json) -> dict[str, Any]:
    """Return what a form is filled in with."""
    fields = form["data_schema"]
    values = {field["name"]: field.get("description", {}).get("suggested_value") for field in fields}
    return {name: value for name, value in values.items() if value}


async def grants(cloud: Cloud) -> list[Json]:
    """Return what was allowed at LaylaElectric."""
    found: list[Json] = await cloud.control("GET", "oauth/grants")
    return found
