"""Promises of what is installed: one version, and the dependencies that the suite runs with."""

import configparser
import json
from pathlib import Path
import re
import tomllib
from typing import Final

import yaml

from layla_bridge.cli import app
from layla_bridge.configuration import load
from layla_bridge.version import VERSION

ROOT: Final = Path(__file__).parents[3]
PROJECT: Final = tomllib.loads((ROOT / "bridge/pyproject.toml").read_text())


def names(lines: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z][\w.-]*", line) for line in lines)
    return {name[0].lower() for name in found if name}


def test_everything_has_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    manifest = json.loads((ROOT / "custom_components/layla/manifest.json").read_text())
    home_assistant_app = yaml.safe_load((ROOT / "bridge/config.yaml").read_text())
    text = (
        ROOT / PROJECT["tool"]["hatch"]["version"]["path"].replace("layla_bridge", "bridge/layla_bridge")
    ).read_text()
    found = re.search(PROJECT["tool"]["hatch"]["version"]["pattern"], text)

    assert found
    assert {found["version"], project["version"], manifest["version"], home_assistant_app["version"]} == {VERSION}
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text()


def test_it_asks_for_what_the_suite_runs_with() -> None:
    wanted = (ROOT / "requirements/bridge.in").read_text().splitlines()
    assert names(PROJECT["project"]["dependencies"]) == names(wanted)


def test_its_program_is_the_command_line() -> None:
    assert PROJECT["project"]["scripts"] == {"layla-bridge": "layla_bridge.cli:app"}
    assert app.info.name == "layla-bridge"


def test_the_service_of_systemd_sets_variables_that_there_are(tmp_path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # as its documentation says
    unit.read(ROOT / "bridge/layla-bridge.service")
    service = unit["Service"]
    name, _, value = service["Environment"].partition("=")
    (tmp_path / "token").write_text("s3cret")
    folder = tmp_path / "state"

    configuration = load(None, {name: value.replace("%d", str(tmp_path)), "STATE_DIRECTORY": str(folder)})

    assert service["LoadCredential"].startswith(f"{value.rpartition('/')[2]}:")
    assert configuration.data == folder
    assert service["Type"] == "notify"
