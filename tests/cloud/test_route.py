"""Routes: paths are filled with escaped ids, and an override that cannot work says why."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.route import Evidence, InvalidRoute, Route, overridden, table

ROUTES: Final[Mapping[str, Route]] = table(
    Route("listDevices", "GET", "/v1/devices", Evidence.HIGH),
    Route("setPropertyAlarms", "PATCH", "/v1/properties/{id}/alarms", Evidence.LOW),
)


def test_a_table_is_by_operation() -> None:
    assert list(ROUTES) == ["listDevices", "setPropertyAlarms"]
    assert ROUTES["listDevices"].path == "/v1/devices"


def test_a_route_without_placeholder_leads_to_no_item() -> None:
    assert ROUTES["listDevices"].placeholders == frozenset()
    assert ROUTES["setPropertyAlarms"].placeholders == {"id"}


def test_a_path_is_filled_by_name() -> None:
    route = Route("copy", "POST", "/{to}/{id}/from/{id}", Evidence.LOW)
    assert route.filled({"id": "a", "to": "b", "name": "unused"}) == "/b/a/from/a"


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("a/b", "/v1/properties/a%2Fb/alarms"),
        ("a?b#c", "/v1/properties/a%3Fb%23c/alarms"),
        ("a b+c%2F", "/v1/properties/a%20b%2Bc%252F/alarms"),
        ("{id}", "/v1/properties/%7Bid%7D/alarms"),
        ("é", "/v1/properties/%C3%A9/alarms"),
        ("\r\nHost: x", "/v1/properties/%0D%0AHost%3A%20x/alarms"),
    ],
)
def test_an_id_cannot_break_out_of_its_segment(item: str, path: str) -> None:
    assert ROUTES["setPropertyAlarms"].filled({"id": item}) == path


@given(st.text())
def test_every_id_stays_one_segment_and_survives(item: str) -> None:
    filled = ROUTES["setPropertyAlarms"].filled({"id": item})
    before, after = "/v1/properties/", "/alarms"
    segment = filled.removeprefix(before).removesuffix(after)
    assert filled == before + segment + after
    assert not set(segment) & set("/?#{} \r\n")
    assert unquote(segment) == item


@pytest.mark.parametrize(
    ("text", "method", "path"),
    [
        ("/v2/properties/{id}/alarms", "PATCH", "/v2/properties/{id}/alarms"),
        ("PUT /v2/properties/{id}/alarms", "PUT", "/v2/properties/{id}/alarms"),
        ("  post   /{id} ", "POST", "/{id}"),
        ("/a.b/~c/d-e_f/{id}", "PATCH", "/a.b/~c/d-e_f/{id}"),
    ],
)
def test_a_route_is_overridden_by_method_and_path_or_path_alone(text: str, method: str, path: str) -> None:
    routes = overridden(ROUTES, {"setPropertyAlarms": text})
    assert routes["setPropertyAlarms"] == Route("setPropertyAlarms", method, path, Evidence.LOW)
    assert routes["listDevices"] is ROUTES["listDevices"]


def test_overriding_leaves_the_table_as_it_was() -> None:
    overridden(ROUTES, {"listDevices": "/v9/devices"})
    assert ROUTES["listDevices"].path == "/v1/devices"
    assert overridden(ROUTES, {}) == ROUTES


def test_an_operation_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(InvalidRoute, match="no operation 'listUnits'; known are listDevices, setPropertyAlarms"):
        overridden(ROUTES, {"listUnits": "/v1/devices"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "PATCH",
        "v1/devices",
        "https://example.com/v1/devices",
        "BREW /v1/devices",
        "GET GET /v1/devices",
        "/v1/devices?limit=5",
        "/v1/devices#top",
        "/v1/de vices",
        "/v1/{",
        "/v1/{}",
        "/v1/%2e%2e/devices",
        "/v1/dévices",
        "/v1/devices\r\nX: y",
    ],
)
def test_what_is_no_route_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(InvalidRoute) as refusal:
        overridden(ROUTES, {"listDevices": text})
    assert str(refusal.value) == f"listDevices: {text!r} is not a route; write it as 'GET /v1/devices'"


@pytest.mark.parametrize("text", ["/v1/alarms", "/v1/{name}/alarms", "/v1/{id}/{name}"])
def test_other_placeholders_are_refused_with_those_that_are_needed(text: str) -> None:
    with pytest.raises(InvalidRoute, match=r"setPropertyAlarms: .* needs the placeholders of .*: \{id\}"):
        overridden(ROUTES, {"setPropertyAlarms": text})


def test_a_placeholder_too_many_is_refused() -> None:
    with pytest.raises(InvalidRoute, match=r"listDevices: .* needs the placeholders of '/v1/devices': none"):
        overridden(ROUTES, {"listDevices": "/v1/{id}/devices"})
