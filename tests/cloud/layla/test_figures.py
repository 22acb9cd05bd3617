"""Figures are read from what the cloud sends, and what does not fit is counted and left out."""

from typing import Any

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.commands import AcceptPolicy, MarkAllSeen
from custom_components.layla.cloud.errors import AuthenticationFailed, RateLimited
from custom_components.layla.cloud.figures import PropertyFigures, Saving, Unread
from custom_components.layla.cloud.layla import figures as parse
from custom_components.layla.cloud.layla.owner_account import OwnerAccount
from custom_components.layla.cloud.layla.partner_account import PartnerAccount
from custom_components.layla.cloud.tolerant import Oddities
from simulator import Simulator
from simulator.faults import Fault
from tests.cloud.strategies import anything

PARTS = {"listProperties": 1, "getStatistics": 1, "listNotifications": 1}
ROW: dict[str, Any] = {
    "energy": 90.0,
    "costs": 20,
    "savings": {"energy": 10, "costs": 2.5, "co2": 4, "trees": 0.2},
    "trends": {"energy": -10, "savings": 25},
}


def test_a_property_is_read_with_what_was_computed_for_it() -> None:
    oddities = Oddities()
    item = {
        "id": "home",
        "monthly_savings": {"energy": 1.5, "costs": "0.4", "co2": 0.6},
        "total_efficiency_gains": 12.5,
        "alarm_event_counts": [{"name": "noise_alarm", "value": 3}, {"name": "radon_alarm", "value": 1}, "smoke_alarm"],
    }
    assert parse.properties([item, {"name": "nobody's"}, 5], oddities) == {
        "home": PropertyFigures(
            month=Saving(energy=1.5, money=0.4, co2=0.6, trees=None),
            total=None,
            efficiency_gain=12.5,
            alarms={"noise_alarm": 3, "radon_alarm": 1},
        )
    }
    assert oddities.counts == {
        "property.monthly_savings.costs: number expected": 1,
        "property.alarm_event_counts: unknown radon_alarm": 1,
        "property: object expected": 1,
    }


def test_rows_of_properties_are_added_up_with_their_trends() -> None:
    found = parse.usage([ROW, {**ROW, "energy": 30, "trends": {"energy": 50, "savings": 0}}], Oddities())
    assert found
    assert (found.energy, found.costs) == (120.0, 40.0)
    assert found.saved == Saving(energy=20.0, money=5.0, co2=8.0, trees=0.4)
    assert found.energy_trend == 0.0, "100 and 20 before, 90 and 30 now"
    assert found.saved_trend == pytest.approx(11.1)


def test_a_sum_without_one_of_its_parts_is_unknown() -> None:
    found = parse.usage([ROW, {"energy": 5}], Oddities())
    assert found
    assert found.energy == 95.0
    assert (found.costs, found.saved.energy, found.energy_trend) == (None, None, None)
    assert parse.usage([], Oddities()) is None


@given(st.floats(0.1, 1e6), st.floats(-99, 1e3))
def test_the_trend_of_one_property_is_its_own(value: float, change: float) -> None:
    assert parse.trend([value], [change]) == pytest.approx(change, abs=0.06)


@pytest.mark.parametrize(("now", "change", "found"), [(0.0, 0.0, 0.0), (5.0, -100.0, None), (5.0, None, None)])
def test_a_trend_that_cannot_be_known_is_none(now: float, change: float | None, found: float | None) -> None:
    assert parse.trend([now], [change]) == found


def test_only_what_nobody_has_seen_is_unread() -> None:
    notes = [{"id": "a", "property_id": "home"}, {"id": "b", "seen": False}, {"id": "c", "seen": True}, "nothing"]
    assert parse.unread(notes, Oddities()) == Unread(count=2, by_property={"home": 1})
    assert parse.unread_ids(notes, Oddities()) == ["a", "b"]


@given(st.lists(anything, max_size=4))
def test_no_payload_is_an_error(reply: list[Any]) -> None:
    parse.properties(reply, Oddities())
    parse.usage(reply, Oddities())
    parse.unread(reply, Oddities())


