"""Every operation of both APIs is a typed call, and the cloud takes every one of them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
import inspect
import re
from typing import Any, Final

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.errors import UnreadableAnswer
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.partner import PartnerApi
from simulator import Simulator
from simulator.house.reports import IncidentReport
from tests.cloud import description
from tests.cloud.conftest import NOW
from tests.cloud.description import Description, Operation
from tests.cloud.server import ScriptedServer, answer

from .operations import HOME, OWNER_FULL, OWNER_SPARSE, PARTNER_FULL, PARTNER_SPARSE


@dataclass(frozen=True, slots=True)
class Flavour:
    """One of the two APIs: its typed calls, its description, where the simulator has it."""

    name: str
    api: type[OwnerApi | PartnerApi]
    described: Description
    full: Mapping[str, Callable[[Any], Awaitable[Any]]]
    sparse: Mapping[str, Callable[[Any], Awaitable[Any]]]
    address: Callable[[Simulator], str]

    def at(self, session: ClientSession, url: str, token: str) -> OwnerApi | PartnerApi:
        """Return the API at an address."""
        return self.api(HttpClient(session, URL(url), FixedToken(token)))


FLAVOURS: Final = (
    Flavour("owner", OwnerApi, description.OWNER, OWNER_FULL, OWNER_SPARSE, lambda cloud: cloud.base_url),
    Flavour("partner", PartnerApi, description.PARTNER, PARTNER_FULL, PARTNER_SPARSE, lambda cloud: cloud.partner_url),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One operation of one API."""

    flavour: Flavour
    operation: Operation
    call: Callable[[Any], Awaitable[Any]]


def cases(kind: str, calls: Callable[[Flavour], Mapping[str, Callable[[Any], Awaitable[Any]]]]) -> Iterator[Any]:
    """Yield a case for every call."""
    for flavour in FLAVOURS:
        for name, call in calls(flavour).items():
            yield pytest.param(
                Case(flavour, flavour.described.operations[name], call), id=f"{flavour.name}-{name}-{kind}"
            )


FULL: Final = list(cases("full", lambda flavour: flavour.full))
SPARSE: Final = list(cases("sparse", lambda flavour: flavour.sparse))


def snake_case(operation: str) -> str:
    """Return the name of the typed call."""
    return re.sub(r"(?=[A-Z])", "_", operation).lower()


# Of an operation of each API that differ, what both have: a second call.
IN_COMMON: Final = {"accept_policy", "list_property_figures"}


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_every_operation_is_a_typed_call_and_every_call_is_an_operation(flavour: Flavour) -> None:
    members = inspect.getmembers(flavour.api, inspect.iscoroutinefunction)
    calls = {name for name, _ in members if not name.startswith("_")}
    assert calls - IN_COMMON == {snake_case(operation) for operation in flavour.described.operations}
    assert set(flavour.full) == set(flavour.described.operations)


@pytest.mark.parametrize("case", [*FULL, *SPARSE])
async def test_the_cloud_takes_the_call(case: Case, cloud: Simulator, session: ClientSession) -> None:
    """The simulator serves just this operation, and has nothing against what the call says."""
    cloud.world.reports["report"] = IncidentReport(
        id="report",
        property_id=HOME,
        first=date(2026, 11, 1),
        last=date(2026, 11, 2),
        emails=("robin@example.com",),
        asked_at=NOW,
        asked_on=NOW.date(),
    )
    api = case.flavour.at(session, case.flavour.address(cloud), cloud.token)
    await case.call(api)
    counters = cloud.simulation.counters
    assert counters.by_operation == {case.operation.id: 1}
    assert set(counters.by_status) <= {"200", "202"}
    assert api.request_count == 1


@pytest.mark.parametrize("case", FULL)
async def test_every_described_parameter_can_be_sent(
    case: Case, server: ScriptedServer, session: ClientSession
) -> None:
    server.says(answer(200, b"[]" if case.operation.answers_with_a_list else b"{}"))
    await case.call(case.flavour.at(session, server.url, "token"))
    (request,) = server.requests
    assert set(URL(request.target).query) == case.operation.query
    assert request.method == case.operation.method


@pytest.mark.parametrize("case", FULL)
async def test_an_answer_of_another_shape_is_unreadable_and_one_that_says_nothing_is_not_read(
    case: Case, server: ScriptedServer, session: ClientSession
) -> None:
    server.says(answer(200, b'"done"'))
    api = case.flavour.at(session, server.url, "token")
    described = next(iter(case.operation.content["responses"].values()))
    if "content" not in described:
        await case.call(api)
        return
    expected = "a list" if case.operation.answers_with_a_list else "an object"
    with pytest.raises(UnreadableAnswer, match=f"^{case.operation.id}: {expected} was expected$"):
        await case.call(api)
