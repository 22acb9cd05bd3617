"""Promises of the check that signs in: what it does not let pass."""

from collections.abc import AsyncIterator, Mapping

from aiohttp import ClientSession
import pytest
from yarl import URL

from demo import check_sign_in
from demo.check_sign_in import Registered
from demo.failure import DemoFailed
import simulator
from simulator import Simulator, World
from simulator.oauth import CLIENT_ID

BACK = "http://127.0.0.1:8123/auth/external/callback"
OWNER = "robin@example.com"
BEFORE = {"power": Registered("1", "sensor.power"), "noise": Registered("2", "sensor.noise")}


@pytest.fixture
async def cloud() -> AsyncIterator[Simulator]:
    """A simulated cloud."""
    async with simulator.running(World.tiny()) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    """Where one signs in."""
    async with ClientSession() as session:
        yield session


def authorize(cloud: Simulator, **changed: str) -> str:
    """Return the address that Home Assistant sends one to."""
    usual = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": BACK, "state": "of the flow"}
    return str(URL(cloud.authorize_url).with_query({**usual, **changed}))


async def test_who_allows_access_is_sent_back_with_a_code(cloud: Simulator, browser: ClientSession) -> None:
    back = await check_sign_in.log_in_and_allow(browser, authorize(cloud), OWNER)

    assert str(back.with_query(None)) == BACK
    assert back.query["state"] == "of the flow"
    assert back.query["code"]


async def test_a_page_that_does_not_know_home_assistant_fails(cloud: Simulator, browser: ClientSession) -> None:
    with pytest.raises(DemoFailed, match="GET /oauth/authorize is answered with 400"):
        await check_sign_in.log_in_and_allow(browser, authorize(cloud, client_id="somebody"), OWNER)


async def test_a_log_in_that_is_refused_fails(cloud: Simulator, browser: ClientSession) -> None:
    with pytest.raises(DemoFailed, match="no page that asks for consent"):
        await check_sign_in.log_in_and_allow(browser, authorize(cloud), "nobody")


def test_the_same_entities_are_what_is_wanted() -> None:
    check_sign_in.compare(BEFORE, dict(BEFORE))


@pytest.mark.parametrize(
    "now",
    [
        {**BEFORE, "smoke": Registered("3", "sensor.smoke")},
        {"power": BEFORE["power"]},
        {**BEFORE, "noise": Registered("3", "sensor.noise")},
        {**BEFORE, "noise": Registered("2", "sensor.noise_2")},
    ],
    ids=["came", "went", "registered anew", "renamed"],
)
def test_an_entity_that_came_went_or_changed_fails(now: Mapping[str, Registered]) -> None:
    with pytest.raises(DemoFailed, match=r"other entities: (noise|smoke)$"):
        check_sign_in.compare(BEFORE, now)


@pytest.mark.parametrize(
    "result",
    [{"type": "form", "errors": {"base": "sign_in_refused"}}, {"type": "abort", "reason": "wrong_account"}],
    ids=str,
)
def test_a_flow_that_ends_otherwise_fails_and_says_how(result: Mapping[str, object]) -> None:
    with pytest.raises(DemoFailed, match=r"sign_in_refused|wrong_account"):
        check_sign_in._insist_on_change(result)
