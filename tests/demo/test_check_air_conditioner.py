"""Promises of the check that commands an air conditioner: what it does not let pass."""

from collections.abc import AsyncIterator
from typing import cast

from aiohttp import ClientSession
import pytest

from demo import check_air_conditioner
from demo.bridge import Bridge
from demo.client import HomeAssistant
from demo.failure import DemoFailed
from demo.process import HomeAssistantProcess
from demo.stage import Stage
from demo.units import Unit
import simulator
from simulator import World
from simulator.house import infrared

UNIT = Unit(id="unit", device_id="device", name="Studio", home="Tiny Home")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A simulated cloud on a stage without Home Assistant."""
    async with simulator.running(World.tiny()) as running, ClientSession() as session:
        nobody = HomeAssistant(session, "http://127.0.0.1:1")
        yield Stage(running, cast("HomeAssistantProcess", None), nobody, cast("Bridge", None))


def sent(stage: Stage, *actions: str) -> None:
    """Let the unit send frames."""
    world = stage.simulator.world
    unit = world.devices["unit"]
    for action in actions:
        infrared.send(unit, action, world.clock.now(), world.property_of(unit).zone)


async def test_one_frame_is_what_is_wanted(stage: Stage) -> None:
    sent(stage, "on")

    await check_air_conditioner.one_frame(stage, UNIT, "on")


@pytest.mark.parametrize("actions", [(), ("on", "on"), ("off",), ("off", "on")], ids=str)
async def test_no_frame_a_second_one_or_another_fails(stage: Stage, actions: tuple[str, ...]) -> None:
    sent(stage, *actions)

    with pytest.raises(DemoFailed, match="Studio was to send one frame that says on"):
        await check_air_conditioner.one_frame(stage, UNIT, "on")
