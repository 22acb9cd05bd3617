"""Setting an account up, giving it a new token, and moving it to another address."""

from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket

from custom_components.layla.cloud.layla.routes import DEFAULT_BASE_URL
from custom_components.layla.const import CONF_ACCOUNT_ID, CONF_NAMES, CONF_ROUTES, DOMAIN
import simulator
from simulator import World

from .cloud import Cloud
from .conftest import ACCOUNT_ID, lives_in
from .flavours import needs

pytestmark = needs("token")


async def _start(hass: HomeAssistant) -> ConfigFlowResult:
    """Begin to add an account, and choose to do it with a token."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["token", "sign_in"]
    return await _submit(hass, menu, next_step_id="token")


async def _reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Begin to reconfigure, and choose the token."""
    menu = await entry.start_reconfigure_flow(hass)
    assert menu["menu_options"] == ["reconfigure_token", "sign_in"]
    return await _submit(hass, menu, next_step_id="reconfigure_token")


async def _submit(hass: HomeAssistant, flow: ConfigFlowResult, **members: Any) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], members)
    await hass.async_block_till_done()
    return result


async def _set_up(hass: HomeAssistant, flow: ConfigFlowResult, **members: Any) -> ConfigFlowResult:
    """Submit the account, and take what is offered of its air conditioner."""
    form = await _submit(hass, flow, **members)
    assert form["step_id"] == "air_conditioner", form
    return await _submit(hass, form, ac_control="on_off")


async def test_an_address_and_a_token_set_an_account_up(hass: HomeAssistant, cloud: Cloud) -> None:
    form = await _start(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert not form["errors"]

    result = await _set_up(hass, form, url=cloud.base_url, token=cloud.token)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "LaylaElectric"
    entry = result["result"]
    assert entry.unique_id == ACCOUNT_ID
    assert entry.data[CONF_URL] == cloud.base_url
    assert entry.data[CONF_TOKEN] == cloud.token
    assert entry.data[CONF_ACCOUNT_ID] == ACCOUNT_ID
    assert len(entry.data[CONF_NAMES]) == 2


async def test_the_address_is_filled_in(hass: HomeAssistant) -> None:
    form = await _start(hass)

    assert form["data_schema"] is not None
    assert form["data_schema"]({CONF_TOKEN: "t"})[CONF_URL] == DEFAULT_BASE_URL


async def test_a_pasted_header_and_a_trailing_slash_are_understood(hass: HomeAssistant, cloud: Cloud) -> None:
    result = await _set_up(
        hass, await _start(hass), url=f" {cloud.base_url}/ ", token=f"Authorization: Bearer {cloud.token}\n"
    )

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data[CONF_URL] == cloud.base_url
    assert result["result"].data[CONF_TOKEN] == cloud.token


async def test_reading_is_tried_before_anything_is_stored(hass: HomeAssistant, cloud: Cloud) -> None:
    form = await _start(hass)
    await cloud.fault("listDevices", "status", status=403)

    result = await _submit(hass, form, url=cloud.base_url, token=cloud.token)

    assert result["errors"] == {"base": "refused"}
    assert not hass.config_entries.async_entries(DOMAIN)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"kind": "status", "status": 401}, "invalid_auth"),
        ({"kind": "status", "status": 403}, "refused"),
        ({"kind": "status", "status": 404}, "wrong_address"),
        ({"kind": "status", "status": 405}, "wrong_address"),
        ({"kind": "html"}, "wrong_address"),
        ({"kind": "not_list"}, "wrong_address"),
        ({"kind": "status", "status": 429}, "rate_limited"),
        ({"kind": "status", "status": 500}, "cloud_fault"),
        ({"kind": "cut"}, "cannot_connect"),
        ({"kind": "truncate"}, "cannot_connect"),
    ],
)
async def test_what_the_cloud_answers_is_said_and_can_be_tried_again(
    hass: HomeAssistant, cloud: Cloud, members: dict[str, Any], error: str
) -> None:
    form = await _start(hass)
    await cloud.fault("listDevices", **members)

    result = await _submit(hass, form, url=cloud.base_url, token=cloud.token)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    await cloud.heal()
    result = await _set_up(hass, result, url=cloud.base_url, token=cloud.token)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("url", "token", "errors"),
    [
        ("not an address", "t", {CONF_URL: "invalid_address"}),
        ("ftp://127.0.0.1/api", "t", {CONF_URL: "invalid_address"}),
        ("https://", "t", {CONF_URL: "invalid_address"}),
        ("https://me:secret@127.0.0.1/api", "t", {CONF_URL: "invalid_address"}),
        ("https://127.0.0.1/api?x=1", "t", {CONF_URL: "invalid_address"}),
        ("http://[::1/api", "t", {CONF_URL: "invalid_address"}),
        ("https://xn--/", "t", {CONF_URL: "invalid_address"}),
        ("http://127.0.0.1:99999/api", "t", {CONF_URL: "invalid_address"}),
        ("http://127.0.0.1:1/api", "two words", {CONF_TOKEN: "malformed_token"}),
        ("http://127.0.0.1:1/api", "", {CONF_TOKEN: "malformed_token"}),
        ("http://127.0.0.1:1/api", "t", {"base": "cannot_connect"}),
    ],
)
async def test_what_cannot_work_is_said_at_its_field(
    hass: HomeAssistant, url: str, token: str, errors: dict[str, str]
) -> None:
    result = await _submit(hass, await _start(hass), url=url, token=token)

    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors


