"""The route tables are those of the published descriptions."""

import pytest
from yarl import URL

from custom_components.layla.cloud.layla.flavour import OWNER, PARTNER, Flavour
from custom_components.layla.cloud.layla.routes import (
    DEFAULT_AUTHORIZE_URL,
    DEFAULT_BASE_URL,
    DEFAULT_TOKEN_URL,
)
from custom_components.layla.cloud.route import Evidence, InvalidRoute, Route
from tests.cloud import description
from tests.cloud.description import Description

BOTH = [pytest.param(OWNER, description.OWNER, id="owner"), pytest.param(PARTNER, description.PARTNER, id="partner")]


@pytest.mark.parametrize(("flavour", "described"), BOTH)
def test_routes_are_as_described_and_there_are_no_others(flavour: Flavour, described: Description) -> None:
    assert list(flavour.routes.values()) == [
        Route(operation.id, operation.method, operation.path, Evidence(operation.content["x-confidence"]))
        for operation in described.operations.values()
    ]


def test_there_are_35_operations_for_owners_and_25_for_partners_with_one_more_that_is_only_mentioned() -> None:
    assert (len(OWNER.routes), len(PARTNER.routes)) == (35, 25 + 1)


def test_the_usual_addresses_are_https_and_no_path_repeats_the_prefix() -> None:
    assert {URL(url).scheme for url in (DEFAULT_BASE_URL, DEFAULT_AUTHORIZE_URL, DEFAULT_TOKEN_URL)} == {"https"}
    routes = [*OWNER.routes.values(), *PARTNER.routes.values()]
    assert not [route for route in routes if route.path.startswith(URL(DEFAULT_BASE_URL).path)]


def test_an_override_of_what_only_the_other_api_has_waits_for_a_change_back() -> None:
    overrides = {"setDevicePillar": "PUT /v2/pillar/{id}", "listDevices": "/v2/devices"}
    assert OWNER.routes_with(overrides)["setDevicePillar"].path == "/v2/pillar/{id}"
    assert PARTNER.routes_with(overrides).keys() == PARTNER.routes.keys()
    assert PARTNER.routes_with(overrides)["listDevices"].path == "/v2/devices"


@pytest.mark.parametrize("flavour", [OWNER, PARTNER], ids=["owner", "partner"])
def test_an_override_of_what_neither_has_is_refused(flavour: Flavour) -> None:
    with pytest.raises(InvalidRoute, match="listUnits"):
        flavour.routes_with({"listUnits": "/v1/units"})
