"""Every operation of both APIs is reachable from Home Assistant: the page that says how is complete, and true."""

from pathlib import Path
import re
from typing import Final

from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components import layla
from simulator.layla import spec

FOLDER: Final = Path(layla.__file__).parent
PAGE: Final = (FOLDER.parent.parent / "docs" / "coverage.md").read_text()
ACTIONS: Final = {f"layla.{name}" for name in load_yaml_dict(str(FOLDER / "services.yaml"))}
TITLES: Final = {spec.OWNER: "The API for owners", spec.PARTNER: "The API for partners"}
CLIENT_ALONE: Final = {"createPictureUploadUrls"}
# What no platform or action does, but the integration itself.
BY_ITSELF: Final = {"refresh", "history"}


def rows(document: spec.Document) -> list[tuple[str, str]]:
    """Return the table of an API: operations, and what becomes of them."""
    section = PAGE.split(f"## {TITLES[document]}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)


@pytest.mark.parametrize("document", TITLES, ids=lambda document: document.name)
def test_every_operation_is_in_the_table_of_its_api_once(document: spec.Document) -> None:
    assert [name for name, _ in rows(document)] == [operation.id for operation in spec.operations(document)]


@pytest.mark.parametrize("document", TITLES, ids=lambda document: document.name)
def test_what_the_table_names_is_there(document: spec.Document) -> None:
    platforms = {platform for platform in Platform if (FOLDER / f"{platform}.py").exists()}
    for operation, becomes in rows(document):
        if operation in CLIENT_ALONE:
            assert becomes.startswith("Not used")
            continue
        actions = set(re.findall(r"`(layla\.\w+)`", becomes))
        words = set(re.findall(r"\w+", re.sub(r"`[^`]+`", "", becomes).lower()))
        shown = words & {*Platform}
        assert actions <= ACTIONS, (operation, actions - ACTIONS)
        assert shown <= platforms, (operation, shown - platforms)
        assert actions or shown or words & BY_ITSELF, operation


def test_every_action_is_in_a_table() -> None:
    named = {
        action for document in TITLES for _, becomes in rows(document) for action in re.findall(r"layla\.\w+", becomes)
    }
    assert ACTIONS - named == {"layla.assume_ac_state"}, "which sends nothing"
