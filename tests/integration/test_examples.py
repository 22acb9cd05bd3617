"""The examples of the documentation: Home Assistant takes each of them, and every page is linked from the index."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.template import Template
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .flavours import once

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGES: Final = sorted(DOCS.glob("*.md"))

pytestmark = once


def examples() -> Iterator[Any]:
    """Find what stands in the pages as YAML."""
    for page in PAGES:
        found = re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        for number, text in enumerate(found, 1):
            yield pytest.param(text, id=f"{page.stem} {number}")


@pytest.fixture
async def ready(hass: HomeAssistant, loaded: MockConfigEntry) -> MockConfigEntry:
    """Set up the account, and what examples use."""
    for component in ("homeassistant", "automation", "conversation", "persistent_notification"):
        assert await async_setup_component(hass, component, {})
    return loaded


@pytest.mark.parametrize("text", examples())
async def test_home_assistant_takes_the_example(hass: HomeAssistant, ready: MockConfigEntry, text: str) -> None:
    read = parse_yaml(text)
    for example in read if isinstance(read, list) else [read]:
        if example.keys() & {"triggers", "conditions", "actions"}:
            whole = {"triggers": [], "actions": [], **example}
            validated = await async_validate_config_item(hass, "example", whole)
            assert validated is not None
            assert validated.validation_error is None
        elif "action" in example:
            action = cv.script_action(example)
            domain, name = str(action["action"]).split(".")
            assert domain != "layla" or hass.services.has_service(domain, name)
        elif "content" in example:
            assert Template(example["content"], hass).async_render(parse_result=False).strip() == "No alarm anywhere."


def test_the_index_names_every_page() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "README.md").read_text(encoding="utf-8")))
    assert linked >= {page.name for page in PAGES} - {"README.md"}


def test_no_page_points_to_one_that_is_not_there() -> None:
    missing = {
        f"{page.name}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\((?!https?:)([\w./-]+)", page.read_text(encoding="utf-8"))
        if not (DOCS / link).exists()
    }
    assert not missing