async def test_a_path_that_is_not_the_apis_is_a_wrong_address(hass: HomeAssistant, cloud: Cloud) -> None:
    result = await _submit(hass, await _start(hass), url=f"{cloud.url}/elsewhere", token=cloud.token)

    assert result["errors"] == {"base": "wrong_address"}


async def test_a_token_that_ran_out_is_called_so(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud
) -> None:
    token = await cloud.new_token(sub="demo-owner", ttl=60)
    freezer.tick(61)

    result = await _submit(hass, await _start(hass), url=cloud.base_url, token=token)

    assert result["errors"] == {"base": "token_expired"}


async def test_the_same_account_is_not_set_up_twice(hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry) -> None:
    result = await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_a_second_account_can_be_told_from_the_first(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    await cloud.control("PATCH", "profile", email="manager@example.com")
    created = await _submit(hass, await _start(hass), url=cloud.base_url, token=await cloud.new_token(sub="manager"))

    # The first account shows the unit with the air conditioner, so nothing is asked about it here.
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["title"] == "LaylaElectric 2"


async def test_the_same_account_is_known_by_its_email_alone(hass: HomeAssistant, cloud: Cloud) -> None:
    await _set_up(hass, await _start(hass), url=cloud.base_url, token=cloud.token)
    nameless = await cloud.new_token(sub=None)

    result = await _submit(hass, await _start(hass), url=cloud.base_url, token=nameless)

    assert result["reason"] == "already_configured"


async def test_an_account_without_any_name_is_not_set_up(hass: HomeAssistant, cloud: Cloud) -> None:
    await cloud.control("PATCH", "profile", email="")
    nameless = await cloud.new_token(sub=None)

    result = await _submit(hass, await _start(hass), url=cloud.base_url, token=nameless)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_identity"


async def test_a_refused_token_is_replaced_and_everything_stays(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    before = [entity.id for entity in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)]
    token = await cloud.new_token(sub="demo-owner")
    form = await loaded.start_reauth_flow(hass)
    assert form["step_id"] == "reauth_confirm"

    result = await _submit(hass, form, token=token)

    assert result["reason"] == "reauth_successful"
    assert loaded.data[CONF_TOKEN] == token
    after = [entity.id for entity in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)]
    assert after == before


async def test_a_token_of_another_account_is_not_taken(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    await cloud.control("PATCH", "profile", email="someone.else@example.com")
    stranger = await cloud.new_token(sub="someone-else")

    result = await _submit(hass, await loaded.start_reauth_flow(hass), token=stranger)

    assert result["reason"] == "wrong_account"
    assert loaded.data[CONF_TOKEN] == cloud.token


async def test_a_token_that_does_not_work_can_be_typed_again(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    result = await _submit(hass, await loaded.start_reauth_flow(hass), token="wrong")
    assert result["errors"] == {"base": "invalid_auth"}

    result = await _submit(hass, result, token=cloud.token)
    assert result["reason"] == "reauth_successful"


async def test_another_address_of_the_same_account_is_taken(
    hass: HomeAssistant, world: World, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "127.0.0.2"], allow_unix_socket=True)
    devices = {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)}
    form = await _reconfigure(hass, loaded)
    assert form["step_id"] == "reconfigure_token"

    async with simulator.running(world=world, host="127.0.0.2") as moved:
        result = await _submit(hass, form, url=moved.base_url)
        assert result["reason"] == "reconfigure_successful"
        again = await _submit(hass, await loaded.start_reauth_flow(hass), token=cloud.token)
        assert again["reason"] == "reauth_successful"

        assert loaded.data[CONF_URL] == moved.base_url
    assert loaded.data[CONF_TOKEN] == cloud.token
    assert loaded.data[CONF_ACCOUNT_ID] == loaded.unique_id == ACCOUNT_ID
    assert "127.0.0.2:demo-owner" in loaded.data[CONF_NAMES]
    assert devices == {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)}


