"""The documents leave much open; api/README.md decides it. One promise for each decision that the simulator keeps."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from simulator import World
from simulator.house.buckets import MOST_POINTS
from simulator.house.catalogue import ALARMS
from simulator.layla import spec
from tests.simulator.caller import NOON, Caller, lives_in

SERIES = "/v1/devices/unit/measurements"


@pytest.mark.parametrize("prefix", ["", "/api"])
async def test_l1_paths_are_served_with_and_without_the_api_prefix(caller: Caller, prefix: str) -> None:
    """Both versions too."""
    for path in ("/v1/users/self", "/v3/properties/status"):
        assert (await caller.session.get(caller.running.url + prefix + path)).status == HTTPStatus.OK


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
async def test_l3_toggles_take_patch_put_and_post(caller: Caller, method: str) -> None:
    """Their method is a guess, so three are right."""
    await caller.send(method, "/v1/properties/home/alarms", params={"noise_alarm": "false"})
    await caller.send(method, "/v1/properties/home/eco_mode", params={"eco_mode": "true"})
    await caller.send(method, "/v1/devices/unit/eco_mode", json={"last_PIR_detected_time_th": 1})
    await caller.send(method, "/v1/notifications/seen", json={"ids": []})


@pytest.mark.parametrize("text", ["true", "TRUE", "True", "1"])
async def test_l5_a_boolean_is_a_word_or_a_digit_in_any_case(caller: Caller, text: str) -> None:
    """Anything else is refused."""
    for sent, features in ((text, ["eco"]), ("0", []), (text, ["eco"]), ("False", [])):
        await caller.send("PATCH", "/v1/properties/home/eco_mode", params={"eco_mode": sent})
        assert [place["enabled_features"] for place in await caller.get("/v1/properties")] == [features]
    _, message = await caller.refused("PATCH", "/v1/properties/home/eco_mode", params={"eco_mode": "yes"})
    assert message == "eco_mode: 'yes' is not a boolean; accepted: true, false, 1, 0"


async def test_l6_enabled_is_a_digit_on_a_property_and_a_boolean_on_a_unit(caller: Caller) -> None:
    """Each in the form of its schema, in and out."""
    assert (await caller.send("PATCH", "/v1/properties/home", json={"enabled": 0}))["enabled"] == 0
    assert (await caller.send("PATCH", "/v1/devices/unit", json={"enabled": False}))["enabled"] is False
    await caller.refused("PATCH", "/v1/properties/home", json={"enabled": "yes"})


@pytest.mark.parametrize(
    "query",
    [
        [("fields", "in_alarm,snoozed")],
        [("fields", "in_alarm"), ("fields", "snoozed")],
        [("fields", "in_alarm,"), ("fields", "snoozed,in_alarm")],
    ],
)
async def test_l7_lists_are_written_with_commas_or_by_repetition(caller: Caller, query: Any) -> None:
    """Or both at once."""
    (unit,) = await caller.send("GET", "/v1/devices", params=query)
    assert {"in_alarm", "snoozed"} <= unit.keys()
    assert "latest_values" not in unit


async def test_l8_a_range_without_an_offset_is_the_propertys_time(caller: Caller) -> None:
    """Noon in Berlin is ten o'clock UTC in summer; the start is included, the end is not."""
    query = {"measure": "noise", "granularity": "minutes"}
    naive = await caller.get(SERIES, start="2026-07-01T12:00:00", end="2026-07-01T12:03:00", **query)
    offset = await caller.get(SERIES, start="2026-07-01T10:00:00Z", end="2026-07-01T10:03:00+00:00", **query)
    assert naive == offset
    assert [point["timestamp"] for point in naive] == [f"2026-07-01T12:0{minute}:00+02:00" for minute in range(3)]


async def test_l8_times_from_before_there_were_zones_are_still_times(caller: Caller) -> None:
    """Berlin was 53 minutes and 28 seconds ahead; an offset with seconds is none that a date-time may have."""
    query = {"measure": "noise", "granularity": "hours"}
    points = await caller.get(SERIES, start="1850-01-01T12:00:00Z", end="1850-01-01T14:00:00Z", **query)
    assert {point["timestamp"][-6:] for point in points} <= {"+00:00"}
    assert points


async def test_l10_a_series_covers_the_last_day_unless_asked_otherwise(caller: Caller) -> None:
    """From 24 hours ago until now."""
    points = await caller.get(SERIES, measure="noise", granularity="hours")
    assert len(points) == 24
    assert points[0]["timestamp"] == "2026-06-30T14:00:00+02:00"
    assert points[-1]["timestamp"] == "2026-07-01T13:00:00+02:00"


