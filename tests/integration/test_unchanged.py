"""Nothing unchanged travels, and a refresh costs the same two requests for any number of units."""

from collections.abc import Callable, Iterator
from functools import partial

from homeassistant.const import CONF_URL, EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, EventStateChangedData, EventStateReportedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import Flavour, once

type Written = list[str]


@pytest.fixture
def written(hass: HomeAssistant) -> Iterator[Written]:
    """Entity ids of every state that is written, whether it differs from the old one or not."""
    entity_ids: Written = []

    @callback
    def note(event: Event[EventStateChangedData] | Event[EventStateReportedData]) -> None:
        entity_ids.append(event.data["entity_id"])

    @callback
    def ours(data: EventStateChangedData | EventStateReportedData) -> bool:
        return True

    stops: list[Callable[[], None]] = [
        hass.bus.async_listen(EVENT_STATE_CHANGED, note),
        hass.bus.async_listen(EVENT_STATE_REPORTED, note, event_filter=ours),
    ]
    yield entity_ids
    for stop in stops:
        stop()


@pytest.fixture
async def settled(loaded: MockConfigEntry, refresh: Refresh, written: Written) -> None:
    """Let pass what comes once: the first figures, and the second reading that proves what an air conditioner does."""
    for _ in range(3):
        await refresh()
    written.clear()


@pytest.mark.usefixtures("settled")
@lives_in(partial(World.fleet, devices=400, properties=10), ids=["400 units"])
async def test_of_400_units_only_what_changed_is_written(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, written: Written
) -> None:
    registry = er.async_get(hass)
    own = {
        entity.entity_id
        for entity in er.async_entries_for_config_entry(registry, loaded.entry_id)
        if entity.unique_id.startswith("layla:unit:unit-00007:")
    }
    for _ in range(2):
        await refresh()  # the figures are there now
    await cloud.requests()
    written.clear()

    await refresh()  # every timestamp of the payloads has moved on
    assert (await cloud.requests())["listDevices"] == 1
    assert written == []

    await cloud.change("unit-00007", readings={"noise": 77})
    await refresh()
    assert registry.async_get_entity_id("sensor", DOMAIN, "layla:unit:unit-00007:noise") in written
    assert set(written) <= own | {"sensor.house_7_noise"}  # it is the loudest of its property now


async def test_a_refresh_in_which_only_times_moved_reads_moved_times(
    cloud: Cloud, flavour: Flavour, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    async def times() -> list[object]:
        headers = {"Authorization": f"Bearer {cloud.token}"}  # the partner API takes it as well
        url = f"{loaded.data[CONF_URL]}/v1/devices?fields=latest_values"
        async with cloud.session.get(url, headers=headers) as response:
            (unit,) = await response.json()
        readings = [value["timestamp"] for value in unit["latest_values"]]
        return [*readings, unit["last_updated_at"]] if "last_updated_at" in flavour.has else readings

    before = await times()
    await refresh()

    assert all(old != new for old, new in zip(before, await times(), strict=True))


@pytest.mark.usefixtures("all_enabled", "settled")
async def test_last_seen_moves_every_ten_minutes_alone(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, written: Written
) -> None:
    for _ in range(5):
        await refresh()
    assert written == []

    for _ in range(4):
        await refresh()
    assert written == ["sensor.studio_last_seen"]


@lives_in(
    partial(World.fleet, devices=1, properties=1),
    partial(World.fleet, devices=100, properties=10),
    ids=["1 unit", "100 units"],
)
async def test_a_refresh_costs_two_requests(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.requests()

    await refresh()

    assert await cloud.requests() == {"listDevices": 1, "listNotifications": 1}


@once
@pytest.mark.slow
@lives_in(partial(World.fleet, devices=10_000, properties=300), ids=["10,000 units"])
async def test_a_refresh_of_ten_thousand_units_costs_the_same_two(
    cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, written: Written
) -> None:
    await cloud.requests()

    await refresh()

    assert len(loaded.runtime_data.data.devices) == 10_000
    assert await cloud.requests() == {"listDevices": 1, "listNotifications": 1}
    assert written == []


@pytest.mark.usefixtures("settled")
async def test_the_household_is_read_again_on_a_slow_clock(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.requests()

    for _ in range(13):
        await refresh()

    requests = await cloud.requests()
    assert requests["getCurrentUser"] == requests["listProperties"] == 1
    assert requests["listDevices"] == 13
