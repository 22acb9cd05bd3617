"""Reports: a summary by e-mail, and incident reports that can be waited for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from custom_components.layla.actions.reports import EVENT_PROGRESS
from simulator import World
from tests.integration.cloud import Cloud
from tests.integration.flavours import needs

from .calling import HOME, Caller

pytestmark = needs("token")
REPORT: dict[str, Any] = {
    "device_id": HOME,
    "emails": ["guest@example.com", "host@example.com"],
    "start_date": "2026-11-18",
    "end_date": "2026-11-19",
    "types": ["noise", "crowd"],
    "label": "Cottage",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waits for reports; `step` seconds pass with each turn."""

    hass: HomeAssistant
    caller: Caller
    cloud: Cloud
    freezer: FrozenDateTimeFactory

    async def report(self, *, step: float = 1, **data: Any) -> Any:
        """Ask for a report, and let time pass until the action returns or raises."""
        action = self.begun(**data)
        while not action.done():
            await self.passed(step)
        return await action

    def begun(self, **data: Any) -> asyncio.Task[Any]:
        """Ask for a report, and begin to wait for it."""
        return asyncio.create_task(self.caller.act("request_incident_report", **{**REPORT, **data, "wait": True}))

    async def passed(self, step: float) -> None:
        """Let time pass."""
        self.freezer.tick(timedelta(seconds=step))
        async_fire_time_changed(self.hass)
        # What goes to the simulator and back gives its answers the time to come: they are not to be late.
        for _ in range(3):
            await self.cloud.control("GET", "counters")


@pytest.fixture
def waiting(hass: HomeAssistant, caller: Caller, cloud: Cloud, freezer: FrozenDateTimeFactory) -> Waiting:
    """Somebody who waits for a report while time passes."""
    return Waiting(hass, caller, cloud, freezer)


async def test_a_report_is_asked_for_and_named(caller: Caller, world: World) -> None:
    answer = await caller.act("request_incident_report", **REPORT)
    report = world.reports[answer["report_id"]]
    assert answer.keys() == {"report_id"}
    assert (report.property_id, report.emails) == ("home", ("guest@example.com", "host@example.com"))
    assert [report.first.isoformat(), report.last.isoformat()] == ["2026-11-18", "2026-11-19"]


async def test_a_report_that_is_waited_for_yields_its_link_and_tells_how_far_it_is(
    hass: HomeAssistant, waiting: Waiting, world: World
) -> None:
    events = async_capture_events(hass, EVENT_PROGRESS)
    answer = await waiting.report()
    (report_id,) = world.reports
    assert answer == {
        "report_id": report_id,
        "status": "completed",
        "link": f"https://reports.example.com/incident/{report_id}.pdf",
    }
    named = {"report_id": report_id, "config_entry_id": waiting.caller.entry.entry_id}
    assert [event.data for event in events] == [
        {**named, "status": status} for status in ("pending", "processing", "completed")
    ]


async def test_a_report_that_the_cloud_does_not_name_cannot_be_followed(caller: Caller, cloud: Cloud) -> None:
    await cloud.fault("requestIncidentReport", "not_list")
    with pytest.raises(HomeAssistantError) as failed:
        await caller.act("request_incident_report", **REPORT)
    assert failed.value.translation_key == "command_not_carried_out"


async def test_a_report_that_failed_is_an_error_with_the_clouds_reason(waiting: Waiting) -> None:
    with pytest.raises(HomeAssistantError) as failed:
        await waiting.report(start_date="2027-01-01", end_date="2027-01-02")
    assert failed.value.translation_key == "report_failed"
    assert "There are no measurements after 2026-11-20" in str(failed.value)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"status": 429, "retry_after": 240}, "report_takes_too_long"),
        ({"status": 503}, "command_not_carried_out"),
        ({"status": 404}, "gone"),
    ],
)
async def test_a_report_that_cannot_be_followed_says_so(
    waiting: Waiting, cloud: Cloud, fault: dict[str, int], key: str
) -> None:
    await cloud.fault("getIncidentReport", "status", **fault)
    with pytest.raises(HomeAssistantError) as failed:
        await waiting.report(step=8)
    assert failed.value.translation_key == key


async def test_a_cloud_that_is_silent_for_a_while_is_asked_again(waiting: Waiting, cloud: Cloud) -> None:
    await cloud.fault("getIncidentReport", "status", status=503, times=2)
    assert (await waiting.report(step=4))["status"] == "completed"


async def test_an_account_that_is_loaded_anew_goes_on_waiting_and_one_that_is_deleted_does_not(
    hass: HomeAssistant, waiting: Waiting, cloud: Cloud, world: World
) -> None:
    entries, entry_id = hass.config_entries, waiting.caller.entry.entry_id
    action = waiting.begun()
    while not world.reports:
        await waiting.passed(0)
    await entries.async_unload(entry_id)
    await cloud.requests()
    for _ in range(3):
        await waiting.passed(10)
    assert await cloud.requests() == {}, "not with what is no longer loaded"

    await entries.async_setup(entry_id)
    while not action.done():
        await waiting.passed(10)
    assert (await action)["status"] == "completed"

    action = waiting.begun()
    while len(world.reports) == 1:
        await waiting.passed(0)
    await entries.async_remove(entry_id)
    await waiting.passed(10)
    with pytest.raises(ServiceValidationError) as deleted:
        await action
    assert deleted.value.translation_key == "service_config_entry_not_found"


async def test_a_summary_is_sent_of_some_properties_or_of_all(caller: Caller, cloud: Cloud) -> None:
    await cloud.requests()
    await caller.act("email_summary_report", period="all_time", types=["owner", "noise"])
    await caller.act("email_summary_report", period="day", device_id=[HOME])
    assert await cloud.requests() == {"emailSummaryReport": 2}
