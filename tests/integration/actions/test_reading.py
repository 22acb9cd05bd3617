"""What actions answer: plain JSON in Home Assistant's words, and no persons."""

from datetime import UTC, datetime
import json
from typing import Any

from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import World
from simulator.house.notifications import Notification
from tests.integration.cloud import Cloud
from tests.integration.flavours import Flavour, needs, once

from .calling import CALLS, HOME, UNIT, Caller, device_id

HOUR = {"start": "2026-11-20T10:00:00+00:00", "end": "2026-11-20T12:00:00+00:00"}
NOISE_AT_HOME = {"alarm": "noise_alarm", "device_id": [HOME]}


@pytest.fixture
def home(caller: Caller) -> dict[str, str]:
    """The property as answers name it."""
    return {"id": "home", "name": "Tiny Home", "device_id": device_id(caller.hass, caller.entry, HOME)}


@pytest.fixture
def unit(caller: Caller) -> dict[str, str]:
    """The unit as answers name it."""
    return {"id": "unit", "name": "Studio", "device_id": device_id(caller.hass, caller.entry, UNIT)}


@pytest.mark.parametrize("item", [UNIT, HOME])
async def test_measurements_are_those_of_a_unit_or_a_property_in_celsius(
    world: World, caller: Caller, item: str
) -> None:
    await caller.act("update_profile", temperature_unit="F")
    answer = await caller.act("get_measurements", device_id=item, measure="temperature", **HOUR)
    assert answer["unit_of_measurement"] == "°C"
    assert answer["points"] == [
        {"at": "2026-11-20T10:00:00+00:00", "value": pytest.approx(24, abs=0.1)},
        {"at": "2026-11-20T11:00:00+00:00", "value": pytest.approx(24, abs=0.1)},
    ]


@needs("token")
async def test_words_of_the_other_api_are_not_sent(caller: Caller, cloud: Cloud) -> None:
    await cloud.requests()
    with pytest.raises(HomeAssistantError) as lacking:
        await caller.act("get_measurements", device_id=UNIT, measure="noise", granularity="days")
    assert lacking.value.translation_key == "command_not_supported"
    assert "15min, hours, minutes" in str(lacking.value)
    assert await cloud.requests() == {}


