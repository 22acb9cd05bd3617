"""Signing in at LaylaElectric: the real config flow over real HTTP, from the first form to the account's entities."""

from http import HTTPStatus
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import ClientCredential, async_import_client_credential
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.layla.const import CONF_ACCOUNT_ID, CONF_KIND, CONF_NAMES, DOMAIN, KIND_OAUTH, KIND_TOKEN
from simulator.oauth import CLIENT_SECRET

from .cloud import Cloud
from .conftest import ACCOUNT_ID
from .signing_in import addresses, grants, only_entry, signing_in, suggested, with_token
from .visitor import Visitor


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


async def test_who_denies_access_is_told_so_and_nothing_is_stored(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    flow = await signing_in(visitor, cloud)

    await visitor.come_back(await visitor.deny(flow))

    result = await visitor.look(flow["flow_id"])
    assert (result["type"], result["reason"]) == ("abort", "user_rejected_authorize")
    assert not hass.config_entries.async_entries(DOMAIN)


async def test_an_answer_with_a_wrong_state_is_not_taken_and_the_right_one_still_is(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    flow = await signing_in(visitor, cloud)
    back = await visitor.allow(flow)

    header, payload, signature = back.query["state"].split(".")
    for forged in ("nonsense", f"{header}.{payload}.{signature[::-1]}"):
        refused = await visitor.come_back(back.update_query(state=forged))
        assert refused.status == HTTPStatus.BAD_REQUEST
        assert (await visitor.look(flow["flow_id"]))["type"] == "external"

    await visitor.come_back(back)
    assert (await visitor.look(flow["flow_id"]))["type"] == "create_entry"


async def test_a_code_that_expired_is_said_and_one_can_sign_in_again_without_typing_anything(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    flow = await signing_in(visitor, cloud)
    back = await visitor.allow(flow)
    freezer.tick(61)

    await visitor.come_back(back)
    form = await visitor.look(flow["flow_id"])

    assert form["step_id"] == "sign_in"
    assert form["errors"] == {"base": "sign_in_refused"}
    again = await visitor.submit(form, **suggested(form))
    assert (await visitor.sign_in(again))["type"] == "create_entry"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 500}, "cloud_fault"),
        ({"kind": "status", "status": 404}, "wrong_token_address"),
        ({"kind": "html"}, "wrong_token_address"),
        ({"kind": "status", "status": 429}, "rate_limited"),
        ({"kind": "cut"}, "cannot_connect"),
        ({"kind": "status", "status": 401}, "sign_in_refused"),
        ({"kind": "status", "status": 403}, "sign_in_refused"),
    ],
    ids=["500", "404", "a page", "429", "cut", "401", "403"],
)
async def test_what_the_token_address_answers_is_said_and_what_was_typed_stays(
    credentials: None, visitor: Visitor, cloud: Cloud, fault: dict[str, Any], error: str
) -> None:
    flow = await signing_in(visitor, cloud, scope="read")
    await cloud.fault("token", **fault)

    form = await visitor.sign_in(flow)

    assert form["step_id"] == "sign_in"
    assert form["errors"] == {"base": error}
    assert suggested(form) == addresses(cloud, scope="read")


