"""What is counted slowly: right, in few requests, and only as often as it may change."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.button import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_ENTITY_ID,
    ATTR_UNIT_OF_MEASUREMENT,
    CONF_TOKEN,
    CONF_URL,
    EVENT_STATE_CHANGED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.layla.const import DOMAIN
from simulator import World

from .actions.calling import device_id
from .cloud import Cloud
from .conftest import ACCOUNT_ID, Refresh, lives_in
from .flavours import TOKEN, Flavour, needs, once
from .test_entities import state_of

VILLA = "property:villa"
HOME = "property:home"
ACCOUNT = f"account:{ACCOUNT_ID}"

type Shown = Callable[[str, str], State]


@pytest.fixture
def shown(hass: HomeAssistant) -> Shown:
    """Find the state of a sensor by whose it is and its key."""

    def _shown(whose: str, key: str) -> State:
        entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"layla:{whose}:{key}")
        assert entity_id, f"{whose} has no {key}"
        state = hass.states.get(entity_id)
        assert state, f"{entity_id} is disabled"
        return state

    return _shown


@pytest.fixture
async def counted(loaded: MockConfigEntry, refresh: Refresh) -> MockConfigEntry:
    """Let the account be set up, the figures be read, and what comes with them."""
    for _ in range(3):
        await refresh()
    return loaded


async def _later(hass: HomeAssistant, freezer: FrozenDateTimeFactory, **length: float) -> None:
    freezer.tick(timedelta(**length))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def _asked(cloud: Cloud, entry: MockConfigEntry, path: str) -> Any:
    """Ask the cloud itself; the partner API takes the owner's token as well."""
    headers = {"Authorization": f"Bearer {cloud.token}"}
    async with cloud.session.get(f"{entry.data[CONF_URL]}{path}", headers=headers) as response:
        return await response.json()


@lives_in(World.demo, ids=["demo"])
async def test_a_property_shows_what_the_cloud_computes_for_it(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, shown: Shown
) -> None:
    fields = "monthly_savings,total_savings,total_efficiency_gains,alarm_event_counts"
    listed = await _asked(cloud, counted, f"/v1/properties?fields={fields}")
    (villa,) = (item for item in listed if item["id"] == "villa")

    for key, member in (("", "total_savings"), ("_month", "monthly_savings")):
        energy, money, co2 = (shown(VILLA, f"saved_{kind}{key}") for kind in ("energy", "money", "co2"))
        assert float(energy.state) == pytest.approx(villa[member]["energy"], rel=0.05)
        assert float(energy.state) > 0
        assert float(money.state) == pytest.approx(villa[member]["costs"], rel=0.05)
        assert float(co2.state) == pytest.approx(villa[member]["co2"], rel=0.05)
        units = [state.attributes[ATTR_UNIT_OF_MEASUREMENT] for state in (energy, money, co2)]
        assert units == ["kWh", "EUR", "kg"]
        assert {state.attributes["state_class"] for state in (energy, money, co2)} == {"total"}
        begun = {state.attributes.get("last_reset") for state in (energy, money, co2)}
        assert begun == ({"2026-11-01T00:00:00-05:00"} if key else {None}), "the month of Cancún"
    assert shown(VILLA, "saved_money").attributes[ATTR_DEVICE_CLASS] == "monetary"
    assert float(shown(VILLA, "efficiency_gain").state) == pytest.approx(villa["total_efficiency_gains"], rel=0.05)
    counts = {item["name"]: item["value"] for item in villa["alarm_event_counts"]}
    assert int(shown(VILLA, "noise_alarm_count").state) == counts["noise_alarm"] > 0

    registry = er.async_get(hass)
    saves = registry.async_get_entity_id("sensor", DOMAIN, "layla:property:flat:saved_energy")
    assert saves is None, "nothing there has an air conditioner"
    assert float(shown(ACCOUNT, "energy_30_days").state) > 0
    assert isinstance(shown(ACCOUNT, "saved_energy_30_days").attributes["trend"], float)
    assert shown(ACCOUNT, "costs_30_days").attributes[ATTR_UNIT_OF_MEASUREMENT] == "EUR"
    assert int(shown(ACCOUNT, "unread_notifications").state) > 0


