"""The repair of an account in which nobody chose how far to control air conditioners."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.layla.const import CONF_AC_CONTROL, DOMAIN

from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs

pytestmark = needs("SwitchAirConditioner")

ISSUE = "ac_control_not_chosen_01LAYLA"


def asked(hass: HomeAssistant) -> bool:
    """Tell whether the user is asked to choose."""
    return (DOMAIN, ISSUE) in ir.async_get(hass).issues


@pytest.fixture
async def unchosen(hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up an account whose unit drives no air conditioner yet."""
    assert await async_setup_component(hass, "repairs", {})
    await cloud.change("unit", device_pillar="noise", ac_control_active=False)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def test_the_choice_is_asked_for_when_the_first_air_conditioner_comes_and_is_stored(
    hass: HomeAssistant, cloud: Cloud, unchosen: MockConfigEntry, refresh: Refresh, hass_client: ClientSessionGenerator
) -> None:
    assert not asked(hass)
    await cloud.change("unit", device_pillar="smart_ac")
    await refresh()
    assert asked(hass)
    client = await hass_client()

    async def post(path: str, **members: Any) -> dict[str, Any]:
        response = await client.post(f"/api/repairs/issues/fix{path}", json=members)
        assert response.ok, await response.text()
        answer: dict[str, Any] = await response.json()
        await hass.async_block_till_done()
        return answer

    form = await post("", handler=DOMAIN, issue_id=ISSUE)
    assert (form["type"], form["step_id"]) == ("form", "choose")
    assert form["description_placeholders"] == {"title": "LaylaElectric"}
    answer = await post(f"/{form['flow_id']}", ac_control="full")

    assert answer["type"] == "create_entry"
    assert unchosen.options[CONF_AC_CONTROL] == "full"
    assert unchosen.runtime_data.air_conditioners.full
    await refresh()
    assert not asked(hass)


async def test_it_is_not_asked_for_where_no_air_conditioner_is_left(
    hass: HomeAssistant, cloud: Cloud, unchosen: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", device_pillar="smart_ac")
    await refresh()
    assert asked(hass)
    await cloud.change("unit", device_pillar="noise")
    await refresh()
    assert not asked(hass)


async def test_the_question_goes_with_the_account(
    hass: HomeAssistant, cloud: Cloud, unchosen: MockConfigEntry, refresh: Refresh, hass_client: ClientSessionGenerator
) -> None:
    await cloud.change("unit", device_pillar="smart_ac")
    await refresh()
    client = await hass_client()
    begun = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE})
    flow_id = (await begun.json())["flow_id"]

    await hass.config_entries.async_remove(unchosen.entry_id)
    await hass.async_block_till_done()

    assert not asked(hass)
    answer = await client.post(f"/api/repairs/issues/fix/{flow_id}", json={"ac_control": "full"})
    assert (await answer.json())["reason"] == "account_deleted"


async def test_who_chose_is_not_asked(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    assert not asked(hass)
