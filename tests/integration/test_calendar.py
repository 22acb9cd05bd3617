"""The calendar of an air conditioner, as its panel in Home Assistant's own web interface uses it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.layla.cloud import commands
from simulator import World

from .air_conditioner import Remote, choose_full_control
from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs
from .test_ac_schedule import SCHEDULE

pytestmark = needs("PlanAcSchedule")

CALENDAR: Final = "calendar.studio_schedule"
AC: Final = "climate.studio"
# Monday evening in Berlin, where the property is; Home Assistant's clock stands in California.
EVENING: Final = {"dtstart": "2026-11-23T09:00:00-08:00", "dtend": "2026-11-23T14:30:00-08:00", "summary": "Warm"}
WEEKLY: Final = {**EVENING, "rrule": "FREQ=WEEKLY;BYDAY=MO,FR"}
OFF_SOON: Final = {"dtstart": "2026-11-20T05:00:00-08:00", "dtend": "2026-11-20T06:00:00-08:00", "summary": "Turn off"}

type Panel = Callable[..., Awaitable[str | None]]


@pytest.fixture
async def panel(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Panel:
    """Create, update or delete an event by the panel's own calls; returns the error that users read, if any."""
    client = await hass_ws_client(hass)

    async def _panel(what: str, **members: Any) -> str | None:
        await client.send_json_auto_id({"type": f"calendar/event/{what}", "entity_id": CALENDAR, **members})
        answer = await client.receive_json()
        await hass.async_block_till_done()
        return None if answer["success"] else str(answer["error"]["message"])

    return _panel


async def events(hass: HomeAssistant, days: float = 7) -> list[tuple[str, str, str]]:
    """Return start, end and summary of what the calendar shows from now on."""
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": CALENDAR, "end_date_time": datetime.now(UTC) + timedelta(days=days)},
        blocking=True,
        return_response=True,
    )
    assert answer
    found: Any = answer[CALENDAR]
    return [(one["start"], one["end"], one["summary"]) for one in found["events"]]


def shown(hass: HomeAssistant, entity_id: str = CALENDAR) -> tuple[str, Any]:
    """Return the state of the calendar and what it says comes next."""
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state, state.attributes.get("message")