async def test_l10_more_than_ten_thousand_points_are_refused(caller: Caller) -> None:
    """Exactly so many are given."""
    start, end = NOON - timedelta(minutes=MOST_POINTS), NOON
    query = {"measure": "noise", "granularity": "minutes", "end": end.isoformat()}
    assert len(await caller.get(SERIES, start=start.isoformat(), **query)) == MOST_POINTS
    earlier = (start - timedelta(minutes=1)).isoformat()
    status, message = await caller.refused("GET", SERIES, params={"start": earlier, **query})
    assert status == HTTPStatus.BAD_REQUEST
    assert "10001 points of minutes; accepted: at most 10000" in message


@pytest.mark.parametrize("nulls", [False, True])
async def test_l10_empty_buckets_are_left_out_or_null(caller: Caller, nulls: bool) -> None:  # noqa: FBT001
    """A unit that was offline for an hour has nothing to say about it; a switch decides how that is said."""
    caller.world.null_buckets = nulls
    await caller.control("PATCH", "devices/unit", online=False)
    await caller.advance(3600)
    await caller.control("PATCH", "devices/unit", online=True)
    await caller.advance(3600)
    points = await caller.get(SERIES, measure="noise", granularity="hours", start="2026-07-01T13:00:00")
    values = {point["timestamp"][11:13]: point["value"] for point in points}
    assert values.keys() == ({"13", "14", "15"} if nulls else {"13", "15"})
    assert values.get("14") is None


@pytest.mark.parametrize(
    ("span", "seconds"),
    [({"hours": 6}, 60), ({"hours": 7}, 900), ({"days": 7}, 900), ({"days": 8}, 3600)],
)
async def test_l11_the_granularity_follows_the_range(caller: Caller, span: dict[str, int], seconds: int) -> None:
    """Minutes up to six hours, quarters up to a week, then hours."""
    points = await caller.get(
        SERIES, measure="noise", start=(NOON - timedelta(**span)).isoformat(), end=NOON.isoformat()
    )
    assert len(points) == timedelta(**span).total_seconds() / seconds


async def test_l12_to_l15_shapes_of_lists(caller: Caller) -> None:
    """Values, alarms, pillars and counts have the members that the decisions name."""
    await caller.control("POST", "alarms", device_id="unit", name="smoke_alarm", active=True)
    await caller.control("PATCH", "devices/unit", snoozed=["noise_alarm"])
    (unit,) = await caller.get("/v1/devices", fields="latest_values,in_alarm,snoozed,active_alarms,alarm_event_counts")
    assert unit["latest_values"][0].keys() == {"name", "value", "timestamp"}
    assert unit["in_alarm"] == ["smoke_alarm"]
    assert unit["snoozed"] == ["noise_alarm"]
    assert unit["active_alarms"] == [{"name": "smoke_alarm", "started_at": "2026-07-01T12:00:00Z"}]
    assert {"name": "smoke_alarm", "value": 1} in unit["alarm_event_counts"]
    status = await caller.get("/v3/properties/home/status")
    assert status["status_by_pillar"] == {"smart_ac": "online"}
    (place,) = await caller.get("/v1/properties", fields="alarm_states")
    assert {"name": "smoke_alarm", "enabled": True, "active": True} in place["alarm_states"]


@lives_in(World.demo)
async def test_l16_a_locked_unit_keeps_its_pillar(caller: Caller) -> None:
    """409 on the switch itself, 403 on the general change, where 409 is not described; its own pillar is no change."""
    path = "/v1/devices/flat-bedroom"
    status, message = await caller.refused("PATCH", f"{path}/pillar", json={"device_pillar": "smart_ac"})
    assert status == HTTPStatus.CONFLICT
    assert "paid subscription seat" in message
    status, _ = await caller.refused("PATCH", path, json={"device_pillar": "smart_ac"})
    assert status == HTTPStatus.FORBIDDEN
    answer = await caller.send("PATCH", f"{path}/pillar", json={"device_pillar": "noise"})
    assert (answer["active_pillar"], answer["updated"]) == ("noise", False)


async def test_l18_totals_per_property_are_an_array(caller: Caller) -> None:
    """Although the sample shows one object."""
    await caller.control("POST", "alarms", device_id="unit", name="noise_alarm", active=True)
    await caller.advance(60)
    reference = {"id": "home", "name": "Tiny Home"}
    path = "/v1/statistics/alarm_events"
    assert await caller.get(f"{path}/noise_alarm/summary/by_property") == [{"value": 1, "property": reference}]
    several = await caller.get(f"{path}/summary/by_property", names="noise_alarm,smoke_alarm")
    assert [row["value"] for row in several] == [1, 0]
    assert len(await caller.get(f"{path}/summary/by_property")) == len(ALARMS)


