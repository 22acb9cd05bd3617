"""What we can send is what the published description takes: the same words and the same members."""

from collections.abc import Iterator
from typing import Final, TypeAliasType

import pytest

from custom_components.layla.cloud.layla import vocabulary
from custom_components.layla.cloud.layla.vocabulary import words_of
from custom_components.layla.cloud.route import Evidence
from tests.cloud.description import OWNER, PARTNER, Description


def _enumerations() -> Iterator[tuple[TypeAliasType, list[str]]]:
    v = vocabulary
    owner, partner = OWNER.operations, PARTNER.operations
    yield v.MeasureName, OWNER.schema("MeasureName")["enum"]
    yield v.PartnerMeasureName, PARTNER.schema("MeasureName")["enum"]
    yield v.OwnerGranularity, OWNER.schema("TimeGranularity")["enum"]
    yield v.PartnerGranularity, PARTNER.schema("TimeGranularity")["enum"]
    yield v.Granularity, OWNER.schema("TimeGranularity")["enum"] + PARTNER.schema("TimeGranularity")["enum"]
    yield v.Currency, OWNER.schema("CurrencyCode")["enum"]
    yield v.PartnerCurrency, PARTNER.schema("CurrencyCode")["enum"]
    yield v.Pillar, OWNER.schema("DevicePillar")["enum"]
    yield v.Period, owner["getStatistics"].parameter("period")["enum"]
    yield v.PartnerPeriod, partner["getStatistics"].parameter("period")["enum"]
    yield v.ReportPeriod, owner["emailSummaryReport"].member("period")["enum"]
    yield v.SummaryReportType, owner["emailSummaryReport"].member("types")["items"]["enum"]
    yield v.IncidentType, OWNER.schema("IncidentReportRequest")["properties"]["report_types"]["items"]["enum"]
    yield v.Weekday, OWNER.schema("AcSchedule")["properties"]["days"]["items"]["enum"]
    yield v.InfraredMode, owner["testDeviceIr"].member("mode")["enum"]
    yield v.AcPower, owner["scheduleAcTimer"].member("action")["enum"]
    yield v.PropertyField, owner["listProperties"].parameter("fields")["items"]["enum"]
    yield v.PartnerPropertyField, partner["listProperties"].parameter("fields")["items"]["enum"]
    yield v.PartnerPropertyCategory, PARTNER.schema("PropertyCategory")["enum"]
    yield v.PropertyFilter, owner["listProperties"].parameter("filters")["items"]["enum"]
    yield v.PropertyOrder, owner["listProperties"].parameter("sort_by")["enum"]
    yield v.TierFeature, OWNER.schema("TierFeature")["enum"]
    yield v.NotificationFrequency, OWNER.schema("UserPatch")["properties"]["notification_frequency"]["items"]["enum"]
    yield v.DeviceField, owner["listDevices"].parameter("fields")["items"]["enum"]


ENUMERATIONS: Final = list(_enumerations())


@pytest.mark.parametrize(("alias", "described"), ENUMERATIONS, ids=[alias.__name__ for alias, _ in ENUMERATIONS])
def test_words_are_those_of_the_description(alias: TypeAliasType, described: list[str]) -> None:
    assert set(words_of(alias)) == set(described)


@pytest.mark.parametrize("described", [OWNER, PARTNER], ids=["owner", "partner"])
def test_property_alarms_are_the_switches_of_the_description(described: Description) -> None:
    assert words_of(vocabulary.PropertyAlarm) == described.operations["setPropertyAlarms"].query


def test_units_have_the_same_fields_in_both() -> None:
    fields = PARTNER.operations["listDevices"].parameter("fields")["items"]["enum"]
    assert words_of(vocabulary.DeviceField) == set(fields)


def test_every_type_of_words_is_held_against_the_description() -> None:
    held = {alias.__name__ for alias, _ in ENUMERATIONS} | {"PropertyAlarm", "FreeForm"}
    assert held == {name for name, value in vars(vocabulary).items() if isinstance(value, TypeAliasType)}


@pytest.mark.parametrize(
    ("content", "described", "name"),
    [
        (vocabulary.UserPatch, OWNER, "UserPatch"),
        (vocabulary.UserReplacement, OWNER, "UserReplace"),
        (vocabulary.PropertyPatch, OWNER, "PropertyPatch"),
        (vocabulary.PropertyReplacement, OWNER, "PropertyReplace"),
        (vocabulary.DevicePatch, OWNER, "DevicePatch"),
        (vocabulary.AcSchedule, OWNER, "AcSchedule"),
        (vocabulary.PartnerUserPatch, PARTNER, "UserPatch"),
        (vocabulary.PartnerUserReplacement, PARTNER, "UserReplace"),
        (vocabulary.PropertyPatch, PARTNER, "PropertyPatch"),
        (vocabulary.PropertyReplacement, PARTNER, "PropertyReplace"),
        (vocabulary.PropertyCreation, PARTNER, "PropertyCreate"),
        (vocabulary.PartnerDevicePatch, PARTNER, "DevicePatch"),
        (vocabulary.DeviceCreation, PARTNER, "DeviceCreate"),
        (vocabulary.SensorOrder, PARTNER, "SensorRequestCreate"),
    ],
)
def test_contents_have_the_members_of_the_description(content: type, described: Description, name: str) -> None:
    schema = described.schema(name)
    required: frozenset[str] = content.__required_keys__  # type: ignore[attr-defined]  # of a TypedDict
    optional: frozenset[str] = content.__optional_keys__  # type: ignore[attr-defined]
    assert required | optional == set(schema["properties"])
    assert required == set(schema.get("required", ()))


@pytest.mark.parametrize("described", [OWNER, PARTNER], ids=["owner", "partner"])
def test_evidence_has_the_levels_of_the_description(described: Description) -> None:
    levels = {operation.content["x-confidence"] for operation in described.operations.values()}
    assert levels <= {str(level) for level in Evidence}
    assert described.document["info"]["version"] == "v1"
