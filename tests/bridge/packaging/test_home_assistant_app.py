"""Promises of the bridge as a Home Assistant app."""

from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
import json
import os
from pathlib import Path
import pwd
import subprocess
import sys
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

import pytest
import yaml

from layla_bridge import home_assistant_app
from layla_bridge.configuration import load
from layla_bridge.home_assistant_app import NoBroker, mqtt_service, start

ROOT: Final = Path(__file__).parents[3]
APP: Final[dict[str, Any]] = yaml.safe_load((ROOT / "bridge/config.yaml").read_text())
SERVICE: Final = {
    "addon": "core_mosquitto",
    "host": "core-mosquitto",
    "port": 1883,
    "ssl": False,
    "username": "addons",
    "password": "p4ss w0rd",
    "protocol": "3.1.1",
}


def begun(folder: Path, service: Mapping[str, Any] | None = SERVICE, **options: object) -> Mapping[str, str]:
    """Start with options, and return the environment that the bridge gets."""
    (folder / "options.json").write_text(json.dumps({**APP["options"], "token": "s3cret", **options}))
    seen: dict[str, str] = {}
    start(folder, lambda: service, lambda _, environment: seen.update(environment))
    return seen


def test_it_goes_to_the_broker_that_home_assistant_knows(tmp_path: Path) -> None:
    configuration = load(None, begun(tmp_path))

    broker = configuration.broker
    assert (broker.host, broker.port, broker.username, broker.tls.enabled) == ("core-mosquitto", 1883, "addons", False)
    assert broker.password
    assert broker.password.get_secret_value() == "p4ss w0rd"
    assert configuration.data == tmp_path / "bridge"


def test_every_option_has_its_effect(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "instance": "flat",
        "interval": 90,
        "names": False,
        "discovery": True,
        "include": ["Villa, *", "42"],
        "exclude": ["Garage"],
        "log_level": "debug",
        "broker_host": "mqtt.example",
        "broker_port": 8884,
        "broker_tls": True,
        "broker_username": "me",
        "broker_password": "k3y",
    }
    assert {"token", *options} == APP["schema"].keys()

    found = load(None, begun(tmp_path, None, **options))

    broker = found.broker
    assert (found.instance, found.account.interval, found.publish.names) == ("flat", 90, False)
    assert (found.discovery.enabled, found.log_level) == (True, "debug")
    assert (found.properties.include, found.properties.exclude) == (("Villa, *", "42"), ("Garage",))
    assert (broker.host, broker.port, broker.tls.enabled, broker.username) == ("mqtt.example", 8884, True, "me")
    assert broker.password
    assert broker.password.get_secret_value() == "k3y"


def test_without_any_broker_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoBroker, match="install the app Mosquitto broker, or set broker_host"):
        begun(tmp_path, None)


@pytest.mark.parametrize(
    ("status", "answer", "known"),
    [
        (200, {"result": "ok", "data": SERVICE}, SERVICE),
        (200, {"result": "ok", "data": {}}, None),
        (400, {"result": "error", "message": "Service not enabled"}, None),
    ],
)
def test_the_supervisor_is_asked_for_the_broker(status: int, answer: object, known: object) -> None:
    asked: list[tuple[str, str | None]] = []

    class Supervisor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

    with HTTPServer(("127.0.0.1", 0), Supervisor) as server:
        Thread(target=server.handle_request, daemon=True).start()
        assert mqtt_service("t0ken", f"127.0.0.1:{server.server_port}") == known
    assert asked == [("/services/mqtt", "Bearer t0ken")]


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that another user can get into; those of pytest are its own user's."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


PROGRAM: Final = """
import json, os, sys
from pathlib import Path
from layla_bridge import home_assistant_app
home_assistant_app.DATA = Path(sys.argv[1])
home_assistant_app.USER = "nobody"
os.execve = lambda program, command, environ: print(json.dumps([os.getresuid(), os.getgroups(), command, environ]))
home_assistant_app.main()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_the_bridge_runs_in_its_place_as_another_user(reachable: Path) -> None:
    """In a folder of its own, and without the token of the Supervisor."""
    user = pwd.getpwnam("nobody").pw_uid
    (reachable / "options.json").write_text(json.dumps({"token": "s3cret", "broker_host": "127.0.0.1"}))

    ended = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", PROGRAM, reachable],
        env={**os.environ, "PYTHONPATH": str(ROOT / "bridge"), "SUPERVISOR_TOKEN": "t0p"},
        capture_output=True,
        text=True,
        check=True,
    )

    users, groups, command, environ = json.loads(ended.stdout)
    assert (users, groups, command[1:]) == ([user] * 3, [], ["-m", "layla_bridge", "run"])
    assert environ["LAYLA_ACCOUNT__TOKEN"] == "s3cret"
    assert environ["LAYLA_DATA"] == str(reachable / "bridge")
    assert "SUPERVISOR_TOKEN" not in environ
    assert (reachable / "bridge").stat().st_uid == user


def test_rights_are_given_up_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order matters: who is no longer root cannot give up groups."""
    done: list[str] = []
    for name in ("chown", "setgroups", "setgid", "setuid", "execve"):
        monkeypatch.setattr(os, name, lambda *_, name=name: done.append(name))
    monkeypatch.setattr(home_assistant_app, "DATA", tmp_path)
    monkeypatch.setattr(home_assistant_app, "USER", pwd.getpwuid(os.geteuid()).pw_name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "options.json").write_text(json.dumps({"token": "s3cret", "broker_host": "127.0.0.1"}))

    home_assistant_app.main()

    assert done == ["chown", "setgroups", "setgid", "setuid", "execve"]


def test_without_a_broker_the_app_ends_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "options.json").write_text(json.dumps({"token": "s3cret"}))
    monkeypatch.setattr(home_assistant_app, "DATA", tmp_path)
    monkeypatch.setattr(home_assistant_app, "mqtt_service", lambda _: None)
    monkeypatch.setenv("SUPERVISOR_TOKEN", "t0p")

    with pytest.raises(SystemExit, match="no MQTT broker"):
        home_assistant_app.main()


def test_its_page_is_where_ingress_looks_for_it() -> None:
    assert APP["ingress"]
    assert f"LAYLA_STATUS_PAGE__PORT={APP['ingress_port']}" in (ROOT / "bridge/Dockerfile").read_text()