@lives_in(
    partial(World.fleet, devices=1, properties=1),
    partial(World.fleet, devices=60, properties=30),
    ids=["1 property", "30 properties"],
)
async def test_the_figures_cost_three_requests_each_half_hour(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    slow = {"listProperties": 1, "getStatistics": 1, "listNotifications": 1}
    await cloud.requests()
    await _later(hass, freezer, seconds=122)
    first = await cloud.requests()
    assert {key: first[key] for key in slow} == {**slow, "listNotifications": 2}, "one of them with the units"

    await _later(hass, freezer, seconds=loaded.runtime_data.figures.update_interval.total_seconds() - 62)
    assert "getStatistics" not in await cloud.requests()
    await _later(hass, freezer, seconds=62)
    assert (await cloud.requests())["getStatistics"] == 1


async def test_figures_that_did_not_change_write_no_state(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, counted: MockConfigEntry, shown: Shown
) -> None:
    changed: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        changed.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    freezer.tick(timedelta(minutes=31))
    await counted.runtime_data.figures.async_refresh()

    assert set(changed) <= {shown(ACCOUNT, "requests_24_hours").entity_id}


async def test_what_the_cloud_does_not_offer_is_asked_once_and_leaves_the_rest_alone(
    hass: HomeAssistant,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    shown: Shown,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await cloud.fault("getStatistics", "status", status=404)
    for _ in range(2):
        await refresh()

    assert shown(ACCOUNT, "energy_30_days").state == STATE_UNAVAILABLE
    assert shown(ACCOUNT, "unread_notifications").state == "0"
    assert shown(HOME, "noise_alarm_count").state == "0"
    assert caplog.text.count("does not offer getStatistics") == 1

    await cloud.requests()
    await loaded.runtime_data.figures.async_refresh()
    assert "getStatistics" not in await cloud.requests()


async def test_a_part_that_fails_is_unavailable_is_said_once_and_comes_back(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    figures = counted.runtime_data.figures
    await cloud.fault("listProperties", "status", status=500)
    for _ in range(3):
        await figures.async_refresh()
    assert shown(HOME, "noise_alarm_count").state == STATE_UNAVAILABLE
    assert shown(ACCOUNT, "unread_notifications").state == "0"
    assert figures.update_interval == timedelta(minutes=5)
    assert caplog.text.count("A part of the figures could not be read") == 1

    await cloud.heal()
    await figures.async_refresh()
    await hass.async_block_till_done()
    assert shown(HOME, "noise_alarm_count").state == "0"
    assert caplog.text.count("All figures can be read again") == 1


async def test_when_nothing_can_be_read_all_figures_are_unavailable_and_the_units_are_not(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    figures = counted.runtime_data.figures
    for operation in ("listProperties", "getStatistics", "listNotifications"):
        await cloud.fault(operation, "status", status=503)
    for _ in range(2):
        await figures.async_refresh()

    assert not figures.last_update_success
    assert shown(HOME, "noise_alarm_count").state == STATE_UNAVAILABLE
    assert shown(ACCOUNT, "unread_notifications").state == STATE_UNAVAILABLE
    assert state_of(hass, "sensor.studio_temperature") == "24.0"
    assert int(shown(ACCOUNT, "requests_24_hours").state) > 0
    assert caplog.text.count("Error fetching LaylaElectric figures data") == 1

    await cloud.heal()
    await figures.async_refresh()
    assert shown(ACCOUNT, "unread_notifications").state == "0"


async def test_a_rate_limit_of_the_figures_lets_the_account_rest(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, refresh: Refresh, shown: Shown
) -> None:
    figures = counted.runtime_data.figures
    await cloud.fault("getStatistics", "status", status=429, retry_after=200, times=1)
    await cloud.requests()
    await figures.async_refresh()
    assert await cloud.requests() == {"listProperties": 1, "getStatistics": 1}
    assert shown(HOME, "noise_alarm_count").state == "0"

    await refresh()
    await figures.async_refresh()
    assert await cloud.requests() == {}, "neither the units nor the figures"

    for _ in range(5):
        await refresh()
    requests = await cloud.requests()
    assert requests["listDevices"] > 0
    assert requests["getStatistics"] == 1


@once
@lives_in(World.demo, ids=["demo"])
@pytest.mark.parametrize(("currency", "unit"), [("ILS", "ILS"), ("CHF", None)])
async def test_money_of_an_account_without_a_currency_is_asked_for_in_home_assistants_or_has_no_unit(
    hass: HomeAssistant,
    cloud: Cloud,
    entry: MockConfigEntry,
    refresh: Refresh,
    shown: Shown,
    currency: str,
    unit: str | None,
) -> None:
    await cloud.control("PATCH", "profile", preferences={"currency": None})
    hass.config.currency = currency
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(2):
        await refresh()

    money = shown(VILLA, "saved_money")
    assert float(money.state) > 0
    assert money.attributes.get(ATTR_UNIT_OF_MEASUREMENT) == unit
    assert money.attributes.get(ATTR_DEVICE_CLASS) == (unit and "monetary")
    assert money.attributes.get("state_class") == (unit and "total")


@once
@lives_in(World.demo, ids=["demo"])
async def test_money_is_never_shown_in_another_currency_than_it_was_counted_in(
    cloud: Cloud, counted: MockConfigEntry, refresh: Refresh, shown: Shown
) -> None:
    euros = float(shown(VILLA, "saved_money").state)
    await cloud.control("PATCH", "profile", preferences={"currency": "MXN"})
    await counted.runtime_data.figures.async_refresh()
    money = shown(VILLA, "saved_money")
    assert float(money.state) == pytest.approx(euros, rel=0.05)
    assert money.attributes[ATTR_UNIT_OF_MEASUREMENT] == "EUR"

    for _ in range(35):
        await refresh()
    money = shown(VILLA, "saved_money")
    assert float(money.state) > 5 * euros
    assert money.attributes[ATTR_UNIT_OF_MEASUREMENT] == "MXN"


@needs("MarkSeen")
@pytest.mark.usefixtures("all_enabled")
async def test_notifications_are_marked_as_seen_for_the_account_and_for_a_property(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, shown: Shown
) -> None:
    async def pressed(whose: str) -> None:
        entity_id = er.async_get(hass).async_get_entity_id(BUTTON, DOMAIN, f"layla:{whose}:mark_seen")
        await hass.services.async_call(BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True)
        await hass.async_block_till_done()

    for whose in (ACCOUNT, HOME):
        await cloud.alarm("unit", "noise_alarm")
        await cloud.alarm("unit", "noise_alarm", active=False)
        await loaded.runtime_data.figures.async_refresh()
        assert shown(ACCOUNT, "unread_notifications").state == "2"
        await cloud.requests()

        await pressed(whose)

        assert shown(ACCOUNT, "unread_notifications").state == "0"
        assert (await cloud.requests())["markNotificationsSeen"] == 1
        await loaded.runtime_data.figures.async_refresh()
        assert shown(ACCOUNT, "unread_notifications").state == "0", "the cloud agrees"

    await cloud.requests()
    await pressed(ACCOUNT)
    assert "markNotificationsSeen" not in await cloud.requests(), "there is nothing to mark"


@needs("MarkSeen")
async def test_notifications_that_an_action_marks_are_counted_out_at_once(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, shown: Shown
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await counted.runtime_data.figures.async_refresh()
    assert shown(ACCOUNT, "unread_notifications").state == "1"

    devices = [device_id(hass, counted, HOME)]
    await hass.services.async_call(DOMAIN, "mark_notifications_seen", {"device_id": devices}, blocking=True)

    assert shown(ACCOUNT, "unread_notifications").state == "0"


@needs("MarkSeen")
async def test_marking_notifications_neither_puts_a_reading_off_nor_brings_old_figures_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, counted: MockConfigEntry, shown: Shown
) -> None:
    async def pressed() -> None:
        data = {ATTR_ENTITY_ID: "button.laylaelectric_account_mark_notifications_seen"}
        await hass.services.async_call(BUTTON, SERVICE_PRESS, data, blocking=True)

    await cloud.requests()
    for _ in range(4):
        await _later(hass, freezer, minutes=10)
        await pressed()
    assert (await cloud.requests())["getStatistics"] == 1

    for operation in ("listProperties", "getStatistics"):
        await cloud.fault(operation, "status", status=503)
    await cloud.fault("listNotifications", "status", status=503, times=1)
    await counted.runtime_data.figures.async_refresh()
    assert shown(ACCOUNT, "energy_30_days").state == STATE_UNAVAILABLE
    await pressed()
    assert shown(ACCOUNT, "energy_30_days").state == STATE_UNAVAILABLE


async def test_a_rest_does_not_bring_figures_back_that_could_not_be_read(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, refresh: Refresh, shown: Shown
) -> None:
    figures = counted.runtime_data.figures
    for operation in ("listProperties", "getStatistics", "listNotifications"):
        await cloud.fault(operation, "status", status=503)
    await figures.async_refresh()
    await cloud.fault("listDevices", "status", status=429, retry_after=200, times=1)
    await refresh()

    await figures.async_refresh()
    assert shown(ACCOUNT, "energy_30_days").state == STATE_UNAVAILABLE


@needs("MarkSeen")
async def test_a_button_goes_where_the_cloud_does_not_know_how_to_mark(
    hass: HomeAssistant, cloud: Cloud, counted: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await cloud.fault("markNotificationsSeen", "status", status=404)
    button = "button.laylaelectric_account_mark_notifications_seen"
    with pytest.raises(HomeAssistantError, match="does not offer this"):
        await hass.services.async_call(BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: button}, blocking=True)
    await refresh()

    assert state_of(hass, button) == STATE_UNAVAILABLE


async def test_the_requests_of_a_day_are_counted_over_a_reload(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    counted: MockConfigEntry,
    flavour: Flavour,
    shown: Shown,
) -> None:
    before = int(shown(ACCOUNT, "requests_24_hours").state)
    await hass.config_entries.async_reload(counted.entry_id)
    await hass.async_block_till_done()
    await counted.runtime_data.figures.async_refresh()
    after = shown(ACCOUNT, "requests_24_hours")
    assert before < int(after.state) <= sum((await cloud.requests()).values())
    assert after.attributes["since"] == "2026-11-20T12:00:00+00:00"

    await hass.config_entries.async_unload(counted.entry_id)
    freezer.tick(timedelta(hours=25))
    if flavour is TOKEN:  # a sign-in renews first
        await hass.config_entries.async_setup(counted.entry_id)
        await hass.async_block_till_done()
        assert int(shown(ACCOUNT, "requests_24_hours").state) == 4


@once
async def test_requests_of_a_set_up_that_failed_are_counted(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, shown: Shown
) -> None:
    await cloud.fault("listDevices", "status", status=503)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await cloud.heal()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await entry.runtime_data.figures.async_refresh()

    assert int(shown(ACCOUNT, "requests_24_hours").state) == sum((await cloud.requests()).values())


@needs("token")
async def test_a_token_that_ends_says_when(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, shown: Shown
) -> None:
    entry.add_to_hass(hass)
    token = await cloud.new_token(ttl=10 * 86_400)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: token})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert shown(ACCOUNT, "token_expiry").state == "2026-11-30T12:00:00+00:00"


@needs("token")
async def test_who_asks_for_an_update_of_a_figure_has_the_figures_read(
    hass: HomeAssistant, loaded: MockConfigEntry, shown: Shown
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    saved = shown(HOME, "saved_energy")
    assert saved.state == STATE_UNKNOWN

    target = {ATTR_ENTITY_ID: saved.entity_id}
    await hass.services.async_call("homeassistant", "update_entity", target, blocking=True)

    assert float(shown(HOME, "saved_energy").state) >= 0


async def test_before_the_first_reading_figures_are_unknown_and_nobody_is_asked(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, shown: Shown
) -> None:
    assert shown(HOME, "noise_alarm_count").state == STATE_UNKNOWN
    assert shown(ACCOUNT, "energy_30_days").state == STATE_UNKNOWN
    assert "getStatistics" not in await cloud.requests()
