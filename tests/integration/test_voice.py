"""Voice: the air conditioner obeys Assist, through Home Assistant's own conversation agent."""

from pathlib import Path
import re
from typing import Any, Final

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import World
from simulator.clock import Clock
from simulator.house import homes
from simulator.house.property import Property
from simulator.house.room import still

from .air_conditioner import Remote, add_profile, choose_full_control
from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import needs

pytestmark = needs("SwitchAirConditioner")
PAGE: Final = Path(__file__).parents[2] / "docs" / "voice.md"


def bedrooms(*homes_of: str) -> Any:
    """Make a world of homes that each have a bedroom and a living room with an air conditioner."""

    def make(clock: Clock) -> World:
        now = clock.now()
        places = [Property(name.lower(), name, "Europe/Berlin", now - homes.LIVED_IN) for name in homes_of]
        units = [
            homes.unit(f"{place.id}-{room}", place.id, room.capitalize(), still(room, power=4), drives_ac=True)
            for place in places
            for room in ("bedroom", "kitchen")
            if (place.id, room) != ("cabin", "bedroom")
        ]
        return World(places, units, clock=clock)

    return make


ONE = pytest.param(bedrooms("Villa"), id="one property")
SEVERAL = pytest.param(bedrooms("Villa", "Cabin"), id="several properties")


@pytest.fixture
async def spoken_to(hass: HomeAssistant, entry: MockConfigEntry, world: World) -> MockConfigEntry:
    """Set up the account and Assist."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})
    assert await async_setup_component(hass, "intent", {})
    entry.add_to_hass(hass)
    add_profile(hass, entry, units=list(world.devices))
    choose_full_control(hass, entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await conversation.async_prepare_agent(hass, None, "en")
    return entry


async def taught(hass: HomeAssistant, number: int) -> None:
    """Teach Assist the automation of the page for users."""
    examples = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert await async_setup_component(hass, "automation", {"automation": [parse_yaml(examples[number])]})


async def ask(hass: HomeAssistant, sentence: str) -> str:
    """Say a sentence that commands nothing, and return what Assist says."""
    answer = (await conversation.async_converse(hass, sentence, None, Context(), language="en")).response
    assert answer.response_type.value in {"action_done", "query_answer"}, answer.as_dict()
    return str(answer.speech["plain"]["speech"])


async def say(hass: HomeAssistant, remote: Remote, sentence: str) -> str:
    """Say a sentence to Assist and return the kind of its answer."""
    call = conversation.async_converse(hass, sentence, None, Context(), language="en")
    task = hass.async_create_task(call)
    await remote.together(task, beginning=300)
    # Assist answers before the frame is accepted.
    await remote.moment()
    await remote.later(9)
    answer = task.result().response
    assert answer.response_type.value == "action_done", answer.as_dict()
    return str(answer.speech)


@pytest.mark.parametrize("world", [ONE, SEVERAL], indirect=True)
@pytest.mark.parametrize(
    "sentence",
    ["set the bedroom to 21 degrees", "set the bedroom temperature to 21", "set the bedroom air conditioner to 21"],
)
async def test_the_bedroom_is_set_to_a_temperature(
    hass: HomeAssistant, spoken_to: MockConfigEntry, remote: Remote, world: World, sentence: str
) -> None:
    climate = next(state.entity_id for state in hass.states.async_all("climate") if "bedroom" in state.entity_id)
    await remote.command("turn_on", entity_id=climate)
    await remote.later(9)

    await say(hass, remote, sentence)

    frames = await remote.frames("villa-bedroom")
    assert [frame["appliance_config"]["temperature"] for frame in frames] == [24, 21]


@pytest.mark.parametrize("world", [ONE, SEVERAL], indirect=True)
@pytest.mark.parametrize("thing", ["bedroom air conditioner", "bedroom"])
async def test_the_bedroom_air_conditioner_is_switched_on_and_off(
    hass: HomeAssistant, spoken_to: MockConfigEntry, remote: Remote, thing: str
) -> None:
    await say(hass, remote, f"turn on the {thing}")
    await say(hass, remote, f"turn off the {thing}")

    assert [frame["action"] for frame in await remote.frames("villa-bedroom")] == ["on", "off"]


@lives_in(bedrooms("Villa", "Cabin"))
async def test_rooms_of_one_name_in_several_homes_are_told_apart_by_the_home(
    hass: HomeAssistant, spoken_to: MockConfigEntry, remote: Remote
) -> None:
    await say(hass, remote, "turn on the cabin kitchen air conditioner")
    await say(hass, remote, "turn on the villa kitchen")

    assert len(await remote.frames("cabin-kitchen")) == 1
    assert len(await remote.frames("villa-kitchen")) == 1


@lives_in(bedrooms("Villa"))
async def test_the_mode_is_set_by_the_sentence_of_the_example(
    hass: HomeAssistant, spoken_to: MockConfigEntry, remote: Remote
) -> None:
    await taught(hass, 0)

    answer = await say(hass, remote, "set the bedroom air conditioner to heat mode")

    frames = await remote.frames("villa-bedroom")
    assert [(frame["action"], frame["appliance_config"]["mode"]) for frame in frames] == [("on", "heat")]
    assert "set to heat" in answer
    assert "I know the modes cool" in await ask(hass, "let the bedroom air conditioner sing")


async def test_assist_tells_whether_there_is_smoke_once_the_alarm_is_exposed(
    hass: HomeAssistant, spoken_to: MockConfigEntry, cloud: Cloud, refresh: Refresh
) -> None:
    async_expose_entity(hass, "conversation", "binary_sensor.studio_smoke_alarm", should_expose=True)
    assert (await ask(hass, "is the studio smoke alarm detected?")).startswith("No")

    await cloud.alarm("unit", "smoke_alarm")
    await refresh()

    assert (await ask(hass, "is the studio smoke alarm detected?")).startswith("Yes")


async def test_the_example_asks_every_smoke_alarm_and_takes_silence_for_no_all_clear(
    hass: HomeAssistant, spoken_to: MockConfigEntry, cloud: Cloud, refresh: Refresh
) -> None:
    await taught(hass, 1)
    assert await ask(hass, "is there any smoke") == "No smoke."

    await cloud.change("unit", online=False)
    await refresh()
    assert "cannot be reached" in await ask(hass, "is there smoke anywhere")

    await cloud.alarm("unit", "smoke_alarm")
    await refresh()
    assert await ask(hass, "is there smoke") == "Yes: Studio Smoke alarm."
