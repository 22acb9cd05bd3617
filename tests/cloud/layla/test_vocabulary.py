"""What we can send is what the published description takes: the same words and the same members."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAliasType, get_args

import pytest

from custom_components.layla.cloud.layla import vocabulary
from custom_components.layla.cloud.route import Evidence
from tests.cloud.description import DOCUMENT, OPERATIONS, schema


def words(kind: Any) -> list[str]:
    """Return the words of a type, those of the types in it included."""
    if isinstance(kind, TypeAliasType):
        return words(kind.__value__)
    return [word for part in get_args(kind) for word in ([part] if isinstance(part, str) else words(part))]


def parameter(operation: str, name: str) -> Mapping[str, Any]:
    """Return the schema of a query parameter."""
    found: Mapping[str, Any] = next(
        one["schema"] for one in OPERATIONS[operation].content["parameters"] if one["name"] == name
    )
    return found


def body(operation: str) -> Mapping[str, Any]:
    """Return the schema of a request's body."""
    found: Mapping[str, Any] = OPERATIONS[operation].content["requestBody"]["content"]["application/json"]["schema"]
    return found


def member(operation: str, name: str) -> Mapping[str, Any]:
    """Return the schema of a member of a request's body."""
    found: Mapping[str, Any] = body(operation)["properties"][name]
    return found


def _enumerations() -> Iterator[tuple[TypeAliasType, list[str]]]:
    v = vocabulary
    yield v.MeasureName, schema("MeasureName")["enum"]
    yield v.Granularity, schema("TimeGranularity")["enum"]
    yield v.Currency, schema("CurrencyCode")["enum"]
    yield v.Pillar, schema("DevicePillar")["enum"]
    yield v.Period, parameter("getStatistics", "period")["enum"]
    yield v.ReportPeriod, member("emailSummaryReport", "period")["enum"]
    yield v.SummaryReportType, member("emailSummaryReport", "types")["items"]["enum"]
    yield v.IncidentType, schema("IncidentReportRequest")["properties"]["report_types"]["items"]["enum"]
    yield v.Weekday, schema("AcSchedule")["properties"]["days"]["items"]["enum"]
    yield v.InfraredMode, member("testDeviceIr", "mode")["enum"]
    yield v.AcPower, member("scheduleAcTimer", "action")["enum"]
    yield v.PropertyField, parameter("listProperties", "fields")["items"]["enum"]
    yield v.PropertyFilter, parameter("listProperties", "filters")["items"]["enum"]
    yield v.PropertyOrder, parameter("listProperties", "sort_by")["enum"]
    yield v.DeviceField, parameter("listDevices", "fields")["items"]["enum"]


ENUMERATIONS: Final = list(_enumerations())


@pytest.mark.parametrize(("alias", "described"), ENUMERATIONS, ids=[alias.__name__ for alias, _ in ENUMERATIONS])
def test_words_are_those_of_the_description(alias: TypeAliasType, described: list[str]) -> None:
    assert set(words(alias)) == set(described)


def test_property_alarms_are_the_switches_of_the_description() -> None:
    assert set(words(vocabulary.PropertyAlarm)) == OPERATIONS["setPropertyAlarms"].query


def test_every_type_of_words_is_held_against_the_description() -> None:
    held = {alias.__name__ for alias, _ in ENUMERATIONS} | {"PropertyAlarm", "FreeForm"}
    assert held == {name for name, value in vars(vocabulary).items() if isinstance(value, TypeAliasType)}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (vocabulary.UserPatch, "UserPatch"),
        (vocabulary.UserReplacement, "UserReplace"),
        (vocabulary.PropertyPatch, "PropertyPatch"),
        (vocabulary.PropertyReplacement, "PropertyReplace"),
        (vocabulary.DevicePatch, "DevicePatch"),
        (vocabulary.AcSchedule, "AcSchedule"),
    ],
)
def test_contents_have_the_members_of_the_description(content: type, name: str) -> None:
    described = schema(name)
    required: frozenset[str] = content.__required_keys__  # type: ignore[attr-defined]  # of a TypedDict
    optional: frozenset[str] = content.__optional_keys__  # type: ignore[attr-defined]
    assert required | optional == set(described["properties"])
    assert required == set(described.get("required", ()))


def test_evidence_has_the_levels_of_the_description() -> None:
    levels = {operation.content["x-confidence"] for operation in OPERATIONS.values()}
    assert levels == {str(level) for level in Evidence}
    assert DOCUMENT["info"]["version"] == "v1"