async def test_an_api_that_is_not_found_after_signing_in_can_be_corrected_without_signing_in_again(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    form = await visitor.sign_in(await signing_in(visitor, cloud, url=f"{cloud.url}/elsewhere"))
    assert form["step_id"] == "address"
    assert form["errors"] == {"base": "wrong_address"}
    assert suggested(form) == {"url": f"{cloud.url}/elsewhere"}

    form = await visitor.submit(form, url="not an address")
    assert form["errors"] == {"url": "invalid_address"}
    form = await visitor.submit(form, url=cloud.base_url)  # which is for tokens
    assert form["errors"] == {"base": "sign_in_not_accepted"}

    result = await visitor.submit(form, url=cloud.partner_url)
    assert result["type"] == "create_entry"
    assert only_entry(hass).data[CONF_URL] == cloud.partner_url
    assert len(await grants(cloud)) == 1


async def test_a_sign_in_without_the_right_to_read_is_said(credentials: None, visitor: Visitor, cloud: Cloud) -> None:
    form = await visitor.sign_in(await signing_in(visitor, cloud, scope="write"))
    assert form["step_id"] == "sign_in"
    assert form["errors"] == {"base": "sign_in_without_right"}

    again = await visitor.submit(form, **{**suggested(form), "scope": "read"})
    assert (await visitor.sign_in(again))["type"] == "create_entry"


@pytest.mark.parametrize(
    ("field", "text"),
    [("url", "ftp://here"), ("authorize_url", "nowhere"), ("token_url", "https://me:secret@here/token")],
)
async def test_an_address_that_cannot_work_is_said_at_its_field(
    credentials: None, visitor: Visitor, cloud: Cloud, field: str, text: str
) -> None:
    form = await signing_in(visitor, cloud, **{field: text})

    assert form["errors"] == {field: "invalid_address"}
    assert suggested(form)[field] == text


async def test_the_scope_is_asked_for_as_it_was_typed(credentials: None, visitor: Visitor, cloud: Cloud) -> None:
    asked = URL((await signing_in(visitor, cloud, scope=" read  write "))["url"]).query
    assert asked["scope"] == "read write"
    assert "scope" not in URL((await signing_in(visitor, cloud))["url"]).query


async def test_pkce_is_used(credentials: None, visitor: Visitor, cloud: Cloud) -> None:
    asked = URL((await signing_in(visitor, cloud))["url"]).query

    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43


async def test_without_my_home_assistant_the_way_back_is_this_home_assistant(
    credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    back = await visitor.allow(await signing_in(visitor, cloud))

    assert back.with_query(None) == visitor.home.join(URL("/auth/external/callback"))


async def test_with_my_home_assistant_the_way_back_leads_over_it(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    hass.config.components.add("my")
    flow = await signing_in(visitor, cloud)

    back = await visitor.allow(flow)

    assert back.with_query(None) == URL("https://my.home-assistant.io/redirect/oauth")
    await visitor.come_back(back)
    assert (await visitor.look(flow["flow_id"]))["type"] == "create_entry"


async def test_who_has_no_credentials_is_asked_for_them_before_typing_anything(visitor: Visitor) -> None:
    result = await visitor.submit(await visitor.begin(), next_step_id="sign_in")

    assert (result["type"], result["reason"]) == ("abort", "missing_credentials")


async def test_the_dialog_for_credentials_says_what_to_register_at_laylaelectric(
    hass_ws_client: WebSocketGenerator, credentials: None
) -> None:
    client = await hass_ws_client()

    await client.send_json_auto_id({"type": "application_credentials/config"})

    told = (await client.receive_json())["result"]["integrations"][DOMAIN]["description_placeholders"]
    assert told == {
        "my_url": "https://my.home-assistant.io/redirect/oauth",
        "callback_path": "/auth/external/callback",
    }


async def test_of_several_credentials_one_is_chosen(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud
) -> None:
    other = ClientCredential("another-client", "another-secret")
    await async_import_client_credential(hass, DOMAIN, other, "another")

    form = await signing_in(visitor, cloud)
    assert form["step_id"] == "pick_implementation"
    assert form["data_schema"][0]["options"] == [[DOMAIN, "Partner"], ["another", "Import from configuration.yaml"]]
    result = await visitor.sign_in(await visitor.submit(form, implementation=DOMAIN))

    assert result["type"] == "create_entry"


@pytest.mark.parametrize("opaque", [True, False], ids=["opaque tokens", "readable tokens"])
async def test_an_account_with_a_token_is_recognised_when_signing_in(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, *, opaque: bool
) -> None:
    """By the subject, or where a token cannot be read, by the profile's e-mail address."""
    await cloud.control("PATCH", "oauth", opaque=opaque)
    await with_token(visitor, cloud)

    result = await visitor.sign_in(await signing_in(visitor, cloud))

    assert (result["type"], result["reason"]) == ("abort", "already_configured")
    assert only_entry(hass).data[CONF_KIND] == KIND_TOKEN


@pytest.mark.parametrize("opaque", [True, False], ids=["opaque tokens", "readable tokens"])
async def test_an_account_that_is_signed_in_is_recognised_by_its_token(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, *, opaque: bool
) -> None:
    await cloud.control("PATCH", "oauth", opaque=opaque)
    await visitor.sign_in(await signing_in(visitor, cloud))

    result = await with_token(visitor, cloud)

    assert (result["type"], result["reason"]) == ("abort", "already_configured")
    assert only_entry(hass).data[CONF_KIND] == KIND_OAUTH


async def test_no_secret_of_a_sign_in_is_logged(
    hass: HomeAssistant,
    credentials: None,
    visitor: Visitor,
    cloud: Cloud,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Core's own lines have what passes through its hands.
    caplog.set_level(logging.DEBUG, "custom_components.layla")
    flow = await signing_in(visitor, cloud)
    back = await visitor.allow(flow)
    await cloud.fault("token", "echo_token", times=1)
    await visitor.come_back(back)
    form = await visitor.look(flow["flow_id"])
    assert (await visitor.sign_in(await visitor.submit(form, **suggested(form))))["type"] == "create_entry"
    entry = only_entry(hass)
    await cloud.control("PATCH", "oauth", access_lifetime=1)
    await cloud.expire(entry.data[CONF_TOKEN]["access_token"])
    await entry.runtime_data.async_refresh()

    (grant,) = (grant for grant in await grants(cloud) if grant["renewals"])
    ours = "\n".join(
        record.getMessage() + (record.exc_text or "")
        for record in caplog.records
        if record.name.startswith("custom_components.layla")
    )
    secrets = [back.query["code"], CLIENT_SECRET, grant["access_token"], grant["refresh_token"]]
    secrets += [entry.data[CONF_TOKEN]["access_token"], entry.data[CONF_TOKEN]["refresh_token"]]
    assert "token: 200" in ours
    assert [secret for secret in secrets if secret in ours] == []