async def test_l19_quiet_hours_of_the_occupancy_alarm_are_a_switch_without_an_alarm_name(caller: Caller) -> None:
    """It is kept in the settings, and halves the unit's limit in quiet hours."""
    await caller.send("PATCH", "/v1/properties/home/alarms", params={"occupancy_alarm_quiet_hours": "true"})
    (place,) = await caller.get("/v1/properties")
    assert place["settings"]["occupancy_alarm_quiet_hours"] is True
    assert "occupancy_alarm_quiet_hours" not in place["enabled_alarms"]
    setting = caller.world.devices["unit"].setting_of("occupancy_alarm")
    assert setting is not None
    assert setting["quiet_hours"]["enabled"] is True


async def test_l20_notifications_come_newest_first_and_are_forgotten_after_thirty_days(caller: Caller) -> None:
    """With the members that the decision names."""
    await caller.control("POST", "alarms", device_id="unit", name="noise_alarm", active=True)
    await caller.advance(60)
    await caller.control("POST", "alarms", device_id="unit", name="noise_alarm", active=False)
    end, start = await caller.get("/v1/notifications")
    assert (end["type"], start["type"]) == ("noise_alarm_end", "noise_alarm_start")
    assert {"id", "type", "property_id", "device_id", "seen", "created_at"} <= start.keys()
    await caller.advance(30 * 86400 - 30)
    assert [item["id"] for item in await caller.get("/v1/notifications")] == [end["id"]]
    await caller.advance(60)
    assert await caller.get("/v1/notifications") == []


async def test_l21_switches_are_read_back_from_the_property(caller: Caller) -> None:
    """Eco mode from its features, an armed alarm from its enabled alarms."""
    await caller.send("PATCH", "/v1/properties/home/eco_mode", params={"eco_mode": "true"})
    await caller.send("PATCH", "/v1/properties/home/alarms", params={"noise_alarm": "false"})
    (place,) = await caller.get("/v1/properties")
    assert place["enabled_features"] == ["eco"]
    assert "noise_alarm" not in place["enabled_alarms"]
    assert "occupancy_alarm" in place["enabled_alarms"]


async def test_l24_an_array_that_is_sent_replaces_the_old_one(caller: Caller) -> None:
    """Nothing of the old is kept; unknown members of the new are."""
    alarms = [{"name": "smoke_alarm", "enabled": True, "colour": "red"}]
    assert (await caller.send("PATCH", "/v1/devices/unit", json={"alarms": alarms}))["alarms"] == alarms


@lives_in(World.demo)
async def test_l25_a_measure_that_the_unit_does_not_have_is_an_empty_series(caller: Caller) -> None:
    """It is no error."""
    assert await caller.get("/v1/devices/flat-hallway/measurements", measure="aq_iaq") == []


async def test_l26_an_incident_report_needs_a_day_or_a_range(caller: Caller) -> None:
    """With both, the day wins: a range in the future would fail."""
    body = {"property_id": "home", "emails": ["a@example.com"]}
    status, message = await caller.refused("POST", "/v1/reports/incident", json=body)
    assert status == HTTPStatus.BAD_REQUEST
    assert "'date'" in message
    both = {**body, "date": "2026-06-30", "start_date": "2030-01-01", "end_date": "2030-01-02"}
    report = (await caller.send("POST", "/v1/reports/incident", json=both))["report_id"]
    await caller.advance(60)
    assert (await caller.get(f"/v1/reports/{report}"))["status"] == "completed"
    backwards = {**body, "start_date": "2026-06-30", "end_date": "2026-06-29"}
    assert "start_date" in (await caller.refused("POST", "/v1/reports/incident", json=backwards))[1]


