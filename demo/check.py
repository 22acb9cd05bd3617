"""The demo without a person: sees with a program's eyes what a person would look at first."""

from collections.abc import Callable
from typing import Final

from aiohttp import ClientSession

from simulator import Clock

from .failure import DemoFailed, eventually
from .stage import Stage, running
from .terminal import say
from .units import Unit, units

ALARM: Final = "smoke_alarm"
WANTED: Final = frozenset({"temperature", "noise", ALARM})

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
        await _alarm(stage, unit)
        await _web_interface(stage)
        _quiet(stage.process.log)
    say("Everything works")


async def _complete(stage: Stage) -> Unit | None:
    return next((unit for unit in await units(stage.client) if unit.entities.keys() >= WANTED), None)


async def _readings(stage: Stage, unit: Unit) -> None:
    """Wait until all that is wanted has a state."""
    for key in sorted(WANTED):
        entity_id = unit.entities[key]
        state = await _state(stage, entity_id, lambda state: state not in _NOTHING)
        say(f"{unit.name} in {unit.home} has a {key.replace('_', ' ')}: {entity_id} is {state}")


async def _alarm(stage: Stage, unit: Unit) -> None:
    """Raise the alarm in the simulated cloud, and see it in Home Assistant."""
    entity_id = unit.entities[ALARM]
    await _state(stage, entity_id, "off".__eq__)
    await stage.ring(unit.id, ALARM)
    say(f"Raised the smoke alarm of {unit.name} in the simulated cloud")
    await stage.refresh()
    await _state(stage, entity_id, "on".__eq__)
    say(f"Home Assistant shows it: {entity_id} is on")


async def _web_interface(stage: Stage) -> None:
    """Ask for what the web interface cannot begin without."""
    async with ClientSession(stage.client.url, raise_for_status=True) as session, session.get("/"):
        pass
    for command in ("get_config", "get_services", "get_panels", "frontend/get_themes"):
        await stage.client.command(command)
    say("The web interface has what it needs")


async def _state(stage: Stage, entity_id: str, accepted: Callable[[str], bool]) -> str:
    """Wait until the state is one that is accepted, and return it."""

    async def look() -> str | None:
        state = await stage.client.state(entity_id)
        return state if accepted(state) else None

    return await eventually(f"The state of {entity_id} is as expected", _SECONDS, look)


def _quiet(log: list[str]) -> None:
    """See that Home Assistant had nothing to complain about."""
    complaints = [line for line in log if any(level in line for level in _COMPLAINTS) and _EXPECTED not in line]
    if complaints:
        raise DemoFailed("Home Assistant complains:\n" + "\n".join(complaints))
    say("Home Assistant's log has no warning and no error")
