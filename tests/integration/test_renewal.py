"""Living with a sign-in: it renews itself, is stored before it is used, and one is asked to sign in again once."""

import asyncio
from collections.abc import AsyncIterator
import logging
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_TOKEN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ImplementationUnavailableError
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    async_add_implementation_provider,
)
from homeassistant.helpers.storage import Store
import pytest

from custom_components.layla.access.signed_in import _KNOWN
from custom_components.layla.const import CONF_NAMES, CONF_SIGN_IN, DOMAIN

from .cloud import Cloud
from .conftest import Refresh
from .signing_in import grants, only_entry, signing_in
from .visitor import Json, Visitor

HOUR = 3600


@pytest.fixture
async def signed_in(hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud) -> ConfigEntry:
    """Set the account up by signing in."""
    result = await visitor.sign_in(await signing_in(visitor, cloud))
    assert result["type"] == "create_entry", result
    await hass.async_block_till_done()
    await cloud.requests()
    return only_entry(hass)


async def grant(cloud: Cloud) -> Json:
    """Return what was allowed at LaylaElectric last."""
    return (await grants(cloud))[-1]


def temperature(hass: HomeAssistant) -> str:
    """Return what the unit's temperature shows."""
    state = hass.states.get("sensor.studio_temperature")
    assert state
    return state.state


def kept(hass_storage: dict[str, Any], entry: ConfigEntry) -> Any:
    """Return what is on disk of the sign-in."""
    return hass_storage[file_of(entry)]["data"]


def file_of(entry: ConfigEntry) -> str:
    """Return where the tokens of a sign-in are kept."""
    return f"{DOMAIN}.sign_in.{entry.entry_id}"


async def renewed(cloud: Cloud, refresh: Refresh) -> None:
    """Let the sign-in be renewed, so that the entry's own tokens are superseded."""
    await cloud.expire((await grant(cloud))["access_token"])
    await refresh()
    assert (await grant(cloud))["renewals"] == 1


async def started_again(hass: HomeAssistant, entry: ConfigEntry) -> ConfigEntryState:
    """Set the account up as after a restart, with nothing in memory; return what came of it."""
    await hass.config_entries.async_unload(entry.entry_id)
    hass.data[_KNOWN].clear()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry.state


def flows(hass: HomeAssistant) -> list[str]:
    """Return the steps of the flows that ask for another sign-in."""
    found = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow["step_id"] for flow in found if flow["context"]["source"] == SOURCE_REAUTH]


