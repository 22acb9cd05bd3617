"""Payloads → model: whatever does not fit costs itself, never its neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
from hypothesis.strategies import SearchStrategy
import pytest

from custom_components.layla.cloud.air_conditioner import Appliance, Mode
from custom_components.layla.cloud.catalogue import ALARMS
from custom_components.layla.cloud.layla import parse
from custom_components.layla.cloud.layla.parse import Household, Unit
from custom_components.layla.cloud.model import AlarmState, Device, Event, Phase, Point, Property, QuietHours, Reading
from custom_components.layla.cloud.tolerant import Oddities
from tests.cloud.description import OWNER
from tests.cloud.strategies import anything, secrets

from .payloads import DEVICE, NOTIFICATION, POINT, PROPERTY, USER

BERLIN: Final = ZoneInfo("Europe/Berlin")
ZONES: Final = {"Europe/Berlin": BERLIN}
HOME: Final = Property(
    id="home",
    name="Tiny Home",
    category="house",
    zone=BERLIN,
    enabled_alarms=frozenset({"noise_alarm", "security_alarm"}),
    eco=True,
)
HOUSEHOLD: Final = Household(fahrenheit=False, properties={"home": HOME})
FAHRENHEIT: Final = replace(HOUSEHOLD, fahrenheit=True)
WRONG: Final[Sequence[Any]] = (None, True, 5, 1.5, -1, "wrong", "", [], ["wrong"], [5], [{}], [[]], {}, {"wrong": 1})


def units(*payloads: object, household: Household = HOUSEHOLD) -> tuple[list[Unit], dict[str, int]]:
    """Read units; return them and what was odd."""
    oddities = Oddities()
    return parse.units(payloads, household, oddities), dict(oddities.counts)


def unit(household: Household = HOUSEHOLD, **members: object) -> Device:
    """Read one unit with some members changed."""
    (found,), _ = units({**DEVICE, **members}, household=household)
    return found.device


def states(device: Device) -> dict[str, bool | None]:
    """Return which alarms are active."""
    return {name: state.active for name, state in device.alarms.items()}


# units


def test_a_unit_is_read() -> None:
    (found,), odd = units(DEVICE)
    assert found == Unit(
        device=Device(
            id="unit-1",
            property_id="home",
            name="Studio",
            category="SP",
            serial_number="LY12AB",
            online=True,
            enabled=True,
            pillar="noise",
            drives_ac=False,
            readings={"temperature": Reading(value=24.5), "noise": Reading(value=38.0)},
            alarms={
                "mold_alarm": AlarmState(active=False, armed=False, snoozed=True),
                "noise_alarm": AlarmState(
                    active=True,
                    armed=True,
                    snoozed=False,
                    threshold=75,
                    quiet_hours=QuietHours(on=True, start=time(22, 30), end=time(7)),
                    since=found.last_seen,
                ),
            },
            eco_seconds=1800,
        ),
        last_seen=datetime(2026, 11, 20, 11, 59, 30, tzinfo=UTC),
        alarms_told=True,
        settings={"last_PIR_detected_time_th": 1800},
    )
    assert found.device.readings["noise"].at == datetime(2026, 11, 20, 11, 58, tzinfo=UTC)
    assert found.device.alarms["noise_alarm"].since == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    assert odd == {}


def test_a_unit_of_which_only_the_id_is_known_is_one() -> None:
    (found,), odd = units({"id": "unit-1"})
    assert found == Unit(
        device=Device(
            id="unit-1",
            property_id=None,
            name=None,
            category=None,
            serial_number=None,
            online=None,
            enabled=True,
            pillar=None,
            drives_ac=False,
            readings={},
            alarms={},
        ),
        last_seen=None,
        alarms_told=False,
        settings={},
    )
    assert odd == {}


# settings


@pytest.mark.parametrize(
    ("written", "hours", "odd"),
    [
        (None, None, {}),
        ({}, QuietHours(on=None, start=None, end=None), {}),
        ({"start_time": "22:30:15"}, QuietHours(on=None, start=time(22, 30), end=None), {}),
        ({"start_time": "22:30Z"}, QuietHours(on=None, start=None, end=None), {".start_time: time of day expected": 1}),
        ({"end_time": "24:30"}, QuietHours(on=None, start=None, end=None), {".end_time: time of day expected": 1}),
        ({"end_time": 7}, QuietHours(on=None, start=None, end=None), {".end_time: time of day expected": 1}),
        ({"enabled": "no"}, QuietHours(on=None, start=None, end=None), {".enabled: boolean expected": 1}),
        ("22:30-07:00", QuietHours(on=None, start=None, end=None), {": object expected": 1}),
    ],
)
def test_quiet_hours_are_read_as_far_as_they_can_be(
    written: object, hours: QuietHours | None, odd: Mapping[str, int]
) -> None:
    (found,), oddities = units({**DEVICE, "alarms": [{"name": "noise_alarm", "quiet_hours": written}]})
    assert found.device.alarms["noise_alarm"].quiet_hours == hours
    assert oddities == {f"device.alarms.quiet_hours{place}": count for place, count in odd.items()}


@given(anything)
def test_no_settings_of_an_alarm_raise(wrong: object) -> None:
    members = {"enabled": wrong, "threshold": wrong, "quiet_hours": wrong}
    hours = {"enabled": wrong, "start_time": wrong, "end_time": wrong}
    alarms = [{"name": "noise_alarm", **members}, {"name": "mold_alarm", "quiet_hours": hours}]
    assert unit(alarms=alarms).alarms.keys() == {"noise_alarm", "mold_alarm"}


@pytest.mark.parametrize(("written", "read"), [(900, 900), (900.4, 900), ("60", 60), ("long", None), (None, None)])
def test_the_time_of_eco_mode_is_whole_seconds(written: object, read: int | None) -> None:
    assert unit(settings={"last_PIR_detected_time_th": written}).eco_seconds == read


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["noise_alarm"], {"noise_alarm"}),
        ([{"name": "noise_alarm"}, "security_alarm"], {"noise_alarm", "security_alarm"}),
        ([], set()),
        ([5, None], set()),
        (None, None),
        ("noise_alarm", None),
    ],
)
def test_a_property_tells_what_is_armed_and_whether_eco_mode_is_on_or_not_at_all(
    written: object, names: set[str] | None
) -> None:
    (found,) = parse.properties([{**PROPERTY, "enabled_alarms": written}], ZONES, Oddities()).values()
    assert found.enabled_alarms == names
    (found,) = parse.properties([{**PROPERTY, "enabled_features": written}], ZONES, Oddities()).values()
    assert found.eco is (None if names is None else False)


def test_quiet_hours_of_many_units_are_one_object() -> None:
    found, _ = units(DEVICE, {**DEVICE, "id": "unit-2"})
    first, second = (each.device.alarms["noise_alarm"].quiet_hours for each in found)
    assert first is second


# the air conditioner

CONFIG: Final[Mapping[str, Any]] = {
    "vendor": "Acme",
    "model": "X1",
    "mode": "cool",
    "temperature": 22.5,
    "fan_speed": "high",
    "swing": "off",
    "beep": False,
}


def appliance(**members: object) -> Appliance | None:
    """Read the air conditioner of a unit whose settings have such a config."""
    return unit(settings={"appliance_config": members}).appliance


def test_a_units_settings_tell_of_its_air_conditioner() -> None:
    (found,), odd = units({**DEVICE, "settings": {"appliance_config": CONFIG, "level": 3}})
    assert found.device.appliance == Appliance(
        vendor="Acme", model="X1", mode=Mode.COOL, temperature=22.5, fan="high", swing="off"
    )
    assert found.settings == {"appliance_config": CONFIG, "level": 3}
    assert odd == {}


def test_what_a_config_does_not_tell_is_unknown() -> None:
    assert appliance(model="X1") == Appliance(model="X1")


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        *((mode.value, mode) for mode in Mode),
        ("fan", Mode.FAN_ONLY),
        ("heat_cool", Mode.AUTO),
        ("COOL", Mode.COOL),
        ("turbo", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_modes_are_read_in_the_vendors_words(word: object, mode: Mode | None) -> None:
    found = appliance(vendor="Acme", mode=word)
    assert found is not None
    assert found.mode is mode


@pytest.mark.parametrize("settings", [*WRONG, {"appliance_config": {}}, {"appliance_config": None}])
def test_settings_without_a_config_tell_of_no_air_conditioner(settings: object) -> None:
    assert unit(settings=settings).appliance is None


@pytest.mark.parametrize("wrong", WRONG)
def test_a_broken_member_of_a_config_costs_itself_alone(wrong: object) -> None:
    for member in CONFIG:
        found = appliance(**{**CONFIG, member: wrong})
        assert found is not None
        if member != "vendor":
            assert found.vendor == "Acme"


@given(anything)
def test_no_settings_raise(settings: object) -> None:
    units({**DEVICE, "settings": settings}, {**DEVICE, "settings": {"appliance_config": settings}})


TOUCHED: Final[Mapping[str, set[str]]] = {
    "name": {"name"},
    "property_id": {"property_id"},
    "serial_number": {"serial_number"},
    "category": {"category"},
    "enabled": {"enabled"},
    "device_pillar": {"pillar", "drives_ac"},
    "ac_control_active": {"drives_ac"},
    "alarms": {"alarms"},
    "in_alarm": {"alarms"},
    "snoozed": {"alarms"},
    "active_alarms": {"alarms"},
    "latest_values": {"readings"},
    "settings": {"eco_seconds", "appliance"},
    "connection_status": {"online"},
    "last_updated_at": set(),
    "device_mac": set(),
}
"""What of a unit a member of its payload may change."""


@pytest.mark.parametrize("member", TOUCHED)
def test_a_wrong_member_costs_itself_and_nothing_else(member: str) -> None:
    (whole,), _ = units(DEVICE)
    for wrong in WRONG:
        (before, broken, after), _ = units({**DEVICE, "id": "a"}, {**DEVICE, member: wrong}, {**DEVICE, "id": "b"})
        assert before.device == replace(whole.device, id="a")
        assert after.device == replace(whole.device, id="b")
        for name in set(Device.__dataclass_fields__) - TOUCHED[member]:
            assert getattr(broken.device, name) == getattr(whole.device, name), wrong
        if member != "last_updated_at":
            assert broken.last_seen == whole.last_seen


def test_wrong_types_in_every_member_at_once_leave_the_unit_and_its_neighbours() -> None:
    (whole,), _ = units(DEVICE)
    for wrong in WRONG:
        broken = {**dict.fromkeys(DEVICE, wrong), "id": "unit-1"}
        found, _ = units({**DEVICE, "id": "a"}, broken, {**DEVICE, "id": "b"})
        assert [each.device.id for each in found] == ["a", "unit-1", "b"], wrong
        assert found[0].device == replace(whole.device, id="a")
        assert found[2].device == replace(whole.device, id="b")


@pytest.mark.parametrize("wrong", [None, True, 1.5, "", [], {}])
def test_a_unit_without_an_id_is_left_out_and_counted(wrong: object) -> None:
    found, odd = units({**DEVICE, "id": wrong}, DEVICE)
    assert [each.device.id for each in found] == ["unit-1"]
    assert odd["device: left out, no id"] == 1


def test_a_unit_with_a_number_for_an_id_is_taken() -> None:
    assert unit(id=4711).id == "4711"


def test_what_is_no_unit_is_counted() -> None:
    found, odd = units(None, "unit", 5, [DEVICE], DEVICE)
    assert len(found) == 1
    assert odd == {"device: object expected": 4}


@pytest.mark.parametrize(("written", "online"), [("online", True), ("offline", False), (None, None)])
def test_a_unit_is_online_offline_or_unknown(written: str | None, *, online: bool | None) -> None:
    assert unit(connection_status=written).online is online


def test_another_state_of_the_connection_is_unknown_and_counted() -> None:
    (found,), odd = units({**DEVICE, "connection_status": "sleeping"})
    assert found.device.online is None
    assert odd == {"device.connection_status: unknown sleeping": 1}


@pytest.mark.parametrize(("written", "enabled"), [(0, False), (1, True), (False, False), (True, True), (None, True)])
def test_enabled_comes_as_a_boolean_or_as_zero_or_one(written: object, *, enabled: bool) -> None:
    assert unit(enabled=written).enabled is enabled


@pytest.mark.parametrize(
    ("pillar", "active", "drives"),
    [
        ("smart_ac", None, True),
        ("smart_ac", False, True),
        ("noise", True, True),
        ("noise", 1, True),
        (None, True, True),
        ("noise", False, False),
        ("noise", None, False),
        (None, None, False),
        ("air_quality", "on", False),
    ],
)
def test_a_unit_drives_an_ac_by_its_pillar_or_by_its_own_word(pillar: object, active: object, *, drives: bool) -> None:
    assert unit(device_pillar=pillar, ac_control_active=active).drives_ac is drives


def test_a_new_pillar_is_kept() -> None:
    assert unit(device_pillar="leak").pillar == "leak"


# readings


def test_an_unknown_measure_is_counted_and_left_out() -> None:
    values = [{"name": "radon", "value": 5}, {"name": "noise", "value": 40}]
    (found,), odd = units({**DEVICE, "latest_values": values})
    assert found.device.readings == {"noise": Reading(value=40.0)}
    assert odd == {"device.latest_values: unknown radon": 1}


@pytest.mark.parametrize("wrong", [None, "loud", True, [], {}, float("nan")])
def test_a_reading_without_a_number_is_there_and_has_no_value(wrong: object) -> None:
    device = unit(latest_values=[{"name": "noise", "value": wrong}, {"name": "power", "value": 4}])
    assert device.readings == {"noise": Reading(value=None), "power": Reading(value=4.0)}


def test_a_reading_in_text_is_taken_and_counted() -> None:
    (found,), odd = units({**DEVICE, "latest_values": [{"name": "noise", "value": "38.5"}]})
    assert found.device.readings == {"noise": Reading(value=38.5)}
    assert odd == {"device.latest_values.value: number expected": 1}


@pytest.mark.parametrize("wrong", ["noise", None, 5, {"value": 5}, {"name": None, "value": 5}, []])
def test_one_broken_reading_leaves_the_others_alone(wrong: object) -> None:
    device = unit(latest_values=[wrong, {"name": "power", "value": 4}])
    assert device.readings["power"] == Reading(value=4.0)
    assert all(reading.value is None for name, reading in device.readings.items() if name != "power")


def test_fahrenheit_becomes_celsius_in_temperatures_alone() -> None:
    values = [{"name": name, "value": 75.2} for name in ("temperature", "humidity", "power", "mold_risk_index")]
    device = unit(FAHRENHEIT, latest_values=values)
    assert {name: reading.value for name, reading in device.readings.items()} == {
        "temperature": 24.0,
        "humidity": 75.2,
        "power": 75.2,
        "mold_risk_index": 75.2,
    }


def test_times_without_offset_are_the_propertys() -> None:
    values = [{"name": "noise", "value": 38, "timestamp": "2026-07-01T12:00:00"}]
    (found,), _ = units({**DEVICE, "latest_values": values, "last_updated_at": "2026-11-20T12:00:00"})
    assert found.device.readings["noise"].at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert found.last_seen == datetime(2026, 11, 20, 11, tzinfo=UTC)


def test_times_without_offset_are_utc_in_a_property_that_we_do_not_know() -> None:
    (found,), _ = units({**DEVICE, "property_id": "other", "last_updated_at": "2026-11-20T12:00:00"})
    assert found.last_seen == datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("stamp", [{}, {"timestamp": None}, {"timestamp": "now"}])
def test_a_reading_without_a_time_is_as_old_as_the_unit(stamp: dict[str, object]) -> None:
    device = unit(latest_values=[{"name": "noise", "value": 38, **stamp}])
    assert device.readings["noise"].at == datetime(2026, 11, 20, 11, 59, 30, tzinfo=UTC)


# alarms


def test_alarms_are_those_configured_and_those_in_any_list_of_states() -> None:
    device = unit(
        alarms=[{"name": "co_alarm", "enabled": True}],
        in_alarm=["smoke_alarm"],
        snoozed=["bvoc_alarm"],
        active_alarms=[{"name": "noise_alarm"}],
    )
    assert device.alarms == {
        "bvoc_alarm": AlarmState(active=False, armed=None, snoozed=True),
        "co_alarm": AlarmState(active=False, armed=True, snoozed=False),
        "noise_alarm": AlarmState(active=True, armed=None, snoozed=False),
        "smoke_alarm": AlarmState(active=True, armed=None, snoozed=False),
    }


@pytest.mark.parametrize("form", [lambda name: name, lambda name: {"name": name}], ids=["texts", "objects"])
def test_names_of_alarms_come_as_texts_or_as_objects(form: Any) -> None:
    device = unit(
        alarms=[form("co_alarm")],
        in_alarm=[form("smoke_alarm")],
        snoozed=[form("smoke_alarm")],
        active_alarms=[form("co_alarm")],
    )
    assert device.alarms == {
        "co_alarm": AlarmState(active=True, armed=None, snoozed=False),
        "smoke_alarm": AlarmState(active=True, armed=None, snoozed=True),
    }


@pytest.mark.parametrize("member", ["alarms", "in_alarm", "snoozed", "active_alarms"])
def test_an_unknown_alarm_is_kept_and_counted(member: str) -> None:
    (found,), odd = units({**DEVICE, member: [{"name": "radon_alarm", "enabled": True}]})
    assert "radon_alarm" in found.device.alarms
    assert odd == {"device.alarms: unknown radon_alarm": 1}


@pytest.mark.parametrize("missing", [None, "noise_alarm", {}, 5])
def test_alarms_are_unknown_when_no_list_of_active_ones_came(missing: object) -> None:
    (found,), _ = units({**DEVICE, "in_alarm": missing, "active_alarms": missing})
    assert states(found.device) == {"mold_alarm": None, "noise_alarm": None}
    assert found.device.alarms["noise_alarm"].armed is True
    assert found.device.alarms["mold_alarm"].snoozed is True
    assert not found.alarms_told


@pytest.mark.parametrize("member", ["in_alarm", "active_alarms"])
def test_one_list_of_active_alarms_is_enough(member: str) -> None:
    lists = {"in_alarm": None, "active_alarms": None, member: ["noise_alarm"]}
    (found,), _ = units({**DEVICE, **lists})
    assert states(found.device) == {"mold_alarm": False, "noise_alarm": True}
    assert found.alarms_told


def test_empty_lists_say_that_nothing_is_active() -> None:
    assert states(unit(in_alarm=[], active_alarms=[])) == {"mold_alarm": False, "noise_alarm": False}


def test_the_start_of_an_alarm_without_offset_is_the_propertys() -> None:
    device = unit(active_alarms=[{"name": "noise_alarm", "started_at": "2026-11-20T12:30:00"}])
    assert device.alarms["noise_alarm"].since == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(("written", "armed"), [(1, True), (0, False), ("true", True), (None, None), ("maybe", None)])
def test_armed_comes_as_a_boolean_or_as_zero_or_one_or_is_unknown(written: object, *, armed: bool | None) -> None:
    assert unit(alarms=[{"name": "noise_alarm", "enabled": written}]).alarms["noise_alarm"].armed is armed


# the household


@pytest.mark.parametrize(
    ("preferences", "fahrenheit"),
    [({"temperature_unit": "F"}, True), ({"temperature_unit": "C"}, False), ({}, False), (None, False), ("F", False)],
)
def test_temperatures_are_celsius_unless_the_profile_says_fahrenheit(preferences: object, *, fahrenheit: bool) -> None:
    assert parse.profile({**USER, "preferences": preferences}, Oddities()).fahrenheit is fahrenheit


def test_another_temperature_unit_is_counted() -> None:
    oddities = Oddities()
    assert not parse.profile({"preferences": {"temperature_unit": "K"}}, oddities).fahrenheit
    assert oddities.counts == {"user.preferences.temperature_unit: unknown K": 1}


def test_a_profile_keeps_the_address_and_does_not_show_it() -> None:
    profile = parse.profile(USER, Oddities())
    assert profile.email == "robin@example.com"
    assert "robin" not in repr(profile)


def test_properties_are_read() -> None:
    oddities = Oddities()
    assert parse.properties([PROPERTY], ZONES, oddities) == {"home": HOME}
    assert oddities.counts == {}


@pytest.mark.parametrize("zone", [None, "Mars/Olympus", 5, ""])
def test_a_property_in_a_zone_that_we_do_not_know_is_read_in_utc_and_counted(zone: object) -> None:
    oddities = Oddities()
    found = parse.properties([{**PROPERTY, "timezone": zone}], ZONES, oddities)
    assert found == {"home": replace(HOME, zone=UTC)}
    assert oddities.counts["property.timezone: unknown zone"] == 1


def test_one_broken_property_leaves_the_others_alone() -> None:
    broken = {member: ["wrong"] for member in PROPERTY}
    assert parse.properties([None, broken, {}, PROPERTY], ZONES, Oddities()) == {"home": HOME}


def test_names_of_zones_are_collected_once() -> None:
    reply = [PROPERTY, PROPERTY, {"timezone": "Asia/Tokyo"}, {"timezone": 5}, {"timezone": ""}, {}, "x"]
    assert parse.zone_names(reply) == {"Europe/Berlin", "Asia/Tokyo"}


def test_the_zone_of_a_unit_without_property_is_utc() -> None:
    assert HOUSEHOLD.zone("home") is BERLIN
    assert HOUSEHOLD.zone(None) is UTC
    assert HOUSEHOLD.zone("other") is UTC


# notifications


def events(*payloads: object) -> tuple[list[Event], dict[str, int]]:
    """Read notifications; return the events and what was odd."""
    oddities = Oddities()
    return parse.events(payloads, oddities), dict(oddities.counts)


def test_a_notification_is_an_event() -> None:
    assert events(NOTIFICATION) == (
        [
            Event(
                id="note-1",
                property_id="home",
                device_id="unit-1",
                alarm="noise_alarm",
                phase=Phase.STARTED,
                at=datetime(2026, 11, 20, 11, 30, tzinfo=UTC),
            )
        ],
        {},
    )


@pytest.mark.parametrize("kind", OWNER.schema("NotificationTypeName")["enum"])
def test_every_described_notification_is_an_alarms_phase_or_about_eco_mode(kind: str) -> None:
    found, odd = events({**NOTIFICATION, "type": kind})
    assert odd == {}
    assert [f"{event.alarm}_{'start' if event.phase is Phase.STARTED else 'end'}" for event in found] == (
        [] if kind == "eco_mode_enabled" else [kind]
    )
    assert all(event.alarm in ALARMS for event in found)


def test_an_unknown_alarm_has_events_too() -> None:
    found, odd = events({**NOTIFICATION, "type": "radon_alarm_end"})
    assert [(event.alarm, event.phase) for event in found] == [("radon_alarm", Phase.ENDED)]
    assert odd == {}


@pytest.mark.parametrize("kind", ["payment_due", "start", "restart"])
def test_another_kind_of_notification_is_counted(kind: str) -> None:
    assert events({**NOTIFICATION, "type": kind}) == ([], {f"notification.type: unknown {kind}": 1})


@pytest.mark.parametrize("kind", ["_start", "_end"])
def test_a_phase_of_nothing_is_counted(kind: str) -> None:
    assert events({**NOTIFICATION, "type": kind}) == ([], {"notification.type: unknown unreadable name": 1})


@pytest.mark.parametrize("member", ["property_id", "device_id"])
@pytest.mark.parametrize("wrong", [None, [], {}, True])
def test_an_event_of_nowhere_is_one(member: str, wrong: object) -> None:
    (event,), _ = events({**NOTIFICATION, member: wrong})
    assert event.alarm == "noise_alarm"
    assert getattr(event, member) is None


@pytest.mark.parametrize("member", ["id", "type", "created_at"])
@pytest.mark.parametrize("wrong", [None, [], {}, True, ""])
def test_a_notification_that_cannot_be_an_event_is_left_out_and_counted(member: str, wrong: object) -> None:
    found, odd = events({**NOTIFICATION, member: wrong}, NOTIFICATION)
    assert len(found) == 1
    assert [count for place, count in odd.items() if place.startswith("notification: left out")] == [1]


def test_the_time_of_a_notification_without_offset_is_utc_as_asked_for() -> None:
    (event,), _ = events({**NOTIFICATION, "created_at": "2026-11-20T11:30:00"})
    assert event.at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


# series


def points(*payloads: object, measure: str = "temperature", fahrenheit: bool = False) -> list[Point]:
    """Read a series of a property in Berlin."""
    return parse.points(payloads, measure, BERLIN, fahrenheit=fahrenheit, oddities=Oddities())


@pytest.mark.parametrize("name", ["timestamp", "time", "date", "ts"])
def test_the_time_of_a_point_may_have_other_names(name: str) -> None:
    assert points({name: "2026-11-20T11:00:00Z", "value": 24.5}) == [
        Point(at=datetime(2026, 11, 20, 11, tzinfo=UTC), value=24.5)
    ]


def test_an_empty_time_does_not_hide_another_one() -> None:
    assert len(points({"timestamp": None, "time": "2026-11-20T11:00:00Z", "value": 24.5})) == 1


def test_times_of_points_without_offset_are_the_propertys_summer_and_winter() -> None:
    local = [{"timestamp": f"2026-{month}-01T12:00:00", "value": 1} for month in ("07", "12")]
    assert [point.at.hour for point in points(*local)] == [10, 11]


def test_an_hour_that_the_clock_shows_twice_is_two_hours() -> None:
    night = [{"timestamp": f"2026-10-25T0{hour}:00:00", "value": number} for number, hour in enumerate((1, 2, 2, 3))]
    assert [(point.at.hour, point.value) for point in points(*night)] == [(23, 0), (0, 1), (1, 2), (2, 3)]
    night[1]["value"] = None
    assert [point.at.hour for point in points(*night)] == [23, 1, 2]
    told = [{**POINT, "timestamp": "2026-10-25T02:00:00+02:00"}] * 2
    assert [point.at.hour for point in points(*told)] == [0, 0]


@pytest.mark.parametrize("value", [None, "warm", True, [], float("inf")])
def test_an_empty_bucket_is_left_out(value: object) -> None:
    assert points({**POINT, "value": value}, POINT) == points(POINT)


@pytest.mark.parametrize("wrong", [None, 5, "x", [], {}, {"value": 5}, {"timestamp": "soon", "value": 5}])
def test_one_broken_point_leaves_the_others_alone(wrong: object) -> None:
    assert points(wrong, POINT) == points(POINT)


def test_zero_is_a_value() -> None:
    assert points({**POINT, "value": 0})[0].value == 0


def test_a_series_of_temperatures_is_in_celsius() -> None:
    assert points({**POINT, "value": 75.2}, fahrenheit=True)[0].value == 24.0
    assert points({**POINT, "value": 75.2}, measure="humidity", fahrenheit=True)[0].value == 75.2


# anything at all


def shaped(like: Mapping[str, object], values: SearchStrategy[object]) -> SearchStrategy[list[object]]:
    """Make lists of objects that have these members, or some of them, with any values."""
    objects = st.fixed_dictionaries({}, optional=dict.fromkeys(like, values))
    return st.lists(objects | values, max_size=3)


def named(like: Sequence[str], values: SearchStrategy[object]) -> SearchStrategy[object]:
    """Make lists of things that have these members, with any values."""
    return st.lists(values | st.fixed_dictionaries({}, optional=dict.fromkeys(like, values)), max_size=3) | values


NESTED: Final = named(["name", "value", "timestamp", "enabled", "started_at"], anything)


@given(shaped(DEVICE, NESTED), st.sampled_from([HOUSEHOLD, FAHRENHEIT]))
def test_no_device_list_raises(reply: list[object], household: Household) -> None:
    found, odd = units(*reply, household=household)
    assert len(found) <= len(reply)
    assert len(odd) <= 201


@given(shaped(PROPERTY, anything))
def test_no_property_list_raises(reply: list[object]) -> None:
    parse.zone_names(reply)
    parse.properties(reply, ZONES, Oddities())


@given(st.fixed_dictionaries({}, optional={**dict.fromkeys(USER, anything)}))
def test_no_profile_raises(members: dict[str, object]) -> None:
    parse.profile(members, Oddities())


@given(shaped(NOTIFICATION, anything))
def test_no_notification_list_raises(reply: list[object]) -> None:
    parse.events(reply, Oddities())


@given(shaped({**POINT, "time": None, "date": None, "ts": None}, anything))
def test_no_series_raises(reply: list[object]) -> None:
    for point in points(*reply, fahrenheit=True):
        assert point.at.tzinfo is UTC


@given(st.data(), secrets)
def test_no_count_names_an_id_or_a_secret_wherever_it_stands(data: st.DataObject, secret: str) -> None:
    oddities = Oddities()
    placed = named(["name", "value", "timestamp", "enabled", "started_at"], st.just(secret))
    parse.units(data.draw(shaped(DEVICE, placed)), HOUSEHOLD, oddities)
    parse.properties(data.draw(shaped(PROPERTY, placed)), ZONES, oddities)
    parse.events(data.draw(shaped(NOTIFICATION, placed)), oddities)
    parse.profile({"email": secret, "preferences": {"temperature_unit": secret}}, oddities)
    parse.points(data.draw(shaped(POINT, placed)), "noise", BERLIN, fahrenheit=True, oddities=oddities)
    assert not [key for key in oddities.counts if secret in key]
