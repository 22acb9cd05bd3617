"""What an action is for: devices of one account, the account, or the only one that there is."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import CONF_ACCOUNT_ID, CONF_NAMES, DOMAIN
from tests.integration.cloud import Cloud
from tests.integration.conftest import Refresh
from tests.integration.flavours import OWNER, TOKEN, once

from .calling import HOME, UNIT, Caller, device_id

pytestmark = once
ACCOUNT = f"account:127.0.0.1:{OWNER}"
RANGE = {"start": "2026-11-20 10:00:00", "end": "2026-11-20 09:00:00"}
REPORT = {"device_id": HOME, "emails": ["a@example.com"], "start_date": "2026-11-19"}


async def test_what_is_asked_wrongly_is_said_before_anything_is_sent(
    hass: HomeAssistant, caller: Caller, cloud: Cloud, subtests: pytest.Subtests
) -> None:
    foreign = MockConfigEntry(domain="demo")
    foreign.add_to_hass(hass)
    lamp = dr.async_get(hass).async_get_or_create(config_entry_id=foreign.entry_id, identifiers={("demo", "lamp")})
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("configure_alarm", {"device_id": [HOME], "alarm": "noise_alarm", "armed": True}, "not_a_unit"),
        ("update_unit", {"device_id": ACCOUNT, "name": "x"}, "not_a_unit"),
        ("update_property", {"device_id": UNIT, "name": "x"}, "not_a_property"),
        ("mark_notifications_seen", {"device_id": [ACCOUNT]}, "not_a_property"),
        ("get_measurements", {"device_id": ACCOUNT, "measure": "noise"}, "not_a_unit_or_property"),
        ("get_measurements", {"device_id": lamp.id, "measure": "noise"}, "service_device_wrong_domain"),
        ("get_measurements", {"device_id": "nothing", "measure": "noise"}, "service_device_not_found"),
        ("get_measurements", {"device_id": UNIT, "measure": "noise", **RANGE}, "range_reversed"),
        ("get_alarm_totals", {"alarm": "noise_alarm", **RANGE}, "range_reversed"),
        ("get_dashboard", {"config_entry_id": "nothing"}, "service_config_entry_not_found"),
        ("get_dashboard", {"config_entry_id": foreign.entry_id}, "service_config_entry_wrong_domain"),
        ("get_dashboard", RANGE, "range_reversed"),
        ("request_incident_report", {**REPORT, "end_date": "2026-11-18"}, "range_reversed"),
        ("update_property", {"device_id": HOME, "name": "x", "replace": True}, "replacing_needs"),
    ]
    await cloud.requests()
    for action, data, key in wrong:
        with subtests.test(action, key=key):
            with pytest.raises(ServiceValidationError) as refused:
                await caller.act(action, **data)
            assert refused.value.translation_key == key
            assert key not in str(refused.value), "it is a text"
    assert await cloud.requests() == {}


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("configure_alarm", {"device_id": [UNIT], "alarm": "noise_alarm"}),
        ("configure_alarm", {"device_id": [UNIT], "alarm": "noise_alarm", "threshold": float("nan")}),
        ("configure_alarm", {"device_id": [], "alarm": "noise_alarm", "armed": True}),
        ("get_measurements", {"device_id": UNIT, "measure": "colour"}),
        ("get_measurements", {"device_id": UNIT, "measure": "noise", "granularity": "weeks"}),
        ("get_statistics", {"currency": "XYZ"}),
        ("email_summary_report", {"period": "week", "device_id": []}),
        ("mark_notifications_seen", {}),
        ("mark_notifications_seen", {"device_id": []}),
        ("order_sensors", {"count": 0}),
        ("request_incident_report", {**REPORT, "emails": ["nobody"]}),
        ("update_profile", {"replace": True}),
        ("update_property", {"device_id": HOME, "timezone": "Mars"}),
        ("update_unit", {"device_id": UNIT, "features": ["cooking"]}),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(caller: Caller, action: str, data: dict[str, Any]) -> None:
    with pytest.raises(probatio.Invalid):
        await caller.act(action, **data)


async def test_of_several_accounts_one_is_chosen_and_devices_are_of_one(
    hass: HomeAssistant, caller: Caller, cloud: Cloud
) -> None:
    name = "127.0.0.1:neighbour"
    other = MockConfigEntry(
        domain=DOMAIN,
        title="Neighbour",
        unique_id=name,
        data={**await TOKEN.data(hass, cloud, "neighbour"), CONF_ACCOUNT_ID: name, CONF_NAMES: [name]},
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()

    with pytest.raises(ServiceValidationError) as wrong:
        await caller.act("get_notifications")
    assert wrong.value.translation_key == "which_account"
    assert "LaylaElectric, Neighbour" in str(wrong.value)
    theirs = device_id(hass, other, f"account:{name}")
    strangers: list[dict[str, Any]] = [
        {"device_id": [HOME, theirs]},
        {"device_id": [HOME], "config_entry_id": other.entry_id},
    ]
    for data in strangers:
        with pytest.raises(ServiceValidationError) as wrong:
            await caller.act("get_latest_notifications", **data)
        assert wrong.value.translation_key == "devices_of_several_accounts"
    of_one: list[dict[str, Any]] = [
        {"device_id": [HOME], "config_entry_id": caller.entry.entry_id},
        {"device_id": [theirs]},
        {"config_entry_id": other.entry_id},
    ]
    for data in of_one:
        assert await caller.act("get_latest_notifications", **data) == {"notifications": []}


async def test_a_unit_that_the_cloud_no_longer_has_is_not_known(caller: Caller, cloud: Cloud, refresh: Refresh) -> None:
    await cloud.control("DELETE", "devices/unit")
    await refresh()
    with pytest.raises(HomeAssistantError) as gone:
        await caller.act("update_unit", device_id=UNIT, eco_mode=True)
    assert gone.value.translation_key == "gone"