async def test_an_access_token_serves_for_its_hour_and_is_renewed_before_it_ends(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    await refresh()
    assert "token" not in await cloud.requests()

    freezer.tick(HOUR - 60)
    await refresh()

    assert (await cloud.requests())["token"] == 1
    assert (await grant(cloud))["renewals"] == 1
    assert float(temperature(hass)) == 24
    assert signed_in.state is ConfigEntryState.LOADED


async def test_a_renewed_token_is_on_disk_before_it_is_used(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    signed_in: ConfigEntry,
) -> None:
    """Whoever pulls the plug while the first request with it is on its way loses nothing."""
    await cloud.fault("listDevices", "delay", seconds=HOUR, times=1)
    freezer.tick(HOUR)
    refreshing = hass.async_create_task(signed_in.runtime_data.async_refresh())
    while await cloud.control("GET", "faults"):
        pass

    newest = await grant(cloud)
    tokens = kept(hass_storage, signed_in)["tokens"]
    assert (tokens["access_token"], tokens["refresh_token"]) == (newest["access_token"], newest["refresh_token"])
    assert newest["renewals"] == 1
    refreshing.cancel()


async def test_a_restart_goes_on_with_the_token_that_was_renewed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    for renewals in (1, 2):
        freezer.tick(HOUR)
        await refresh()
        await started_again(hass, signed_in)
        assert (await grant(cloud))["renewals"] == renewals
    assert (await grant(cloud))["revoked"] is False
    assert float(temperature(hass)) == 24


async def test_a_token_that_is_refused_before_its_time_is_renewed_and_nothing_is_missed(
    hass: HomeAssistant, cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    await cloud.expire((await grant(cloud))["access_token"])

    await refresh()

    assert signed_in.runtime_data.last_update_success
    assert (await cloud.requests()) == {"listDevices": 2, "token": 1, "listNotifications": 1}
    assert flows(hass) == []


async def test_what_needs_a_token_at_once_renews_it_once(
    freezer: FrozenDateTimeFactory, cloud: Cloud, signed_in: ConfigEntry
) -> None:
    account = signed_in.runtime_data.account
    freezer.tick(HOUR)

    await asyncio.gather(account.fetch(None, None), account.fetch(None, None), account.owner_email())

    assert (await cloud.requests())["token"] == 1
    assert (await grant(cloud))["revoked"] is False


async def test_two_refused_calls_at_once_renew_once(cloud: Cloud, signed_in: ConfigEntry) -> None:
    account = signed_in.runtime_data.account
    await cloud.expire((await grant(cloud))["access_token"])

    await asyncio.gather(account.fetch(None, None), account.fetch(None, None))

    assert (await cloud.requests())["token"] == 1


async def test_a_refused_refresh_asks_once_to_sign_in_again_and_leaves_the_cloud_alone(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await cloud.control("DELETE", "oauth/grants")
    freezer.tick(HOUR)

    for _ in range(20):
        await refresh()

    assert flows(hass) == ["reauth_sign_in"]
    assert await cloud.requests() == {"token": 1}
    assert temperature(hass) == STATE_UNAVAILABLE
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1


async def test_a_refused_refresh_at_the_start_asks_once_to_sign_in_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("DELETE", "oauth/grants")
    await hass.config_entries.async_reload(signed_in.entry_id)
    await hass.async_block_till_done()
    for _ in range(5):
        await refresh()

    assert signed_in.state is ConfigEntryState.SETUP_ERROR
    assert flows(hass) == ["reauth_sign_in"]
    assert await cloud.requests() == {"listDevices": 1, "token": 1}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "cut"},
        {"kind": "status", "status": 429, "retry_after": 90},
        {"kind": "status", "status": 404},
        {"kind": "status", "status": 403},
        {"kind": "status", "status": 400},
        {"kind": "html"},
    ],
    ids=["503", "cut", "429", "404", "403 of something else", "400 of something else", "a page"],
)
async def test_a_token_endpoint_that_is_down_is_no_reason_to_sign_in_again(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
    fault: dict[str, Any],
) -> None:
    await cloud.fault("token", **fault)
    freezer.tick(HOUR)
    for _ in range(3):
        await refresh()
    assert flows(hass) == []
    assert temperature(hass) == STATE_UNAVAILABLE

    await cloud.heal()
    for _ in range(8):
        await refresh()

    assert float(temperature(hass)) == 24
    assert (await grant(cloud))["revoked"] is False


async def test_a_server_that_does_not_rotate_keeps_its_refresh_token(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
) -> None:
    await cloud.control("PATCH", "oauth", rotate=False)
    for _ in range(3):
        freezer.tick(HOUR)
        await refresh()

    assert (await grant(cloud))["renewals"] == 3
    assert kept(hass_storage, signed_in)["tokens"]["refresh_token"] == signed_in.data[CONF_TOKEN]["refresh_token"]
    assert float(temperature(hass)) == 24


