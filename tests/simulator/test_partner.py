"""The partner API: another, older face of the same account. One promise for each decision that the simulator keeps."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
import pytest

from simulator import World, tokens
from simulator.house.buckets import buckets
from simulator.layla import spec
from tests.simulator.caller import NOON, Caller, PartnerCaller, lives_in

SERIES = "/v1/devices/unit/measurements"
HUT = {"name": "Hut", "category": "apartment", "address": "2 Road", "timezone": "America/Sao_Paulo"}
NEW_UNIT = {"property_id": "home", "device_mac": "02:00:00:00:00:AA", "category": "SP", "name": "Attic"}
PROFILE = {"name": "Alex", "address": "1 Road", "phone": "1", "company": "Stays", "title": "Owner"}


def bearer(**claims: object) -> dict[str, str]:
    """Make the header of a token with these claims."""
    return {"Authorization": f"Bearer {tokens._signed({'sub': 'demo-owner', **claims})}"}


def unit_of(fields: dict[str, Any], measure: str) -> float:
    """Return a latest value of a unit."""
    value: float = next(item["value"] for item in fields["latest_values"] if item["name"] == measure)
    return value


# Where it is, and who may ask


@pytest.mark.parametrize("prefix", ["/partner", "/partner/api"])
async def test_it_is_served_below_its_own_prefix(caller: Caller, prefix: str) -> None:
    """With and without `/api`, like the owner's; what only the owner has is not there."""
    url = caller.running.url + prefix
    assert caller.running.partner_url.endswith("/partner/api")
    async with caller.session.get(f"{url}/v1/devices") as response:
        assert response.status == HTTPStatus.OK
    async with caller.session.get(f"{url}/v3/properties/status") as response:
        assert response.status == HTTPStatus.NOT_FOUND
    async with caller.session.get(f"{url}/v1/devices/all") as response:
        assert response.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("scope", "may_read", "may_write"),
    [("read", True, False), ("write", False, True), ("read write", True, True), ("", False, False)],
)
async def test_a_token_of_a_sign_in_may_do_what_its_scope_says(
    partner: PartnerCaller,
    scope: str,
    may_read: bool,  # noqa: FBT001
    may_write: bool,  # noqa: FBT001
) -> None:
    """`read` for GET, `write` for everything else; a refusal names the scope that is missing."""
    headers = bearer(scope=scope)
    for method, allowed, word in (("GET", may_read, "read"), ("PATCH", may_write, "write")):
        response = await partner.ask(method, "/v1/users/self", headers=headers, json={"name": "Kim"})
        assert response.status == (HTTPStatus.OK if allowed else HTTPStatus.FORBIDDEN)
        if not allowed:
            message = (await response.json())["message"]
            assert message == f"This token has no scope '{word}'; accepted: a sign-in that allows '{word}'"


async def test_an_owners_token_has_no_scope_and_may_do_everything(partner: PartnerCaller) -> None:
    """The other way round it is refused: a token of a sign-in is for partners alone."""
    await partner.send("PATCH", "/v1/users/self", json={"name": "Kim"})
    owner = Caller(partner.session, partner.running)
    refusal = await owner.refused("GET", "/v1/users/self", headers=bearer(scope="read write"))
    assert refusal == (HTTPStatus.UNAUTHORIZED, "This token is for the partner API")


async def test_no_token_is_a_401_here_too(partner: PartnerCaller) -> None:
    async with ClientSession() as session, session.get(f"{partner.address}/v1/devices") as response:
        assert response.status == HTTPStatus.UNAUTHORIZED


async def test_a_fault_on_an_operation_hits_both_apis(caller: Caller, partner: PartnerCaller) -> None:
    """They are counted together as well; operations of one API only can be hit too."""
    await caller.control("POST", "faults", operation="listDevices", kind="status", status=503, times=2)
    await caller.control("POST", "faults", operation="createDevice", kind="status", status=502, times=1)
    assert (await caller.ask("GET", "/v1/devices")).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert (await partner.ask("GET", "/v1/devices")).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert (await partner.ask("POST", "/v1/devices", json=NEW_UNIT)).status == HTTPStatus.BAD_GATEWAY
    assert (await caller.control("GET", "counters"))["by_operation"] == {"createDevice": 1, "listDevices": 2}


