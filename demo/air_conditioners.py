"""What a person tells Home Assistant once about the air conditioners: which model they are."""

from typing import Final

from .client import HomeAssistant
from .failure import DemoFailed, eventually
from .units import units

KEY: Final = "air_conditioner"

_SECONDS: Final = 60.0
_MODEL: Final = {"vendor": "Daikin", "model": "ARC452"}


async def describe(client: HomeAssistant) -> None:
    """Fill in the form of LaylaElectric, Add air conditioner profile: brand and model, the rest as it is suggested."""
    (entry,) = await client.command("config_entries/get", domain="layla")
    flows = "/api/config/config_entries/subentries/flow"
    form = await client.post(flows, {"handler": [entry["entry_id"], "air_conditioner_profile"]})
    if form["type"] != "form":
        raise DemoFailed(f"No air conditioner profile can be added: {form.get('reason')}")
    suggested = {
        field["name"]: field["description"]["suggested_value"]
        for field in form["data_schema"]
        if "suggested_value" in field.get("description", {})
    }
    result = await client.post(f"{flows}/{form['flow_id']}", {**suggested, **_MODEL})
    if result["type"] != "create_entry":
        raise DemoFailed(f"The air conditioner profile could not be added: {result.get('errors')}")
    await see_ready(client)


async def see_ready(client: HomeAssistant) -> None:
    """Wait until the account is loaded with the profile, under full control; raises DemoFailed."""

    async def look() -> bool | None:
        return await _can_be_set(client) or None

    await eventually("Every air conditioner takes a temperature", _SECONDS, look)


async def _can_be_set(client: HomeAssistant) -> bool:
    states = [await client.state(unit.entities[KEY]) for unit in await units(client) if KEY in unit.entities]
    return bool(states) and all("target_temp_step" in state["attributes"] for state in states)