async def test_signing_in_again_gives_everything_back(
    hass: HomeAssistant, visitor: Visitor, cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    first = signed_in.data[CONF_SIGN_IN]
    await cloud.control("DELETE", "oauth/grants")
    await refresh()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    form = await visitor.look(flow["flow_id"])
    assert form["step_id"] == "reauth_sign_in"

    result = await visitor.sign_in(await visitor.submit(form))
    await hass.async_block_till_done()

    assert result["reason"] == "reauth_successful"
    assert signed_in.data[CONF_SIGN_IN] != first
    assert float(temperature(hass)) == 24
    assert flows(hass) == []


async def test_the_tokens_of_an_earlier_sign_in_are_not_taken_up_again(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    visitor: Visitor,
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
) -> None:
    await cloud.expire((await grant(cloud))["access_token"])
    await refresh()
    assert kept(hass_storage, signed_in)["sign_in"] == signed_in.data[CONF_SIGN_IN]
    await cloud.control("DELETE", "oauth/grants")
    await refresh()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await visitor.sign_in(await visitor.submit(await visitor.look(flow["flow_id"])))
    await hass.async_block_till_done()

    await started_again(hass, signed_in)

    assert float(temperature(hass)) == 24
    assert flows(hass) == []


async def asked_to_sign_in_again(hass: HomeAssistant, visitor: Visitor, entry: ConfigEntry) -> Json:
    """Return the form that asks for another sign-in."""
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return await visitor.look(flow["flow_id"])


async def test_another_account_is_not_taken_and_the_old_sign_in_is_not_lost(
    hass: HomeAssistant, visitor: Visitor, cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    before = dict(signed_in.data)
    form = await asked_to_sign_in_again(hass, visitor, signed_in)

    result = await visitor.sign_in(await visitor.submit(form), email="sam@example.org")

    assert result["reason"] == "wrong_account"
    assert dict(signed_in.data) == before
    await refresh()
    assert signed_in.runtime_data.last_update_success


async def test_a_code_that_is_refused_while_signing_in_again_can_be_tried_again(
    hass: HomeAssistant, visitor: Visitor, cloud: Cloud, signed_in: ConfigEntry
) -> None:
    form = await asked_to_sign_in_again(hass, visitor, signed_in)
    await cloud.fault("token", "status", status=400, times=1)

    form = await visitor.sign_in(await visitor.submit(form))
    assert (form["step_id"], form["errors"]) == ("reauth_sign_in", {"base": "sign_in_refused"})

    assert (await visitor.sign_in(await visitor.submit(form)))["reason"] == "reauth_successful"


@pytest.fixture
async def without_credentials(hass: HomeAssistant, signed_in: ConfigEntry) -> AsyncIterator[None]:
    """Let the credentials be gone after a restart."""
    credentials = hass.data["application_credentials"]
    kept = dict(credentials.data)
    credentials.data.clear()
    hass.data[_KNOWN].clear()
    yield
    credentials.data.update(kept)


async def test_credentials_that_cannot_be_had_now_are_waited_for(
    hass: HomeAssistant, visitor: Visitor, signed_in: ConfigEntry, without_credentials: None
) -> None:
    async def down(hass: HomeAssistant, domain: str) -> list[AbstractOAuth2Implementation]:
        raise ImplementationUnavailableError("the service is down")

    async_add_implementation_provider(hass, "down", down)

    await hass.config_entries.async_reload(signed_in.entry_id)

    assert signed_in.state is ConfigEntryState.SETUP_RETRY
    assert signed_in.error_reason_translation_key == "credentials_unavailable"
    form = await asked_to_sign_in_again(hass, visitor, signed_in)
    result = await visitor.submit(form)
    assert (result["type"], result["reason"]) == ("abort", "oauth_implementation_unavailable")


async def test_credentials_that_are_gone_are_asked_for(
    hass: HomeAssistant, visitor: Visitor, signed_in: ConfigEntry, without_credentials: None
) -> None:
    await hass.config_entries.async_reload(signed_in.entry_id)

    assert signed_in.state is ConfigEntryState.SETUP_ERROR
    assert signed_in.error_reason_translation_key == "credentials_missing"
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await visitor.submit(await visitor.look(flow["flow_id"]))
    # Not core's own reason: its dialog for credentials begins a new account after that.
    assert (result["type"], result["reason"]) == ("abort", "enter_credentials")


@pytest.mark.parametrize(
    "damaged",
    [{}, {"tokens": {"access_token": 7}}, {"tokens": {}}, {"tokens": None}],
    ids=["no tokens", "wrong types", "nothing", "null"],
)
async def test_a_file_that_makes_no_sense_is_said_and_superseded_tokens_are_not_sent_in_its_place(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
    caplog: pytest.LogCaptureFixture,
    damaged: Any,
) -> None:
    await renewed(cloud, refresh)
    hass_storage[file_of(signed_in)]["data"] = {"sign_in": signed_in.data[CONF_SIGN_IN], **damaged}

    await started_again(hass, signed_in)

    assert "The file of a sign-in makes no sense" in caplog.text
    assert flows(hass) == ["reauth_sign_in"]
    assert (await grant(cloud))["revoked"] is False


async def test_a_file_of_a_newer_version_is_waited_for(
    hass: HomeAssistant, hass_storage: dict[str, Any], cloud: Cloud, signed_in: ConfigEntry, refresh: Refresh
) -> None:
    await renewed(cloud, refresh)
    hass_storage[file_of(signed_in)]["version"] = 2
    assert await started_again(hass, signed_in) is ConfigEntryState.SETUP_RETRY
    assert signed_in.error_reason_translation_key == "sign_in_unreadable"

    hass_storage[file_of(signed_in)]["version"] = 1
    assert await started_again(hass, signed_in) is ConfigEntryState.LOADED
    assert (await grant(cloud))["revoked"] is False


async def test_signing_in_again_gets_by_without_the_file(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    visitor: Visitor,
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
) -> None:
    await renewed(cloud, refresh)
    hass_storage[file_of(signed_in)]["version"] = 2
    assert await started_again(hass, signed_in) is ConfigEntryState.SETUP_RETRY

    form = await asked_to_sign_in_again(hass, visitor, signed_in)
    assert (await visitor.sign_in(await visitor.submit(form)))["reason"] == "reauth_successful"
    await hass.async_block_till_done()

    assert float(temperature(hass)) == 24


async def test_a_token_that_cannot_be_stored_is_not_used_and_not_lost(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Home Assistant's store says nothing of a disk that is full."""
    with monkeypatch.context() as full:
        full.setattr(Store, "async_save", _saves_nothing)
        await cloud.expire((await grant(cloud))["access_token"])
        await cloud.requests()
        await refresh()
        assert await cloud.requests() == {"listDevices": 1, "token": 1}
        assert await hass.config_entries.async_reload(signed_in.entry_id) is False
        assert "listDevices" not in await cloud.requests()

    assert await hass.config_entries.async_reload(signed_in.entry_id)

    assert float(temperature(hass)) == 24
    assert kept(hass_storage, signed_in)["tokens"]["refresh_token"] == (await grant(cloud))["refresh_token"]
    assert (await grant(cloud))["revoked"] is False


async def _saves_nothing(store: Store[Any], data: Any) -> None:
    """Do what a store does on a full disk."""


async def test_a_renewal_that_takes_longer_than_a_reload_is_not_made_twice(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, signed_in: ConfigEntry
) -> None:
    refreshing = await renewing_for_long(hass, cloud, signed_in)

    reloading = hass.async_create_task(hass.config_entries.async_reload(signed_in.entry_id))
    await passing(freezer, 11)
    assert not reloading.done()
    await passing(freezer, 10)

    assert await reloading
    await refreshing
    assert (await cloud.requests())["token"] == 1
    assert (await grant(cloud))["revoked"] is False
    assert signed_in.state is ConfigEntryState.LOADED


async def test_tokens_do_not_come_back_after_an_account_was_deleted(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    signed_in: ConfigEntry,
) -> None:
    refreshing = await renewing_for_long(hass, cloud, signed_in)

    removing = hass.async_create_task(hass.config_entries.async_remove(signed_in.entry_id))
    await passing(freezer, 11)
    await passing(freezer, 10)

    await removing
    await refreshing
    assert (await grant(cloud))["renewals"] == 1
    assert file_of(signed_in) not in hass_storage


async def renewing_for_long(hass: HomeAssistant, cloud: Cloud, entry: ConfigEntry) -> asyncio.Task[None]:
    """Begin a renewal that takes twenty seconds; Home Assistant waits ten for what an entry does."""
    await cloud.expire((await grant(cloud))["access_token"])
    await cloud.fault("token", "delay", seconds=20, times=1)
    task = hass.async_create_task(entry.runtime_data.async_refresh())
    while await cloud.control("GET", "faults"):
        pass
    return task


async def passing(freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let some time pass, and whatever is due then happen."""
    for tick in (0, seconds):
        freezer.tick(tick)
        for _ in range(100):
            await asyncio.to_thread(time.sleep, 0.001)


async def test_who_changed_the_address_is_still_recognised(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, refresh: Refresh
) -> None:
    """Where the tokens say nothing, the address is the only name that there is."""
    await cloud.control("PATCH", "oauth", opaque=True)
    await visitor.sign_in(await signing_in(visitor, cloud))
    await hass.async_block_till_done()
    entry = only_entry(hass)
    assert len(entry.data[CONF_NAMES]) == 1
    await cloud.control("PATCH", "profile", email="robin@example.org")
    for _ in range(16):
        await refresh()
    assert len(entry.data[CONF_NAMES]) == 2

    form = await asked_to_sign_in_again(hass, visitor, entry)
    result = await visitor.sign_in(await visitor.submit(form), email="robin@example.org")

    assert result["reason"] == "reauth_successful"


async def test_an_account_that_is_deleted_leaves_no_tokens(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    signed_in: ConfigEntry,
    refresh: Refresh,
) -> None:
    freezer.tick(HOUR)
    await refresh()
    assert kept(hass_storage, signed_in)

    await hass.config_entries.async_remove(signed_in.entry_id)

    assert not [key for key in hass_storage if "sign_in" in key]