async def test_two_entries_do_not_become_one_account(
    hass: HomeAssistant, world: World, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "127.0.0.2"], allow_unix_socket=True)
    async with simulator.running(world=world, host="127.0.0.2") as elsewhere:
        created = await _submit(hass, await _start(hass), url=elsewhere.base_url, token=cloud.token)
        assert created["type"] is FlowResultType.CREATE_ENTRY

        form = await _reconfigure(hass, loaded)
        result = await _submit(hass, form, url=elsewhere.base_url, token=cloud.token)

        assert result["reason"] == "already_configured"
        assert loaded.data[CONF_URL] == cloud.base_url


async def test_a_changed_path_is_tried_with_a_new_token_as_well(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded, options={CONF_ROUTES: {"getCurrentUser": "GET /v1/nowhere"}})

    result = await _submit(hass, await loaded.start_reauth_flow(hass), token=cloud.token)

    assert result["errors"] == {"base": "wrong_address"}


async def test_an_address_with_another_account_is_not_taken(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    await cloud.control("PATCH", "profile", email="someone.else@example.com")
    stranger = await cloud.new_token(sub="someone-else")

    form = await _reconfigure(hass, loaded)
    result = await _submit(hass, form, url=cloud.base_url, token=stranger)

    assert result["reason"] == "wrong_account"
    assert loaded.data[CONF_TOKEN] == cloud.token


@lives_in(partial(World.fleet, devices=1, properties=1), ids=["fleet"])
async def test_full_control_of_air_conditioners_is_a_choice_of_its_own(hass: HomeAssistant, cloud: Cloud) -> None:
    form = await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)
    assert form["step_id"] == "air_conditioner"
    assert form["data_schema"]
    assert form["data_schema"]({}) == {"ac_control": "on_off"}

    result = await _submit(hass, form, ac_control="full")

    assert result["result"].options == {"ac_control": "full", "detail": "full", "exceptions": []}


async def test_nothing_is_asked_about_air_conditioners_where_there_is_none(hass: HomeAssistant, cloud: Cloud) -> None:
    await cloud.payload("unit", ac_control_active=False, device_pillar="noise")

    result = await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)

    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_setting_up_asks_the_cloud_for_everything_once_before_it_is_stored(
    hass: HomeAssistant, cloud: Cloud
) -> None:
    await cloud.requests()

    await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)

    assert await cloud.requests() == {
        "listDevices": 1,
        "getCurrentUser": 1,
        "listProperties": 1,
        "listNotifications": 1,
    }


@lives_in(partial(World.fleet, devices=60, properties=51), ids=["51 properties"])
async def test_how_much_to_show_of_a_large_account_is_asked(hass: HomeAssistant, cloud: Cloud) -> None:
    form = await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)
    assert form["step_id"] == "detail"
    assert not form["errors"]
    assert form["description_placeholders"] == {
        "properties": "51",
        "units": "60",
        "entities": "805",
        "full": "2,113",
        "summary": "805",
        "limit": "10,000",
    }
    assert form["data_schema"]
    assert form["data_schema"]({}) == {"detail": "summary", "exceptions": []}

    form = await _submit(hass, form, detail="full", exceptions=["property-0003"])
    assert form["step_id"] == "air_conditioner"
    result = await _submit(hass, form, ac_control="on_off")

    entry = result["result"]
    assert entry.options == {"ac_control": "on_off", "detail": "full", "exceptions": ["property-0003"]}
    units = [device for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) if device.model]
    assert len(units) == 51 + 60 - 2


@lives_in(partial(World.fleet, devices=12, properties=4), ids=["fleet"])
async def test_an_account_that_would_not_fit_is_asked_about_and_the_answer_has_to_fit(
    hass: HomeAssistant, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeassistant.helpers.entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", 300)
    form = await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)
    assert form["step_id"] == "detail"

    form = await _submit(hass, form, detail="full", exceptions=[])
    assert form["errors"] == {"detail": "too_many_entities"}
    assert form["description_placeholders"]
    assert (form["description_placeholders"]["entities"], form["description_placeholders"]["limit"]) == ("348", "300")

    form = await _submit(hass, form, detail="full", exceptions=["property-0002"])
    result = await _submit(hass, form, ac_control="on_off")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entities = er.async_entries_for_config_entry(er.async_get(hass), result["result"].entry_id)
    assert sum(not entity.disabled for entity in entities) == 348 - 2 * 21 - 25


async def test_an_account_that_was_set_up_while_we_asked_is_not_set_up_twice(hass: HomeAssistant, cloud: Cloud) -> None:
    nameless = await cloud.new_token(sub=None)
    waiting = await _submit(hass, await _start(hass), url=cloud.base_url, token=nameless)
    await _set_up(hass, await _start(hass), url=cloud.base_url, token=cloud.token)

    result = await _submit(hass, waiting, ac_control="on_off")

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_the_same_account_is_not_asked_about_in_two_windows(hass: HomeAssistant, cloud: Cloud) -> None:
    await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)

    result = await _submit(hass, await _start(hass), url=cloud.base_url, token=cloud.token)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"