async def test_alarms_are_counted_by_step_altogether_and_by_property(
    caller: Caller, cloud: Cloud, flavour: Flavour, home: dict[str, str]
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await cloud.advance(60)
    now = {"start": "2026-11-20T12:00:00+00:00", "end": "2026-11-20T14:00:00+00:00"}
    events = await caller.act("get_alarm_events", **NOISE_AT_HOME, **now)
    assert events == {
        "points": [{"at": "2026-11-20T12:00:00+00:00", "value": 1}, {"at": "2026-11-20T13:00:00+00:00", "value": 0}]
    }
    assert await caller.act("get_alarm_totals", **NOISE_AT_HOME, **now) == {"total": 1}
    if flavour.name != "token":
        return
    one = await caller.act("get_alarm_totals_by_property", alarms="noise_alarm", **now)
    assert one == {"totals": [{"alarm": "noise_alarm", "property": home, "total": 1}]}
    two = await caller.act("get_alarm_totals_by_property", alarms=["smoke_alarm", "noise_alarm"], **now)
    assert two["totals"] == [{"alarm": "smoke_alarm", "property": home, "total": 0}, *one["totals"]]


async def test_notifications_say_what_where_and_when(
    caller: Caller, cloud: Cloud, flavour: Flavour, home: dict[str, str], unit: dict[str, str]
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    await cloud.alarm("unit", "noise_alarm", active=False)
    wanted = {"types": ["noise_alarm_start"]}
    latest = await caller.act("get_latest_notifications", device_id=[HOME], **wanted)
    (notification,) = latest["notifications"]
    members = {
        "type": "noise_alarm_start",
        "at": "2026-11-20T12:00:00+00:00",
        "seen": False,
        "property": home,
        "unit": unit,
    }
    assert notification.items() >= members.items()
    # The API of a sign-in has no texts.
    assert all(bool(notification[text]) is (flavour.name == "token") for text in ("title", "message"))
    until = {"end": "2026-11-20T12:00:01+00:00"}
    assert await caller.act("get_notifications", device_id=HOME, seen=False, **wanted, **until) == latest
    assert await caller.act("get_notifications", seen=True) == {"notifications": []}
    if flavour.name == "token":
        await caller.act("mark_notifications_seen", notification_ids=notification["id"])
        (seen,) = (await caller.act("get_notifications", seen=True, **until))["notifications"]
        assert seen == {**notification, "seen": True}


async def test_statistics_have_a_row_for_each_property(
    caller: Caller, cloud: Cloud, flavour: Flavour, home: dict[str, str]
) -> None:
    await cloud.alarm("unit", "noise_alarm")
    answer = await caller.act("get_statistics", period="week", currency="GBP", trends=True)
    (row,) = answer["statistics"]
    # The API of a sign-in does not say which property it is.
    named = home if flavour.name == "token" else None
    assert row.get("property") == named
    assert row["energy"] > 0
    assert row["alarm_counts"]["noise_alarm"] == 1
    assert row["trends"].keys() >= {"energy", "savings"}
    for chosen in (HOME, UNIT):
        (of_one,) = (await caller.act("get_statistics", device_id=chosen))["statistics"]
        assert of_one.get("property") == named


@needs("token")
async def test_the_dashboard_and_the_status_say_what_is_online(caller: Caller, home: dict[str, str]) -> None:
    everything = await caller.act("get_property_status")
    (status,) = everything["properties"]
    assert status["property"] == home
    assert status["online"] is True
    assert set(status["online_by_pillar"].values()) <= {True, False}
    assert await caller.act("get_property_status", device_id=[HOME]) == everything
    dashboard = await caller.act("get_dashboard", **HOUR)
    assert dashboard["properties"][0]["status"] == "online"
    assert "noise_alarm" in dashboard["alarms_summary"]


async def test_units_are_told_in_full_one_those_of_a_property_or_all(
    caller: Caller, cloud: Cloud, flavour: Flavour, home: dict[str, str]
) -> None:
    await cloud.requests()
    for data, operation in (
        ({"device_id": UNIT}, "getDevice"),
        ({"device_id": HOME}, "listDevices"),
        ({}, "listAllDevices" if flavour.name == "token" else "listDevices"),
    ):
        (told,) = (await caller.act("get_units", **data))["units"]
        assert told["name"] == "Studio"
        assert told["property"] == home
        assert "quiet_hours" in told["alarms"][0]
        assert await cloud.requests() == {operation: 1}


@needs("token")
async def test_all_units_are_told_also_where_the_list_of_all_is_not_there(caller: Caller, cloud: Cloud) -> None:
    await cloud.fault("listAllDevices", "status", status=404)
    assert [unit["name"] for unit in (await caller.act("get_units"))["units"]] == ["Studio"]


async def test_no_answer_names_a_person_or_an_address(
    caller: Caller, flavour: Flavour, world: World, subtests: pytest.Subtests
) -> None:
    unit = world.devices["unit"]
    unit.settings |= {
        "wifi_password": "Lane",
        "installedBy": "robin@example.com",
        "light": "Lamp",
        "guestPhone": "0100",
    }
    world.notify(
        Notification("noise_alarm_start", "home", "unit", datetime.now(UTC), "Noise", "Told robin@example.com of it")
    )
    (shown,) = (await caller.act("get_units", device_id=UNIT))["units"]
    assert shown["settings"].items() >= {"installedBy": "***", "light": "Lamp"}.items()
    for action, call in CALLS.items():
        if not action.startswith("get_") or flavour.name not in call.ways:
            continue
        with subtests.test(action):
            text = json.dumps(await caller.act(action, **call.data))
            for secret in ("robin", "Robin", "Lane", "Street", "0100", "@", unit.mac):
                assert secret not in text


@needs("sign_in")
async def test_what_was_saved_is_told_by_step_and_altogether(caller: Caller, world: World) -> None:
    days: dict[str, Any] = {"start": "2026-11-17T00:00:00-08:00", "end": "2026-11-19T00:00:00-08:00"}
    series = await caller.act("get_savings_series", granularity="days", currency="GBP", device_id=[HOME], **days)
    total = (await caller.act("get_savings_summary", currency="GBP", device_id=[HOME], **days))["savings"]
    # The days of Home Assistant's own clock.
    assert [point["at"] for point in series["points"]] == ["2026-11-17T08:00:00+00:00", "2026-11-18T08:00:00+00:00"]
    for figure, value in total.items():
        assert sum(point[figure] for point in series["points"]) == pytest.approx(value, abs=0.1)
    gains = await caller.act("get_efficiency_series", granularity="days", **days)
    assert [point.keys() for point in gains["points"]] == [{"at", "value"}] * 2
    assert (await caller.act("get_efficiency_summary", **days)).keys() == {"efficiency_gains"}


@once
async def test_an_answer_names_what_home_assistant_does_not_show(
    caller: Caller, loaded: MockConfigEntry, cloud: Cloud
) -> None:
    await cloud.control("POST", "devices", id="new", property_id="home", name="New")
    added = next(row for row in (await caller.act("get_units"))["units"] if row["id"] == "new")
    assert added["name"] == "New"