async def test_an_event_made_in_the_panel_becomes_a_schedule_at_the_cloud(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    assert shown(hass) == ("off", None)

    assert await panel("create", event=WEEKLY) is None

    schedule = (await remote.held())["schedule"]
    config = schedule.pop("appliance_config")
    assert schedule == {
        "enabled": True,
        "days": ["mon", "fri"],
        "start_time": "18:00",
        "end_time": "23:30",
        "change_ac_state": True,
    }
    assert (config["vendor"], config["mode"], config["temperature"]) == ("Daikin", "cool", 24), "what is shown"
    assert shown(hass) == ("off", "On")
    assert await events(hass) == [
        ("2026-11-20T09:00:00-08:00", "2026-11-20T14:30:00-08:00", "On"),
        ("2026-11-23T09:00:00-08:00", "2026-11-23T14:30:00-08:00", "On"),
    ]

    await remote.later(5 * 3600 + 1)
    assert shown(hass)[0] == "on"
    assert shown(hass, AC)[0] == "cool", "what is shown follows the schedule"
    assert [frame["action"] for frame in await remote.frames()] == ["on"]
    await remote.later(5.5 * 3600)
    assert shown(hass)[0] == "off"
    assert shown(hass, AC)[0] == "off"


async def test_editing_and_deleting_hold_for_every_week_and_keep_what_we_do_not_know(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    account = full.runtime_data.account
    await account.execute(commands.SetAcSchedule(device_id="unit", schedule={**SCHEDULE, "label": "evenings"}))
    every = {"uid": "schedule", "recurrence_id": "2026-11-23T18:00:00+01:00", "recurrence_range": "THISANDFUTURE"}
    changed = {**WEEKLY, "dtend": "2026-11-24T00:00:00-08:00", "rrule": "FREQ=DAILY"}

    assert await panel("update", **every, event=changed) is None

    schedule = full.runtime_data.account._air_conditioning._slots["unit"].schedule
    assert schedule == {
        **SCHEDULE,
        "label": "evenings",
        "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "end_time": "09:00",
    }
    assert (await remote.held())["schedule"]["appliance_config"] == SCHEDULE["appliance_config"]
    assert shown(hass)[1] == "On"
    assert (await events(hass))[0] == ("2026-11-20T09:00:00-08:00", "2026-11-21T00:00:00-08:00", "On")
    assert len(await events(hass)) == 7

    assert await panel("delete", **every) is None
    assert (await remote.held())["schedule"] is None
    assert shown(hass) == ("off", None)
    assert await events(hass) == []


@pytest.mark.parametrize(
    ("told", "moved"),
    [
        ({"change_ac_state": False}, {"start_time": "19:00", "end_time": "23:30", "change_ac_state": False}),
        ({"start_time": None}, {"start_time": None, "end_time": "19:00", "change_ac_state": True}),
        ({"end_time": None}, {"start_time": "19:00", "end_time": None, "change_ac_state": True}),
    ],
    ids=["switches nothing", "off alone", "on alone"],
)
async def test_a_schedule_that_is_moved_switches_no_more_than_before(
    full: MockConfigEntry, remote: Remote, panel: Panel, told: dict[str, Any], moved: dict[str, Any]
) -> None:
    kept = {name: value for name, value in {**SCHEDULE, **told}.items() if value is not None}
    await full.runtime_data.account.execute(commands.SetAcSchedule(device_id="unit", schedule=kept))

    later = {**WEEKLY, "dtstart": "2026-11-23T10:00:00-08:00"}
    assert await panel("update", uid="schedule", event=later) is None

    schedule = (await remote.held())["schedule"]
    assert {name: schedule[name] for name in moved} == moved


async def test_an_event_that_happens_once_is_the_timer_and_goes_when_it_went_off(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    assert await panel("create", event={**EVENING, "summary": "AC on, please"}) is None
    assert (await remote.held())["timer"] == {"at": "2026-11-23T17:00:00+00:00", "action": "on"}

    assert await panel("create", event=OFF_SOON) is None, "there is one timer, and the newer one it is"
    assert (await remote.held())["timer"] == {"at": "2026-11-20T13:00:00+00:00", "action": "off"}
    later = {**OFF_SOON, "dtstart": "2026-11-20T05:30:00-08:00"}
    assert await panel("update", uid="timer", event=later) is None
    assert await events(hass) == [("2026-11-20T05:30:00-08:00", "2026-11-20T05:45:00-08:00", "Turn off")]
    assert shown(hass) == ("off", "Turn off")
    assert shown(hass, AC)[0] == "cool"

    await remote.later(90 * 60)
    assert shown(hass) == ("off", None)
    assert await events(hass) == []
    assert shown(hass, AC)[0] == "off", "what is shown follows the timer"

    assert await panel("create", event={**EVENING, "summary": "on"}) is None
    assert await panel("delete", uid="timer") is None
    assert (await remote.held())["timer"] is None
    assert await events(hass) == []


@pytest.mark.parametrize(
    ("what", "members", "said"),
    [
        ("create", {"event": WEEKLY}, "This air conditioner has a weekly schedule"),
        ("create", {"event": {**EVENING, "summary": "Guests"}}, 'its title says how: "Turn on" or "Turn off"'),
        ("create", {"event": {**OFF_SOON, "dtstart": "2026-11-20T03:00:00-08:00"}}, "That time has passed"),
        ("update", {"uid": "schedule", "event": {**WEEKLY, "rrule": "FREQ=MONTHLY"}}, "every week on the days"),
        ("update", {"uid": "schedule", "event": {**WEEKLY, "rrule": "FREQ=DAILY;COUNT=3"}}, "cannot end after"),
        (
            "update",
            {"uid": "schedule", "event": {**WEEKLY, "dtend": "2026-11-24T09:00:00-08:00"}},
            "less than 24",
        ),
        (
            "update",
            {"uid": "schedule", "event": {**WEEKLY, "dtstart": "2026-11-23", "dtend": "2026-11-24"}},
            "an event that lasts all day",
        ),
        ("update", {"uid": "schedule", "event": EVENING}, "one cannot be made the other"),
        ("update", {"uid": "timer", "event": WEEKLY}, "one cannot be made the other"),
        ("update", {"uid": "schedule", "recurrence_id": "x", "event": WEEKLY}, "a single day cannot be changed"),
        ("delete", {"uid": "schedule", "recurrence_id": "x"}, "a single day cannot be changed"),
    ],
)
async def test_what_the_cloud_cannot_keep_is_refused_with_the_remedy(
    hass: HomeAssistant,
    full: MockConfigEntry,
    remote: Remote,
    panel: Panel,
    what: str,
    members: dict[str, Any],
    said: str,
) -> None:
    await full.runtime_data.account.execute(commands.SetAcSchedule(device_id="unit", schedule=SCHEDULE))
    before = await remote.held()

    error = await panel(what, **members)

    assert error is not None
    assert said in error
    assert await remote.held() == before


async def test_with_on_and_off_only_the_schedule_is_neither_shown_nor_touched(
    hass: HomeAssistant, loaded: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    await loaded.runtime_data.account.execute(commands.SetAcSchedule(device_id="unit", schedule=SCHEDULE))
    before = await remote.held()
    for error in (await panel("create", event=WEEKLY), await panel("delete", uid="schedule")):
        assert error is not None
        assert "choose full control" in error
    assert await events(hass) == []

    assert await panel("create", event=OFF_SOON) is None
    held = await remote.held()
    assert held["schedule"] == before["schedule"]
    assert [summary for *_, summary in await events(hass)] == ["Turn off"]


async def test_full_control_without_a_profile_schedules_what_the_unit_sends_anyway(
    hass: HomeAssistant, loaded: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    choose_full_control(hass, loaded)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()

    assert await panel("create", event=WEEKLY) is None

    held = await remote.held()
    assert held["schedule"]["days"] == ["mon", "fri"]
    assert held["appliance_config"] == {}


async def test_what_the_cloud_does_not_take_is_said_and_not_shown(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, panel: Panel
) -> None:
    await cloud.fault("putAcSchedule", "status", status=403)
    error = await panel("create", event=WEEKLY)
    assert error is not None
    assert "refused the command" in error
    assert shown(hass) == ("off", None)


async def test_a_schedule_that_the_payload_tells_of_is_shown_and_an_unchanged_one_writes_nothing(
    hass: HomeAssistant, cloud: Cloud, world: World, full: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", settings={"ac_schedule": SCHEDULE})
    await refresh()
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert state.attributes["message"] == "On"

    for _ in range(2):
        await refresh()

    again = hass.states.get(CALENDAR)
    assert again is not None
    assert again.last_reported == state.last_reported


async def test_a_restart_keeps_the_plans_and_what_they_did_meanwhile_is_shown(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    assert await panel("create", event=WEEKLY) is None
    assert await panel("create", event=OFF_SOON) is None
    await hass.config_entries.async_reload(full.entry_id)
    await hass.async_block_till_done()
    assert [summary for *_, summary in await events(hass, 1)] == ["Turn off", "On"]
    assert shown(hass, AC)[0] == "cool"

    await hass.config_entries.async_unload(full.entry_id)
    await remote.later(2 * 3600)
    await hass.config_entries.async_setup(full.entry_id)
    await hass.async_block_till_done()

    assert [summary for *_, summary in await events(hass, 1)] == ["On"]
    assert shown(hass, AC)[0] == "off", "the timer switched it off while nobody looked"


async def test_a_unit_that_was_offline_when_its_timer_was_due_is_not_said_to_be_switched(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote, panel: Panel, refresh: Refresh
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    assert await panel("create", event=OFF_SOON) is None
    await cloud.change("unit", online=False)
    await refresh()
    await remote.later(3600)
    await cloud.change("unit", online=True)
    await refresh()
    assert shown(hass, AC)[0] == "cool"


async def test_a_command_that_goes_out_after_the_schedule_has_the_last_word(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, panel: Panel
) -> None:
    assert await panel("create", event=WEEKLY) is None
    await remote.later(5 * 3600 - 2)
    await remote.command("turn_off")
    # Now the schedule switches it on; the command goes out some seconds after it was accepted.
    await remote.later(2)
    await remote.later(9)

    assert [frame["action"] for frame in await remote.frames()] == ["on", "off"]
    assert shown(hass, AC)[0] == "off"