# What it shows


@lives_in(World.demo)
async def test_it_says_only_what_its_description_has(caller: Caller, partner: PartnerCaller) -> None:
    """No member, measure, alarm, type or category that is not in it, of anything in the demo homes."""
    for device_id in ("flat-hallway", "villa-living"):
        for alarm in ("smoke_alarm", "noise_alarm"):
            await caller.control("POST", "alarms", device_id=device_id, name=alarm, active=True)
        await caller.control("PATCH", f"devices/{device_id}", snoozed=["smoke_alarm", "noise_alarm"])
    query = {"fields": "alarm_event_counts,latest_values,in_alarm,snoozed,active_alarms"}
    units = await partner.get("/v1/devices", **query)
    assert len(units) == len(await caller.get("/v1/devices")) == 10
    alarms = set(spec.words(spec.PARTNER, "AlarmName"))
    for unit in units:
        assert unit.keys() <= spec.members(spec.PARTNER, "Device")
        assert unit["category"] == "SP"
        assert {item["name"] for item in unit["latest_values"]} <= {"power", "temperature", "noise"}
        assert {item["name"] for kind in ("alarms", "active_alarms", "alarm_event_counts") for item in unit[kind]} <= (
            alarms
        )
    hallway = next(unit for unit in units if unit["id"] == "flat-hallway")
    assert hallway["in_alarm"] == hallway["snoozed"] == ["noise_alarm"]
    assert [alarm["name"] for alarm in hallway["active_alarms"]] == ["noise_alarm"]
    for place in await partner.get("/v1/properties"):
        assert place.keys() <= spec.members(spec.PARTNER, "Property")
        assert set(place["enabled_alarms"]) <= alarms
        assert place["enabled"] is True
    told = await partner.get("/v1/notifications")
    assert {item["type"] for item in told} <= set(spec.words(spec.PARTNER, "NotificationTypeName"))
    assert len(told) < len(await caller.get("/v1/notifications"))
    assert all(item.keys() == {"id", "type", "property_id", "device_id", "seen", "created_at"} for item in told)
    (row, *_) = await partner.get("/v1/statistics", period="day", fields="trends")
    assert row.keys() == {"energy", "costs", "savings", "efficiency_gains", "alarm_counts", "trends"}
    assert (await partner.get("/v1/users/self")).keys() <= spec.members(spec.PARTNER, "User")


async def test_a_unit_in_its_list_is_the_unit_itself(partner: PartnerCaller) -> None:
    (unit,) = await partner.get("/v1/devices", fields="alarm_event_counts,latest_values,in_alarm,snoozed,active_alarms")
    assert unit == await partner.unit()


async def test_what_was_put_into_a_payload_by_hand_shows_here_too(partner: PartnerCaller) -> None:
    """On top of everything: also what the description does not have."""
    await partner.control("PATCH", "devices/unit", raw={"category": "EM", "connection_status": "odd"})
    unit = await partner.unit()
    assert (unit["category"], unit["connection_status"]) == ("EM", "odd")


async def test_settings_of_air_conditioners_are_not_for_partners(caller: Caller, partner: PartnerCaller) -> None:
    """Other settings are."""
    settings = {"appliance_config": {"mode": "cool"}, "schedule": {}, "led": True}
    await caller.send("PATCH", "/v1/devices/unit", json={"settings": settings})
    shown = (await partner.unit())["settings"]
    assert shown == {"last_PIR_detected_time_th": 1800, "led": True}
    await partner.send("PATCH", "/v1/devices/unit", json={"settings": shown | {"led": False}})
    assert (await caller.unit())["settings"] == {"last_PIR_detected_time_th": 1800, **settings, "led": False}


