"""The route table of the owner API is that of its published description."""

import pytest
from yarl import URL

from custom_components.layla.cloud.layla.routes import DEFAULT_BASE_URL, OWNER_ROUTES
from custom_components.layla.cloud.route import Evidence, Route
from tests.cloud.description import OPERATIONS, Operation


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_route_is_as_described(operation: Operation) -> None:
    assert OWNER_ROUTES[operation.id] == Route(
        operation.id, operation.method, operation.path, Evidence(operation.content["x-confidence"])
    )


def test_there_are_no_other_routes() -> None:
    assert list(OWNER_ROUTES) == list(OPERATIONS)
    assert len(OWNER_ROUTES) == 35


def test_the_usual_address_is_https_and_no_path_repeats_its_prefix() -> None:
    assert URL(DEFAULT_BASE_URL).scheme == "https"
    assert not [route for route in OWNER_ROUTES.values() if route.path.startswith(URL(DEFAULT_BASE_URL).path)]
