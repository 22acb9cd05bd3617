"""Reading one reply after the other comes to the same as reading each for itself, but for times nobody asks for."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st

from custom_components.layla.cloud.layla import parse
from custom_components.layla.cloud.layla.parse import Household
from custom_components.layla.cloud.layla.rereading import UnitReader
from custom_components.layla.cloud.tolerant import Oddities

HOUSEHOLD = Household(fahrenheit=False, properties={})
EARLIER, LATER = "2026-11-20T12:00:00Z", "2026-11-20T12:01:00Z"


def unit(at: str = EARLIER, **members: Any) -> dict[str, Any]:
    """Make the payload of a unit."""
    return {
        "id": "unit",
        "name": "Studio",
        "device_pillar": "smart_ac",
        "alarms": [{"name": "noise_alarm", "enabled": True}],
        "in_alarm": [],
        "latest_values": [
            {"name": "temperature", "value": 21.5, "timestamp": at},
            {"name": "power", "value": 4, "timestamp": at},
        ],
        "last_updated_at": at,
        **members,
    }


def read(reader: UnitReader, *payloads: object, household: Household = HOUSEHOLD) -> tuple[list[parse.Unit], Oddities]:
    """Read a reply."""
    oddities = Oddities()
    found = reader.read(deepcopy(payloads), household, oddities)
    reader.keep(found)
    return found, oddities


_WORDS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(("noise_alarm", "x", EARLIER, LATER))
_ITEMS = st.lists(
    st.dictionaries(st.sampled_from(("name", "value", "timestamp", "enabled")), _WORDS) | _WORDS, max_size=3
)
_MEMBERS = st.dictionaries(
    st.sampled_from(
        ("name", "device_pillar", "alarms", "in_alarm", "latest_values", "last_updated_at", "settings", "id")
    ),
    _WORDS | _ITEMS | st.dictionaries(st.sampled_from(("appliance_config", "vendor")), _WORDS),
)


@given(st.lists(_MEMBERS, min_size=1, max_size=5))
def test_whatever_came_before_a_reply_is_read_as_if_it_came_alone(changes: list[Mapping[str, Any]]) -> None:
    reader = UnitReader()
    for members in changes:
        payload = unit(**members)
        found, _ = read(reader, payload, payload)
        assert found == parse.units((payload, payload), HOUSEHOLD, Oddities())


def test_a_unit_that_says_the_same_is_the_same_object_with_a_later_time() -> None:
    reader = UnitReader()
    ((before,), _) = read(reader, unit(EARLIER, device_pillar="noise"))
    ((after,), _) = read(reader, unit(LATER, device_pillar="noise"))
    assert after.device is before.device
    assert (after.last_seen, before.last_seen) == (parse_time(LATER), parse_time(EARLIER))


def test_a_unit_that_drives_an_air_conditioner_tells_when_it_measured_its_power() -> None:
    reader = UnitReader()
    _ = read(reader, unit(EARLIER))
    ((after,), _) = read(reader, unit(LATER))
    assert after.device.readings["power"].at == parse_time(LATER)


def test_a_unit_whose_readings_alone_have_times_is_as_fresh_as_the_latest_of_them() -> None:
    reader = UnitReader()
    _ = read(reader, unit(EARLIER, last_updated_at=None))
    ((after,), _) = read(reader, unit(LATER, last_updated_at=None))
    assert after.last_seen == parse_time(LATER)


def test_what_has_to_be_parsed_around_is_counted_in_every_reply() -> None:
    reader = UnitReader()
    counts = [read(reader, unit(snoozed="nothing"), "no unit")[1].counts for _ in range(2)]
    assert counts == [{"device.snoozed: list expected": 1, "device: object expected": 1}] * 2


def test_another_temperature_unit_changes_what_the_same_payload_says() -> None:
    reader = UnitReader()
    _ = read(reader, unit())
    ((after,), _) = read(reader, unit(), household=replace(HOUSEHOLD, fahrenheit=True))
    assert after.device.readings["temperature"].value != 21.5


def parse_time(text: str) -> Any:
    """Read an instant as the parser does."""
    (found,) = parse.units((unit(text),), HOUSEHOLD, Oddities())
    return found.last_seen