async def test_l27_a_report_goes_its_way_and_says_null_until_it_is_there(caller: Caller) -> None:
    """Pending, processing, completed; one about the future fails."""
    body = {"property_id": "home", "emails": ["a@example.com"], "start_date": "2026-06-29", "end_date": "2026-06-30"}
    report = (await caller.send("POST", "/v1/reports/incident", json=body))["report_id"]
    pending = await caller.get(f"/v1/reports/{report}")
    assert pending["status"] == "pending"
    assert [pending[name] for name in ("report_link", "generated_at", "error_message", "error_at")] == [None] * 4
    await caller.advance(10)
    assert (await caller.get(f"/v1/reports/{report}"))["status"] == "processing"
    await caller.advance(10)
    completed = await caller.get(f"/v1/reports/{report}")
    assert completed["status"] == "completed"
    assert completed["report_link"].endswith(f"{report}.pdf")
    assert completed["emails_sent"] == ["a@example.com"]
    assert completed["generated_at"] == "2026-07-01T12:00:20Z"
    future = {"property_id": "home", "emails": ["a@example.com"], "date": "2026-07-02"}
    report = (await caller.send("POST", "/v1/reports/incident", json=future))["report_id"]
    await caller.advance(20)
    failed = await caller.get(f"/v1/reports/{report}")
    assert (failed["status"], failed["report_link"]) == ("failed", None)
    assert failed["error_message"] == "There are no measurements after 2026-07-01"
    assert failed["error_at"] == "2026-07-01T12:00:40Z"


@pytest.mark.parametrize("retry_after", [None, 30, "Wed, 01 Jul 2026 12:01:00 GMT"])
async def test_l28_a_rate_limit_can_be_switched_on(caller: Caller, retry_after: str | int | None) -> None:
    """With and without Retry-After, in seconds or as a date."""
    wait = {} if retry_after is None else {"retry_after": retry_after}
    await caller.control("POST", "faults", operation="*", kind="status", status=429, **wait)
    response = await caller.ask("GET", "/v1/devices")
    assert response.status == HTTPStatus.TOO_MANY_REQUESTS
    assert response.headers.get("Retry-After") == (None if retry_after is None else str(retry_after))
    assert "message" in await response.json()


async def test_l29_put_sets_what_was_not_sent_to_its_default(caller: Caller) -> None:
    """PATCH keeps it; nested objects are changed member by member."""
    patched = await caller.send("PATCH", "/v1/users/self", json={"preferences": {"temperature_unit": "F"}})
    assert patched["preferences"] == {"currency": "EUR", "language": "en", "temperature_unit": "F"}
    assert patched["company"] == "Example Stays"
    replaced = await caller.send("PUT", "/v1/users/self", json={"name": "Alex"})
    assert (replaced["name"], replaced["company"], replaced["preferences"]["temperature_unit"]) == ("Alex", "", "C")
    await caller.send("PATCH", "/v1/properties/home", json={"settings": {"colour": "blue"}, "enabled": 0})
    kept = await caller.send("PATCH", "/v1/properties/home", json={"settings": {"pets": True}})
    assert (kept["settings"], kept["enabled"]) == ({"colour": "blue", "pets": True}, 0)
    whole = {"name": "Home", "category": "house", "address": "1 Road", "timezone": "Europe/Berlin"}
    put = await caller.send("PUT", "/v1/properties/home", json=whole)
    assert (put["settings"], put["enabled"]) == ({}, 1)


async def test_l32_a_live_session_is_one_with_a_unit_that_is_online(caller: Caller) -> None:
    """An offline unit gets the value later."""
    path, body = "/v1/devices/unit/eco_mode", {"last_PIR_detected_time_th": 600}
    assert (await caller.send("PATCH", path, json=body))["realtime_session"] is True
    await caller.control("PATCH", "devices/unit", online=False)
    answer = await caller.send("PATCH", path, json={"last_PIR_detected_time_th": 10**30})
    assert answer["realtime_session"] is False
    assert (await caller.unit())["settings"]["last_PIR_detected_time_th"] == 10**30


async def test_l34_only_a_unit_that_drives_an_air_conditioner_takes_ac_commands(caller: Caller) -> None:
    """By its own word or by its pillar."""
    timer = {"action": "on", "scheduled_for": "2026-07-01T12:00:05Z"}
    await caller.control("PATCH", "devices/unit", ac_control_active=False)
    await caller.send("POST", "/v1/devices/unit/ac/timer", json=timer)
    await caller.control("PATCH", "devices/unit", device_pillar="noise")
    status, message = await caller.refused("POST", "/v1/devices/unit/ac/timer", json=timer)
    assert status == HTTPStatus.BAD_REQUEST
    assert message.startswith("Studio drives no air conditioner")


def test_l9_the_item_of_a_series_is_a_timestamp_and_a_value() -> None:
    """As the description has it."""
    schema = spec.component(spec.OWNER, "MeasurementPoint")
    spec.check(schema, {"timestamp": "2026-07-01T12:00:00+02:00", "value": None}, "point")
