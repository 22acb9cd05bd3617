"""Promises of the configuration that the demo's Home Assistant starts with."""

import json
from pathlib import Path

import yaml

from demo import configuration

ROOT = Path(__file__).parents[2]


def stored(folder: Path, key: str) -> dict[str, object]:
    data: dict[str, object] = json.loads((folder / ".storage" / key).read_text())["data"]
    return data


def test_home_assistant_listens_where_it_is_told_and_stays_there(tmp_path: Path) -> None:
    configuration.prepare(tmp_path, "127.0.0.1", 4321)

    http = stored(tmp_path, "http")

    assert http["stable"] == {**http["stable"], "server_host": ["127.0.0.1"], "server_port": 4321}  # type: ignore[dict-item]
    assert http["pending"] is None


def test_the_integration_is_the_one_of_this_repository(tmp_path: Path) -> None:
    configuration.prepare(tmp_path, "127.0.0.1", 4321)

    assert (tmp_path / "custom_components/layla").samefile(ROOT / "custom_components/layla")


def test_nothing_is_loaded_that_asks_the_network(tmp_path: Path) -> None:
    configuration.prepare(tmp_path, "127.0.0.1", 4321)

    components = yaml.safe_load((tmp_path / "configuration.yaml").read_text())

    assert not components.keys() & {"default_config", "analytics", "cloud", "my", "marketplace"}
    assert "http" not in components, "settings in YAML are taken back by Home Assistant after five minutes"