async def test_a_category_that_it_lacks_is_the_nearest_one(caller: Caller, partner: PartnerCaller) -> None:
    """Sent back as it was shown, it stays what it is."""
    await caller.send("PATCH", "/v1/properties/home", json={"category": "lighthouse"})
    (place,) = await partner.get("/v1/properties")
    assert place["category"] == "commercial"
    await partner.send("PATCH", "/v1/properties/home", json={"category": "commercial", "name": "Tower"})
    (place,) = await caller.get("/v1/properties")
    assert (place["category"], place["name"]) == ("lighthouse", "Tower")
    assert len(await partner.get("/v1/statistics", category="commercial")) == 1
    assert await partner.get("/v1/statistics", category="house") == []


async def test_p4_enabled_is_a_boolean_on_a_property(caller: Caller, partner: PartnerCaller) -> None:
    """In and out; the owner API goes on with digits."""
    assert (await partner.send("PATCH", "/v1/properties/home", json={"enabled": False}))["enabled"] is False
    (place,) = await caller.get("/v1/properties")
    assert place["enabled"] == 0
    assert place["enabled"] is not False
    await partner.refused("PATCH", "/v1/properties/home", json={"enabled": 1})


async def test_a_temperature_is_in_the_users_unit(partner: PartnerCaller) -> None:
    """The preference is a free member here, and counts all the same."""
    celsius = unit_of(await partner.unit(), "temperature")
    answer = await partner.send("PATCH", "/v1/users/self", json={"preferences": {"temperature_unit": "F"}})
    assert answer["preferences"]["temperature_unit"] == "F"
    assert unit_of(await partner.unit(), "temperature") == round(celsius * 1.8 + 32, 1)
    status, message = await partner.refused("PATCH", "/v1/users/self", json={"preferences": {"temperature_unit": "K"}})
    assert (status, "body.preferences.temperature_unit" in message) == (HTTPStatus.BAD_REQUEST, True)


@lives_in(World.demo)
async def test_a_currency_that_it_lacks_is_dollars(caller: Caller, partner: PartnerCaller) -> None:
    """In the profile and in what money comes to."""
    dollars = await partner.get("/v1/statistics", property_id="villa", period="day", currency="USD")
    await caller.send("PATCH", "/v1/users/self", json={"preferences": {"currency": "MXN"}})
    assert (await partner.get("/v1/users/self"))["preferences"]["currency"] == "USD"
    assert (await caller.get("/v1/users/self"))["preferences"]["currency"] == "MXN"
    assert await partner.get("/v1/statistics", property_id="villa", period="day") == dollars
    await partner.refused("GET", "/v1/statistics", params={"currency": "MXN"})


@lives_in(World.demo)
async def test_an_order_of_properties_that_nobody_knows_is_none(caller: Caller, partner: PartnerCaller) -> None:
    """One that the owner API knows is known here too."""

    async def found(**query: str) -> list[str]:
        return [place["id"] for place in await partner.get("/v1/properties", **query)]

    assert await found(sort_by="colour") == await found()
    by_crowds = [place["id"] for place in await caller.get("/v1/properties", sort_by="crowd_events")]
    assert await found(sort_by="crowd_events") == by_crowds != await found()


# What it changes


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
async def test_its_toggles_take_patch_put_and_post(caller: Caller, partner: PartnerCaller, method: str) -> None:
    """And switch for both APIs; quiet hours of the occupancy alarm are an alarm name here."""
    await partner.send(method, "/v1/properties/home/alarms", params={"noise_alarm": "false"})
    await partner.send(method, "/v1/properties/home/alarms", params={"occupancy_alarm_quiet_hours": "true"})
    await partner.send(method, "/v1/properties/home/eco_mode", params={"eco_mode": "true"})
    (place,) = await caller.get("/v1/properties")
    assert "noise_alarm" not in place["enabled_alarms"]
    assert "occupancy_alarm_quiet_hours" not in place["enabled_alarms"]
    assert place["enabled_features"] == ["eco"]
    (place,) = await partner.get("/v1/properties")
    assert "occupancy_alarm_quiet_hours" in place["enabled_alarms"]


