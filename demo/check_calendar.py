"""The check of a calendar: an event that is made in Home Assistant is a schedule in the simulated cloud."""

from datetime import UTC, datetime, timedelta
from typing import Final

from .client import Json
from .failure import eventually
from .stage import Stage
from .terminal import say
from .units import Unit

_KEY: Final = "schedule"
_DAYS: Final = {"mon", "fri"}
_LENGTH: Final = timedelta(hours=2)
_SECONDS: Final = 60.0


async def plan(stage: Stage, unit: Unit) -> None:
    """Make a weekly event as the calendar's page does, and see what the cloud keeps; raises DemoFailed."""
    entity_id = unit.entities[_KEY]
    today = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    await stage.client.command(
        "calendar/event/create",
        entity_id=entity_id,
        event={
            "summary": "Guests arrive",
            "dtstart": monday.isoformat(),
            "dtend": (monday + _LENGTH).isoformat(),
            "rrule": "FREQ=WEEKLY;BYDAY=MO,FR",
        },
    )
    # While the unit is told something else, its schedule waits for some seconds.
    kept = await eventually(f"The cloud keeps the schedule of {unit.name}", _SECONDS, lambda: _kept(stage, unit))
    say(f"An event in {entity_id} is a schedule in the simulated cloud: {kept['start_time']} to {kept['end_time']}")
    await stage.see(entity_id, lambda shown: shown["attributes"].get("start_time") is not None)


async def _kept(stage: Stage, unit: Unit) -> Json | None:
    """Return the schedule that the simulated cloud has of a unit, once it is that of the calendar."""
    devices = (await stage.control("GET", "state"))["devices"]
    kept = next(device for device in devices if device["id"] == unit.id)["ac"]["schedule"]
    return kept if kept and {*kept["days"]} == _DAYS else None
