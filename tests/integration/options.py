"""Choosing options as a user does: through the form behind Configure."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry


def answer(form: ConfigFlowResult, **members: Any) -> dict[str, Any]:
    """Return what the form holds when only these members are changed; `advanced` as well."""
    assert form["data_schema"]
    held: dict[str, Any] = {}
    for key, field in form["data_schema"].schema.items():
        if key == "advanced":
            held["advanced"] = _suggested(field.schema) | members.pop("advanced", {})
    return _suggested(form["data_schema"]) | held | members


def _suggested(schema: Any) -> dict[str, Any]:
    return {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description and "suggested_value" in key.description
    }


async def opened(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the form."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert not form["errors"]
    return form


async def submit(hass: HomeAssistant, form: ConfigFlowResult, **members: Any) -> ConfigFlowResult:
    """Change some members and submit the form."""
    result = await hass.config_entries.options.async_configure(form["flow_id"], answer(form, **members))
    await hass.async_block_till_done()
    return result


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **members: Any) -> None:
    """Open the form, change some members, and see it accepted."""
    result = await submit(hass, await opened(hass, entry), **members)
    assert result["type"] is FlowResultType.CREATE_ENTRY, result["errors"]