async def test_alarms_that_it_does_not_show_stay_when_it_replaces_the_others(
    caller: Caller, partner: PartnerCaller
) -> None:
    """In both directions: each API has a name that the other lacks."""
    alarms = [
        {"name": "noise_alarm", "enabled": True, "threshold": 70},
        {"name": "occupancy_alarm_quiet_hours", "enabled": True},
    ]
    assert (await partner.send("PATCH", "/v1/devices/unit", json={"alarms": alarms}))["alarms"] == alarms
    names = [alarm["name"] for alarm in (await caller.unit())["alarms"]]
    assert names[0] == "noise_alarm"
    assert "smoke_alarm" in names
    assert {"occupancy_alarm", "occupancy_alarm_quiet_hours"}.isdisjoint(names)
    await caller.send("PATCH", "/v1/devices/unit", json={"alarms": []})
    assert (await partner.unit())["alarms"] == alarms[1:]


async def test_p5_a_profile_is_overwritten_with_all_that_is_required(caller: Caller, partner: PartnerCaller) -> None:
    """What this API does not have is kept."""
    for missing in PROFILE:
        body = {name: value for name, value in PROFILE.items() if name != missing}
        status, message = await partner.refused("PUT", "/v1/users/self", json=body)
        assert (status, f"{missing!r} is a required property" in message) == (HTTPStatus.BAD_REQUEST, True)
    before = await caller.get("/v1/users/self")
    answer = await partner.send("PUT", "/v1/users/self", json=PROFILE)
    assert (answer["name"], answer["email"]) == ("Alex", "")
    after = await caller.get("/v1/users/self")
    kept = ("is_onboarded", "alarm_notification_preferences", "notification_frequency")
    assert [after[name] for name in kept] == [before[name] for name in kept]


@pytest.mark.parametrize(("policy", "digit"), [(-3, 0), (0, 0), (1, 1), (7, 1), (10**30, 1)])
async def test_p4_any_policy_can_be_accepted(caller: Caller, partner: PartnerCaller, policy: int, digit: int) -> None:
    """The owner API goes on knowing two."""
    answer = await partner.send("PATCH", "/v1/users/self", json={"accepted_policy": policy})
    assert answer["accepted_policy"] == policy
    assert (await caller.get("/v1/users/self"))["accepted_policy"] == digit


async def test_p9_an_uploaded_picture_shows_in_both_profiles(caller: Caller, partner: PartnerCaller) -> None:
    """Overwriting the profile without one takes it away; the owner API cannot change it."""
    first = (await caller.get("/v1/users/self"))["picture_preview_url"]
    urls = await partner.send("POST", "/v1/users/self/picture/upload_urls")
    assert urls["upload_url"].startswith("https://uploads.example.com/")
    await partner.send("PATCH", "/v1/users/self", json={"picture_url": urls["picture_url"]})
    await caller.send("PUT", "/v1/users/self", json={"name": "Alex", "picture_url": "https://elsewhere.example.com"})
    for api in (caller, partner):
        assert (await api.get("/v1/users/self"))["picture_preview_url"] == urls["picture_url"]
    assert (await partner.send("PUT", "/v1/users/self", json=PROFILE))["picture_preview_url"] == first


@pytest.mark.parametrize(
    ("path", "body", "member"),
    [
        ("/v1/properties/home", {"name": "x" * 101}, "body.name"),
        ("/v1/devices/unit", {"name": "x" * 51}, "body.name"),
        ("/v1/devices/unit", {"settings": {"last_PIR_detected_time_th": "soon"}}, "body.settings.last_PIR"),
        (
            "/v1/devices/unit",
            {"alarms": [{"name": "noise_alarm", "quiet_hours": {"start_time": "late"}}]},
            "body.alarms[0].quiet_hours.start_time",
        ),
    ],
)
async def test_what_the_owner_api_could_not_show_is_refused(
    partner: PartnerCaller, path: str, body: dict[str, Any], member: str
) -> None:
    """The account is one, and holds what both can say."""
    status, message = await partner.refused("PATCH", path, json=body)
    assert status == HTTPStatus.BAD_REQUEST
    assert message.startswith(member)


