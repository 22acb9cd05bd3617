"""The check of an air conditioner: commanded in Home Assistant, seen in the simulated cloud, and back."""

from dataclasses import dataclass
from typing import Final, override

from .air_conditioners import KEY
from .client import Json
from .failure import DemoFailed
from .stage import Stage
from .terminal import say
from .units import Unit, units

_MODE: Final = "cool"
_DEGREES: Final = 18
# Longer than any command is put ahead, in s.
_UNTIL_SENT: Final = 60
_UNTIL_COOL: Final = 900


@dataclass(frozen=True, slots=True)
class Cooled:
    """A unit whose air conditioner was switched on: the °C and the W that it measured before, and measures now."""

    unit: Unit
    before: tuple[float, float]
    now: tuple[float, float]

    @override
    def __str__(self) -> str:
        (warm, little), (cool, much) = self.before, self.now
        return f"{warm:g} to {cool:g} °C, {little:g} to {much:g} W"


async def switch_on(stage: Stage) -> Cooled:
    """Let the warmest room that has an air conditioner be cooled for a quarter of an hour; raises DemoFailed."""
    unit, before = await _warmest(stage)
    await stand_still(stage)
    await stage.client.act("climate.set_temperature", unit.entities[KEY], hvac_mode=_MODE, temperature=_DEGREES)
    say(f"Told the air conditioner of {unit.name} in {unit.home} to cool to {_DEGREES} °C, in Home Assistant")
    config = await one_frame(stage, unit, "on")
    told = (await _simulated(stage, unit))["ac"]
    if (config["mode"], config["temperature"]) != (_MODE, _DEGREES) or told["temperature"] != _DEGREES:
        raise DemoFailed(f"{unit.name} sent another frame than it was told: {config}")
    await stage.control("POST", "clock", advance=_UNTIL_COOL)
    cooled = Cooled(unit, before, _climate(await _simulated(stage, unit)))
    if cooled.now[0] >= before[0] or cooled.now[1] <= before[1]:
        raise DemoFailed(f"The simulated room of {unit.name} does not get cool: {cooled}")
    say(f"One infrared frame went out, and in a quarter of an hour the simulated room went from {cooled}")
    return cooled


async def see_room_cool(stage: Stage, cooled: Cooled) -> None:
    """See in Home Assistant, once it was refreshed, what the frame has changed."""
    entities = cooled.unit.entities
    temperature, power = cooled.now
    await stage.see(
        entities[KEY],
        lambda shown: (
            (shown["state"], shown["attributes"]["temperature"]) == (_MODE, _DEGREES)
            and shown["attributes"]["current_temperature"] == temperature
        ),
    )
    await stage.see(entities["power"], lambda shown: shown["state"] == str(float(power)))
    say(f"Home Assistant shows it: {entities[KEY]} is {_MODE}, {temperature:g} °C; {entities['power']} is {power:g}")


async def switch_off(stage: Stage, cooled: Cooled) -> None:
    """Switch it off again; raises DemoFailed."""
    unit = cooled.unit
    await stage.client.act("climate.turn_off", unit.entities[KEY])
    await one_frame(stage, unit, "off")
    await stage.see(unit.entities[KEY], lambda shown: shown["state"] == "off")
    await stage.control("POST", "clock", frozen=False)
    say(f"Switched it off again, with one frame: {unit.entities[KEY]} is off")


async def stand_still(stage: Stage) -> None:
    """Stop the cloud's clock before a command: it is put seconds ahead, which is then far enough at any speed."""
    await stage.control("POST", "clock", frozen=True)
    await stage.control("DELETE", "counters")


async def _warmest(stage: Stage) -> tuple[Unit, tuple[float, float]]:
    """Return the unit with an air conditioner whose room is warmest, and what it measures."""
    driving = [unit for unit in await units(stage.client) if KEY in unit.entities]
    if not driving:
        raise DemoFailed("No unit drives an air conditioner")
    measured = [(unit, _climate(await _simulated(stage, unit))) for unit in driving]
    return max(measured, key=lambda each: each[1])


async def one_frame(stage: Stage, unit: Unit, action: str) -> Json:
    """Let the command go out, and return its appliance_config; raises DemoFailed unless it is one frame."""
    await stage.control("POST", "clock", advance=_UNTIL_SENT)
    frames = (await stage.control("GET", "counters"))["ir_frames"].get(unit.id, [])
    await stage.control("DELETE", "counters")
    if [frame["action"] for frame in frames] != [action]:
        raise DemoFailed(f"{unit.name} was to send one frame that says {action}, and sent {frames or 'none'}")
    if (await _simulated(stage, unit))["ac"]["on"] != (action == "on"):
        raise DemoFailed(f"The simulated air conditioner of {unit.name} is not {action}")
    return frames[0]["appliance_config"]


async def _simulated(stage: Stage, unit: Unit) -> Json:
    """Return a unit as the simulated cloud knows it."""
    devices = (await stage.control("GET", "state"))["devices"]
    return next(device for device in devices if device["id"] == unit.id)


def _climate(device: Json) -> tuple[float, float]:
    """Return the °C and the W that a unit measures."""
    readings = device["readings"]
    return readings["temperature"], readings["power"]
