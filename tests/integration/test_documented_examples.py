"""Every example of the documentation is what Home Assistant takes.

A block of ```yaml is Home Assistant's: an automation or a script, or triggers, conditions or actions, one or a list.
A block that is something else says so behind that word, as in ```yaml title="bridge.yaml".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
import re
import shutil
from typing import Any, Final

from homeassistant.components.automation import config as automation
from homeassistant.components.script import config as script
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.template import is_template_string
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from homeassistant.util.yaml.loader import load_yaml_dict
import probatio
import pytest

from custom_components.layla.const import DOMAIN

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")))
ACTIONS: Final = load_yaml_dict(str(ROOT / "custom_components/layla/services.yaml"))
_BLOCK: Final = re.compile(r"^( *)```yaml *\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


class NotOfHomeAssistant(ValueError):
    """An example is nothing that Home Assistant takes."""


@dataclass(frozen=True, slots=True)
class Example:
    """One block, and where it stands."""

    place: str
    text: str


def examples(page: Path) -> Iterator[Example]:
    """Find the blocks of a page that are Home Assistant's."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        lines = found[2].splitlines(keepends=True)
        line = text.count("\n", 0, found.start()) + 1
        yield Example(f"{page.relative_to(ROOT)}:{line}", "".join(each.removeprefix(found[1]) for each in lines))


async def check(hass: HomeAssistant, text: str) -> None:
    """Have Home Assistant check an example. Raises what it says."""
    found = parse_yaml(text)
    for item in found if isinstance(found, list) else [found]:
        if not isinstance(item, Mapping):
            raise NotOfHomeAssistant("neither an object nor a list of objects")
        await _check_item(hass, dict(item))
    for call in _calls(found):
        _check_call(hass, call)


async def _check_item(hass: HomeAssistant, item: dict[str, Any]) -> None:
    """Check one thing: an automation, a script, or a part of one, put into the smallest whole one."""
    if "sequence" in item:
        _ = await script.async_validate_config_item(hass, "example", item)
    elif "use_blueprint" in item or "actions" in item:
        _ = await automation.async_validate_config_item(hass, "example", item)
    elif item.keys() <= {"triggers", "conditions"}:
        _ = await automation.async_validate_config_item(hass, "example", {"triggers": [], **item, "actions": []})
    elif "trigger" in item:
        await _check_item(hass, {"triggers": item})
    elif "condition" in item:
        await _check_item(hass, {"conditions": item})
    elif "action" in item:
        await _check_item(hass, {"sequence": item})
    else:
        raise NotOfHomeAssistant("neither an automation, a script, a trigger, a condition nor an action")


def _calls(found: object) -> Iterator[Mapping[str, Any]]:
    """Find the calls of actions."""
    if isinstance(found, Mapping):
        if "action" in found:
            yield found
        yield from chain.from_iterable(map(_calls, found.values()))
    elif isinstance(found, list):
        yield from chain.from_iterable(map(_calls, found))


def _check_call(hass: HomeAssistant, call: Mapping[str, Any]) -> None:
    """Check a call as it is checked when it is made, most of all ours; what templates come to is only known then."""
    if call["action"] == "notify.send_message" and not call.get("target"):
        raise NotOfHomeAssistant(f"{call['action']} tells nobody")
    if not str(call["action"]).startswith(f"{DOMAIN}."):
        return
    name = str(call["action"]).removeprefix(f"{DOMAIN}.")
    services = hass.services.async_services_for_domain(DOMAIN)
    data = call.get("data", {})
    if name not in services or not data.keys() <= ACTIONS[name].get("fields", {}).keys():
        raise NotOfHomeAssistant(f"{call['action']} takes nothing like this")
    schema = services[name].schema
    if schema is not None and not is_template_string(str(data)):
        _ = schema({**data, **call.get("target", {})})


@pytest.fixture(autouse=True)
async def _ours(hass: HomeAssistant, tmp_path: Path) -> None:
    """Give Home Assistant our actions and our blueprints."""
    shutil.copytree(ROOT / "blueprints", tmp_path / "blueprints")
    hass.config.config_dir = str(tmp_path)
    for domain in (DOMAIN, "automation", "script"):
        assert await async_setup_component(hass, domain, {})


async def test_every_example_is_what_home_assistant_takes(hass: HomeAssistant) -> None:
    wrong = []
    checked = [*chain.from_iterable(map(examples, PAGES))]
    for example in checked:
        try:
            await check(hass, example.text)
        except (HomeAssistantError, NotOfHomeAssistant, probatio.Invalid) as error:
            wrong.append(f"{example.place}: {error}")
    assert not wrong, "\n".join(wrong)
    pages = {example.place.partition(":")[0] for example in checked}
    assert {"docs/air-conditioners.md", "docs/automations.md", "docs/events.md"} <= pages


WRONG: Final = (
    "broker:\n  host: mqtt.example",
    "- text",
    "trigger: layla.alarm_raised",
    "triggers:\n  - trigger: layla.loud\nactions: []",
    "condition: layla.alarm_is_active\noptions: {}",
    "sequence:\n  - wait: 5",
    "action: layla.assume_ac_state\ndata:\n  mode: cool",
    "- action: layla.assume_ac_state\n  target:\n    entity_id: climate.a\n  data:\n    temperature: hot",
    "action: notify.send_message\ndata:\n  message: Hello",
    "if: []\nthen:\n  - action: layla.open_the_window",
    "use_blueprint:\n  path: layla/nothing.yaml",
)


async def test_an_example_that_home_assistant_does_not_take_is_found(hass: HomeAssistant) -> None:
    for text in WRONG:
        with pytest.raises((HomeAssistantError, NotOfHomeAssistant, probatio.Invalid)):
            await check(hass, text)


def test_a_block_that_is_something_else_is_told_apart() -> None:
    page = ROOT / "docs/automations.md"
    assert len(list(examples(page))) == 4
    text = 'x\n\n  ```yaml\n  a: 1\n  ```\n\n```yaml title="b"\nb: 2\n```\n'
    assert [(found[1], found[2]) for found in _BLOCK.finditer(text)] == [("  ", "  a: 1\n")]