@lives_in(World.demo)
async def test_a_locked_unit_can_be_changed_otherwise(partner: PartnerCaller) -> None:
    """There is no pillar here to be locked to; a member that is not described is ignored."""
    unit = partner.world.devices["flat-bedroom"]
    unit.category = "EM"
    body = {"name": "Guest room", "device_pillar": "smart_ac", "category": "SP"}
    assert (await partner.send("PATCH", "/v1/devices/flat-bedroom", json=body))["name"] == "Guest room"
    assert (unit.pillar, unit.category) == ("noise", "EM")


# What it adds


async def test_a_new_property_shows_in_both_apis_at_once(caller: Caller, partner: PartnerCaller) -> None:
    """With an id of its own each, and everything that was said about it."""
    made = [await partner.send("POST", "/v1/properties", json={**HUT, "enabled": False}) for _ in range(2)]
    assert len({place["id"] for place in made} | {"home"}) == 3
    for api in (caller, partner):
        (found,) = await api.get("/v1/properties", id=made[0]["id"])
        assert {name: found[name] for name in HUT} == HUT
        assert not found["enabled"]
    assert made[0]["total_savings"]["energy"] == 0
    status, message = await partner.refused("POST", "/v1/properties", json={**HUT, "timezone": "Mars/Olympus"})
    assert (status, message.startswith("body.timezone")) == (HTTPStatus.BAD_REQUEST, True)
    assert len(caller.world.properties) == 3


@pytest.mark.parametrize("world", [World.tiny, World.demo], indirect=True, ids=["still", "alive"])
async def test_a_registered_unit_works_like_any_other(caller: Caller, partner: PartnerCaller) -> None:
    """Everywhere at once: it measures, its alarms ring, it lives in a world that does."""
    home = next(iter(caller.world.properties))
    more = {"enabled": True, "features": ["eco"], "settings": {"led": True}}
    made = await partner.send("POST", "/v1/devices", json={**NEW_UNIT, "property_id": home, **more})
    assert {item["name"] for item in made["latest_values"]} == {"power", "temperature", "noise"}
    assert made["device_mac"] == NEW_UNIT["device_mac"]
    assert made["settings"] == {"last_PIR_detected_time_th": 1800, "led": True}
    assert made["features"] == ["eco"]
    owned = await caller.unit(made["id"])
    assert (owned["name"], owned["property_id"], owned["connection_status"]) == ("Attic", home, "online")
    assert made["id"] in [unit["id"] for unit in await partner.get("/v1/devices", property_id=home)]
    await caller.control("POST", "alarms", device_id=made["id"], name="noise_alarm", active=True)
    assert (await partner.unit(made["id"]))["in_alarm"] == ["noise_alarm"]
    alive = any(unit.room.changes_by_itself for unit in caller.world.devices.values())
    assert caller.world.devices[made["id"]].room.changes_by_itself == alive


async def test_a_unit_is_registered_once_and_in_a_property_that_there_is(partner: PartnerCaller) -> None:
    """The document has no 409 for it, so both are a 400; alarms can be chosen."""
    alarms = [{"name": "security_alarm", "enabled": True}]
    made = await partner.send("POST", "/v1/devices", json={**NEW_UNIT, "alarms": alarms})
    assert made["alarms"] == alarms
    again = {**NEW_UNIT, "device_mac": "02:00:00:00:00:aa"}
    status, message = await partner.refused("POST", "/v1/devices", json=again)
    assert (status, message.startswith("body.device_mac")) == (HTTPStatus.BAD_REQUEST, True)
    nowhere = {**NEW_UNIT, "device_mac": "02:00:00:00:00:ab", "property_id": "nowhere"}
    status, message = await partner.refused("POST", "/v1/devices", json=nowhere)
    assert (status, message.startswith("body.property_id")) == (HTTPStatus.BAD_REQUEST, True)
    assert len(partner.world.devices) == 2


async def test_an_order_of_more_units_is_kept(partner: PartnerCaller) -> None:
    """With an id and the time; a property that it names must be there."""
    wanted = {"sensors_count": 3, "city": "Berlin", "property_id": "home"}
    first = await partner.send("POST", "/v1/sensor_requests", json={**wanted, "colour": "red"})
    assert first == {"id": first["id"], **wanted, "created_at": "2026-07-01T12:00:00Z"}
    second = await partner.send("POST", "/v1/sensor_requests", json={"sensors_count": 1})
    assert list(partner.world.orders) == [first["id"], second["id"]]
    status, _ = await partner.refused("POST", "/v1/sensor_requests", json={**wanted, "property_id": "nowhere"})
    assert status == HTTPStatus.BAD_REQUEST


