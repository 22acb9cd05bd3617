"""What holds for all actions: they are described, they work, and they say what went wrong."""

import re
from typing import Any, Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import Context, HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.layla.actions import ACTIONS
from custom_components.layla.cloud.catalogue import ALARMS
from custom_components.layla.cloud.layla import vocabulary
from custom_components.layla.cloud.layla.vocabulary import words_of
from custom_components.layla.const import DOMAIN
from tests.integration.cloud import Cloud
from tests.integration.flavours import Flavour, once
from tests.integration.test_translations import FOLDER, WRITTEN

from .calling import CALLS, Caller

DESCRIBED: Final[dict[str, Any]] = load_yaml_dict(str(FOLDER / "services.yaml"))
# Status of the cloud → the text that users read.
FAILURES: Final = {
    400: "command_refused",
    405: "command_not_supported",
    429: "command_rate_limited",
    503: "command_not_carried_out",
}
CHOICES: Final = {
    "alarm": {*ALARMS},
    "granularity": words_of(vocabulary.Granularity),
    "incident": words_of(vocabulary.IncidentType),
    "measure": words_of(vocabulary.MeasureName),
    "period": words_of(vocabulary.ReportPeriod),
    "property_category": words_of(vocabulary.PartnerPropertyCategory),
    "summary_report": words_of(vocabulary.SummaryReportType),
}


@once
async def test_actions_are_there_before_any_account_is_and_say_that_there_is_none(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    for action in ACTIONS:
        assert hass.services.has_service(DOMAIN, action.name)
    with pytest.raises(ServiceValidationError) as wrong:
        await Caller(hass, MockConfigEntry(domain=DOMAIN)).act("get_statistics")
    assert wrong.value.translation_key == "no_account_loaded"


def test_every_action_is_called_here_and_is_described_with_all_that_it_takes() -> None:
    assert {action.name for action in ACTIONS} == CALLS.keys()
    for action in ACTIONS:
        described = DESCRIBED[action.name]["fields"]
        assert [str(name) for name in action.fields] == list(described), action.name
        required = {str(name) for name in action.fields if isinstance(name, probatio.Required)}
        assert required == {name for name, each in described.items() if each.get("required")}, action.name
        markers = [name for name in action.fields if isinstance(name, probatio.Optional)]
        defaults = {str(name): name.default() for name in markers if not isinstance(name.default, probatio.Undefined)}
        assert defaults == {name: each["default"] for name, each in described.items() if "default" in each}


def test_every_choice_of_an_action_can_be_made_and_read() -> None:
    for name, action in DESCRIBED.items():
        for key, each in action["fields"].items():
            choice = each["selector"].get("select") or {}
            if texts := choice.get("translation_key"):
                assert {*choice["options"]} <= WRITTEN["selector"][texts]["options"].keys(), (name, key)
    for key, known in CHOICES.items():
        assert known <= WRITTEN["selector"][key]["options"].keys()


async def test_every_action_does_what_it_says_where_the_account_has_it(
    caller: Caller, cloud: Cloud, flavour: Flavour, subtests: pytest.Subtests
) -> None:
    for action, call in CALLS.items():
        with subtests.test(action):
            await cloud.requests()
            if flavour.name in call.ways:
                await caller.act(action, **call.data)
                assert (await cloud.requests())[call.operation] == 1
                continue
            with pytest.raises(HomeAssistantError) as lacking:
                await caller.act(action, **call.data)
            assert lacking.value.translation_key == "command_not_supported"
            assert "such operation" in str(lacking.value)
            assert await cloud.requests() == {}


async def test_every_action_says_what_went_wrong_with_the_cloud(
    caller: Caller, cloud: Cloud, flavour: Flavour, subtests: pytest.Subtests
) -> None:
    for action, call in CALLS.items():
        if flavour.name not in call.ways:
            continue
        for status, key in FAILURES.items():
            with subtests.test(action, status=status):
                await cloud.fault(call.operation, "status", status=status)
                with pytest.raises(HomeAssistantError) as failed:
                    await caller.act(action, **call.data)
                await cloud.heal()
                assert failed.value.translation_key == key
                assert call.operation in str(failed.value)


@once
async def test_a_token_that_an_action_finds_refused_asks_for_another_one(
    hass: HomeAssistant, caller: Caller, cloud: Cloud
) -> None:
    await cloud.fault("getStatistics", "status", status=401)
    with pytest.raises(HomeAssistantError) as failed:
        await caller.act("get_statistics")
    assert failed.value.translation_key == "authentication_failed"
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH


@once
async def test_what_changes_an_account_or_costs_money_is_for_administrators(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    user = MockUser().add_to_hass(hass)
    privileged = {action.name for action in ACTIONS if action.for_administrators}
    assert privileged == {
        "add_property",
        "order_sensors",
        "register_unit",
        "update_profile",
        "update_property",
        "update_unit",
    }
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN, "update_profile", {"name": "Me"}, blocking=True, context=Context(user_id=user.id)
        )


@once
async def test_an_account_that_is_not_loaded_is_named(hass: HomeAssistant, caller: Caller) -> None:
    assert await hass.config_entries.async_unload(caller.entry.entry_id)
    assert caller.entry.state is ConfigEntryState.NOT_LOADED
    for data in ({"config_entry_id": caller.entry.entry_id}, {"device_id": ["property:home"]}):
        with pytest.raises(ServiceValidationError) as wrong:
            await caller.act("get_latest_notifications", **data)
        assert wrong.value.translation_key == "service_config_entry_not_loaded"


@once
async def test_every_action_is_documented_with_an_example_that_it_takes(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    page = (FOLDER.parent.parent / "docs" / "actions.md").read_text()
    examples = [parse_yaml(text) for text in re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)]
    calls = {str(each["action"]): each for each in examples if isinstance(each, dict) and "action" in each}
    assert calls.keys() == {f"{DOMAIN}.{action.name}" for action in ACTIONS}
    services = hass.services.async_services_for_domain(DOMAIN)
    for action in ACTIONS:
        call, schema = calls[f"{DOMAIN}.{action.name}"], services[action.name].schema
        assert schema is not None
        assert schema(call["data"]), action.name
        assert ("response_variable" in call) == (action.answers is not SupportsResponse.NONE), action.name
        described = WRITTEN["services"][action.name]["fields"]
        for field in described:
            assert f"| `{field}` | {described[field]['description']} |" in page