@pytest.fixture(params=["owner", "partner"])
def either(request: pytest.FixtureRequest, cloud: Simulator, session: ClientSession) -> OwnerAccount | PartnerAccount:
    """The account by either API; the partner API takes the owner's token as well."""
    if request.param == "owner":
        return OwnerAccount.by_token(session, URL(cloud.base_url), cloud.token)
    return PartnerAccount.by_sign_in(session, URL(cloud.partner_url), FixedToken(cloud.token))


async def test_the_figures_of_an_account_cost_three_requests(
    either: OwnerAccount | PartnerAccount, cloud: Simulator
) -> None:
    await either.fetch(None, None)
    cloud.simulation.counters.reset()

    found = await either.figures()

    assert dict(cloud.simulation.counters.by_operation) == PARTS
    assert found.currency == "EUR"
    assert found.setback is None
    assert found.properties
    assert found.usage
    assert found.unread == Unread(count=0, by_property={})


@pytest.mark.parametrize(("status", "asked_again"), [(404, 0), (403, 0), (401, 1), (500, 1)])
async def test_what_cannot_be_had_is_left_out_and_what_only_failed_is_asked_for_again(
    either: OwnerAccount | PartnerAccount, cloud: Simulator, status: int, asked_again: int
) -> None:
    cloud.simulation.faults.add(Fault("getStatistics", "status", status=status))
    found = await either.figures()
    assert found.usage is None
    assert found.properties
    assert found.unread
    assert bool(found.setback) is bool(asked_again)
    assert isinstance(found.setback, AuthenticationFailed) is (status == 401)

    cloud.simulation.counters.reset()
    await either.figures()
    assert cloud.simulation.counters.by_operation["getStatistics"] == asked_again


async def test_after_a_rate_limit_nothing_more_is_asked(
    either: OwnerAccount | PartnerAccount, cloud: Simulator
) -> None:
    cloud.simulation.faults.add(Fault("listProperties", "status", status=429, retry_after=90))
    found = await either.figures()
    assert isinstance(found.setback, RateLimited)
    assert dict(cloud.simulation.counters.by_operation) == {"listProperties": 1}


async def test_money_is_asked_for_in_the_wished_currency_only_where_the_account_has_none_and_the_api_has_it(
    either: OwnerAccount | PartnerAccount, cloud: Simulator
) -> None:
    assert (await either.figures("GBP")).currency == "GBP", "the profile was not read yet"
    assert (await either.figures("CHF")).currency is None
    mexican = "MXN" if isinstance(either, OwnerAccount) else None
    assert (await either.figures("MXN")).currency == mexican
    await either.fetch(None, None)
    assert (await either.figures("GBP")).currency == "EUR"


async def test_an_accepted_policy_shows_with_the_next_refresh(
    either: OwnerAccount | PartnerAccount, cloud: Simulator
) -> None:
    cloud.world.profile["accepted_policy"] = 0
    refresh = await either.fetch(None, None)
    assert refresh.policy_accepted is False

    await either.execute(AcceptPolicy())

    assert cloud.world.profile["accepted_policy"] == 1
    assert (await either.fetch(refresh.cursor, refresh.snapshot)).policy_accepted is True


async def test_where_nothing_is_unread_nothing_is_marked(account: OwnerAccount, cloud: Simulator) -> None:
    await account.execute(MarkAllSeen())
    assert dict(cloud.simulation.counters.by_operation) == {"listNotifications": 1}


@pytest.mark.parametrize(("told", "currency", "oddities"), [("GBP", "GBP", 0), ("£", None, 1), (7, None, 1)])
async def test_a_currency_that_is_no_code_is_counted_and_left_out(
    account: OwnerAccount, cloud: Simulator, told: object, currency: str | None, oddities: int
) -> None:
    cloud.world.profile["preferences"] = {"currency": told}
    refresh = await account.fetch(None, None)
    assert refresh.currency == currency
    assert bool([place for place in refresh.snapshot.oddities if "currency" in place]) is bool(oddities)