# Series


@pytest.mark.parametrize("moment", ["2026-06-30T12:00:00Z", "2026-06-30T12:00:00+02:00", "yesterday"])
async def test_a_range_is_in_local_time_without_an_offset(partner: PartnerCaller, moment: str) -> None:
    """An offset is refused, and the refusal says so. Noon is noon in Berlin."""
    status, message = await partner.refused("GET", SERIES, params={"measure": "noise", "start": moment})
    assert status == HTTPStatus.BAD_REQUEST
    assert message.endswith("accepted: a local time without an offset, such as 2024-05-01T00:00:00")
    query = {"measure": "noise", "start": "2026-06-30T12:00:00", "end": "2026-06-30T14:00:00"}
    points = await partner.get(SERIES, granularity="hours", **query)
    assert [point["timestamp"] for point in points] == ["2026-06-30T12:00:00+02:00", "2026-06-30T13:00:00+02:00"]


@pytest.mark.parametrize(
    ("days", "distance"),
    [(7, timedelta(hours=1)), (8, timedelta(days=1)), (92, timedelta(days=1)), (93, None), (1827, None), (1828, None)],
)
async def test_the_granularity_follows_the_range(partner: PartnerCaller, days: int, distance: timedelta | None) -> None:
    """Hours up to a week, days up to a quarter, months up to five years, then years."""
    query = {"measure": "noise", "start": (NOON - timedelta(days=days)).isoformat()[:19], "end": "2026-07-01T12:00:00"}
    stamps = [point["timestamp"] for point in await partner.get(SERIES, **query)]
    if distance is not None:
        assert len(stamps) == timedelta(days=days) / distance
        return
    assert {stamp[8:19] for stamp in stamps} == {"01T00:00:00"}
    assert ({stamp[5:7] for stamp in stamps} == {"01"}) == (days == 1828)


@pytest.mark.parametrize("granularity", ["minutes", "15min"])
async def test_p6_each_api_keeps_to_its_own_granularities(
    caller: Caller, partner: PartnerCaller, granularity: str
) -> None:
    await partner.refused("GET", SERIES, params={"measure": "noise", "granularity": granularity})
    await caller.refused("GET", SERIES, params={"measure": "noise", "granularity": "days"})


@lives_in(World.demo)
async def test_days_months_and_years_are_those_of_the_propertys_calendar(partner: PartnerCaller) -> None:
    """They begin at midnight, also where the clock was changed in between: London in winter and summer."""
    path = "/v1/devices/flat-hallway/measurements"
    query = {"measure": "temperature", "end": "2026-04-02T00:00:00"}

    async def starts(granularity: str, start: str) -> list[str]:
        points = await partner.get(path, granularity=granularity, start=start, **query)
        return [point["timestamp"] for point in points]

    assert await starts("days", "2026-03-28T00:00:00") == [
        "2026-03-28T00:00:00+00:00",
        "2026-03-29T00:00:00+00:00",
        "2026-03-30T00:00:00+01:00",
        "2026-03-31T00:00:00+01:00",
        "2026-04-01T00:00:00+01:00",
    ]
    assert await starts("months", "2026-01-01T00:00:01") == [
        "2026-02-01T00:00:00+00:00",
        "2026-03-01T00:00:00+00:00",
        "2026-04-01T00:00:00+01:00",
    ]
    assert await starts("years", "2024-06-01T00:00:00") == ["2025-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"]


@lives_in(World.demo)
async def test_a_day_is_the_mean_of_its_hours(partner: PartnerCaller) -> None:
    """Nearly: a day is looked at eight times."""
    query = {"measure": "temperature", "start": "2026-06-29T00:00:00", "end": "2026-06-30T00:00:00"}
    path = "/v1/properties/flat/measurements"
    (day,) = await partner.get(path, granularity="days", **query)
    hours = [point["value"] for point in await partner.get(path, granularity="hours", **query)]
    assert day["value"] == pytest.approx(sum(hours) / 24, abs=0.4)


