"""The demo without a person: sees with a program's eyes what a person would look at first."""

from typing import Final

from aiohttp import ClientSession

from simulator import Clock

from . import check_air_conditioner, check_bridge, check_calendar, check_sign_in
from .failure import DemoFailed, eventually
from .stage import Stage, running
from .terminal import say
from .units import Unit, units

ALARM: Final = "smoke_alarm"
WANTED: Final = frozenset({"temperature", "noise", ALARM, check_bridge.ALARM})

_SECONDS: Final = 60.0
_NOTHING: Final = ("unknown", "unavailable")
_COMPLAINTS: Final = (" WARNING (", " ERROR (", " CRITICAL (")
# Home Assistant says this of every integration that is not its own.
_EXPECTED: Final = "We found a custom integration layla which has not been tested by Home Assistant"


async def run(port: int, clock: Clock) -> None:
    """Start everything, see that readings and an alarm arrive, and stop it; raises DemoFailed for what does not."""
    async with running(port, clock) as stage:
        unit = await eventually(f"A unit with {', '.join(sorted(WANTED))}", _SECONDS, lambda: _complete(stage))
        await _readings(stage, unit)
        # First, so that what comes after it shows that the account is as good as it was.
        await check_sign_in.there_and_back(stage, unit)
        # Home Assistant merges refreshes of one moment, so one serves alarm and air conditioner.
        cooled = await check_air_conditioner.switch_on(stage)
        await _raise_alarm(stage, unit)
        await stage.refresh()
        await _see_alarm(stage, unit)
        await check_air_conditioner.see_room_cool(stage, cooled)
        await check_air_conditioner.switch_off(stage, cooled)
        await check_calendar.plan(stage, cooled.unit)
        await check_bridge.run(stage, unit)
        await _web_interface(stage)
        _quiet(stage.process.log)
    say("Everything works")


async def _complete(stage: Stage) -> Unit | None:
    return next((unit for unit in await units(stage.client) if unit.entities.keys() >= WANTED), None)


async def _readings(stage: Stage, unit: Unit) -> None:
    """Wait until all that is wanted has a state."""
    for key in sorted(WANTED):
        entity_id = unit.entities[key]
        state = await stage.see(entity_id, lambda state: state["state"] not in _NOTHING)
        say(f"{unit.name} in {unit.home} has a {key.replace('_', ' ')}: {entity_id} is {state['state']}")


async def _raise_alarm(stage: Stage, unit: Unit) -> None:
    """Raise the alarm in the simulated cloud."""
    await stage.see(unit.entities[ALARM], lambda state: state["state"] == "off")
    await stage.ring(unit.id, ALARM)
    say(f"Raised the smoke alarm of {unit.name} in the simulated cloud")


async def _see_alarm(stage: Stage, unit: Unit) -> None:
    """See the alarm in Home Assistant."""
    entity_id = unit.entities[ALARM]
    await stage.see(entity_id, lambda state: state["state"] == "on")
    say(f"Home Assistant shows it: {entity_id} is on")


async def _web_interface(stage: Stage) -> None:
    """Ask for what the web interface cannot begin without."""
    async with ClientSession(stage.client.url, raise_for_status=True) as session, session.get("/"):
        pass
    for command in ("get_config", "get_services", "get_panels", "frontend/get_themes"):
        await stage.client.command(command)
    say("The web interface has what it needs")


def _quiet(log: list[str]) -> None:
    """See that Home Assistant had nothing to complain about."""
    complaints = [line for line in log if any(level in line for level in _COMPLAINTS) and _EXPECTED not in line]
    if complaints:
        raise DemoFailed("Home Assistant complains:\n" + "\n".join(complaints))
    say("Home Assistant's log has no warning and no error")