async def test_too_many_points_and_impossible_years_are_refused(partner: PartnerCaller) -> None:
    """The most is the same as in the owner API."""
    query = {"measure": "noise", "granularity": "days", "start": "1990-01-01T00:00:00"}
    _, message = await partner.refused("GET", SERIES, params=query)
    assert "points of days; accepted: at most 10000" in message
    for year in ("0001", "9999"):
        query = {"measure": "noise", "start": f"{year}-01-01T00:00:00"}
        status, message = await partner.refused("GET", SERIES, params=query)
        assert (status, message.endswith("accepted: years 2 to 9998")) == (HTTPStatus.BAD_REQUEST, True)


# Statistics


@lives_in(World.demo)
async def test_savings_add_up(caller: Caller, partner: PartnerCaller) -> None:
    """Hours and the total tell of the same energy, and the owner's statistics of no other."""
    query = {"start": "2026-06-24T12:00:00Z", "end": "2026-07-01T12:00:00", "timezone": "UTC", "property_ids": "villa"}
    total = await partner.get("/v1/statistics/savings/summary", currency="USD", **query)
    assert total.keys() == {"energy", "costs", "co2", "trees"}
    hours = await partner.get("/v1/statistics/savings", granularity="hours", **query)
    assert sum(point["energy"] for point in hours) == pytest.approx(total["energy"], abs=1)
    (row,) = await caller.get("/v1/statistics", period="week", property_id="villa", currency="USD")
    assert row["savings"] == total
    gains = await partner.get("/v1/statistics/efficiency_gains/summary", **query)
    assert gains == {"value": row["efficiency_gains"]}
    days = await partner.get("/v1/statistics/efficiency_gains", granularity="days", **query)
    assert len(days) == 7
    assert all(0 <= point["value"] < 100 for point in days)
    flat = await partner.get("/v1/statistics/savings/summary", device_ids="flat-hallway")
    assert flat["energy"] == 0


async def test_nothing_is_saved_before_there_was_a_unit_nor_in_the_future(partner: PartnerCaller) -> None:
    """Buckets are there, with nothing in them."""
    for start, end in (("2019-01-01T00:00:00", "2020-01-01T00:00:00"), ("2030-01-01T00:00:00", "2031-01-01T00:00:00")):
        points = await partner.get("/v1/statistics/efficiency_gains", granularity="months", start=start, end=end)
        assert [point["value"] for point in points] == [0] * 12


@lives_in(World.demo)
async def test_alarm_events_are_the_owners(caller: Caller, partner: PartnerCaller) -> None:
    """Of the seven alarms that this API knows, and of no other."""
    query = {"start": "2026-06-10T00:00:00", "end": "2026-07-01T00:00:00", "timezone": "UTC"}
    path = "/v1/statistics/alarm_events/noise_alarm"
    points = await partner.get(path, granularity="days", **query)
    assert len(points) == 21
    total = await partner.get(f"{path}/summary", **query)
    assert sum(point["value"] for point in points) == total["value"] > 0
    assert total == await caller.get(f"{path}/summary", **query)
    status, message = await partner.refused("GET", "/v1/statistics/alarm_events/smoke_alarm/summary")
    assert (status, message.startswith("name: there is no alarm 'smoke_alarm'")) == (HTTPStatus.BAD_REQUEST, True)


@pytest.mark.parametrize("period", ["two_days", "three_months"])
async def test_statistics_have_fewer_periods(partner: PartnerCaller, period: str) -> None:
    await partner.refused("GET", "/v1/statistics", params={"period": period})


def test_a_day_that_a_zone_left_out_is_no_bucket() -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    zone = ZoneInfo("Pacific/Apia")
    start, end = (datetime(2011, 12, day, 12, tzinfo=zone) for day in (28, 31))
    days = list(buckets(start, end, "days", zone))
    assert [bucket.start.isoformat() for bucket in days] == ["2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"]
    assert [bucket.width for bucket in days] == [86_400, 86_400]
