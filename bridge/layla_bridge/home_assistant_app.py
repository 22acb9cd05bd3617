"""The start as a Home Assistant app: its options, and the broker that Home Assistant knows, become the environment.

Begins as root, because what the Supervisor mounts is root's, and goes on as the user of the image.
"""

from collections.abc import Callable, Mapping
import http.client
import json
import os
from pathlib import Path
import pwd
import sys
from typing import Any, Final

USER: Final = "layla"
DATA: Final = Path("/data")
SUPERVISOR: Final = "supervisor"

_PATIENCE: Final = 30.0
_VARIABLES: Final[Mapping[str, str]] = {
    "token": "LAYLA_ACCOUNT__TOKEN",
    "interval": "LAYLA_ACCOUNT__INTERVAL",
    "instance": "LAYLA_INSTANCE",
    "names": "LAYLA_PUBLISH__NAMES",
    "discovery": "LAYLA_DISCOVERY__ENABLED",
    "include": "LAYLA_PROPERTIES__INCLUDE",
    "exclude": "LAYLA_PROPERTIES__EXCLUDE",
    "log_level": "LAYLA_LOG_LEVEL",
    "broker_host": "LAYLA_BROKER__HOST",
    "broker_port": "LAYLA_BROKER__PORT",
    "broker_tls": "LAYLA_BROKER__TLS__ENABLED",
    "broker_username": "LAYLA_BROKER__USERNAME",
    "broker_password": "LAYLA_BROKER__PASSWORD",
}
"""The variable behind each option of the app (bridge/config.yaml)."""

_OF_THE_SERVICE: Final[Mapping[str, str]] = {
    "host": "broker_host",
    "port": "broker_port",
    "ssl": "broker_tls",
    "username": "broker_username",
    "password": "broker_password",
}
"""The option that each member of the Supervisor's MQTT service stands for."""


class NoBroker(Exception):
    """There is no broker to go to; says what to do."""


def variables(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment that options mean; those that are empty are as good as not given."""
    return {
        _VARIABLES[option]: value if isinstance(value, str) else json.dumps(value)
        for option, value in options.items()
        if value not in (None, "", [])
    }


def with_broker(options: Mapping[str, Any], service: Callable[[], Mapping[str, Any] | None]) -> Mapping[str, Any]:
    """Return options that name a broker: their own, else the one that Home Assistant knows. Raises NoBroker."""
    if options.get("broker_host"):
        return options
    if (known := service()) is None:
        raise NoBroker("There is no MQTT broker: install the app Mosquitto broker, or set broker_host in the options")
    return {**options, **{option: known.get(member) for member, option in _OF_THE_SERVICE.items()}}


def mqtt_service(token: str, host: str = SUPERVISOR) -> Mapping[str, Any] | None:
    """Ask the Supervisor for its MQTT service: host, port, ssl, username, password; None when it has none.

    Raises OSError and http.client.HTTPException when it cannot be asked.
    """
    connection = http.client.HTTPConnection(host, timeout=_PATIENCE)
    try:
        connection.request("GET", "/services/mqtt", headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        answer = json.loads(response.read())
    finally:
        connection.close()
    found: Mapping[str, Any] | None = answer.get("data") if response.status == http.client.OK else None
    return found or None


def become(user: str, folder: Path) -> None:
    """Give a folder to a user, and go on as that user."""
    found = pwd.getpwnam(user)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, found.pw_uid, found.pw_gid)
    os.setgroups([])
    os.setgid(found.pw_gid)
    os.setuid(found.pw_uid)


def start(
    data: Path,
    service: Callable[[], Mapping[str, Any] | None],
    go_on: Callable[[Path, Mapping[str, str]], object],
) -> None:
    """Read the options of the app, and go on with its folder and the environment that they mean."""
    options = json.loads((data / "options.json").read_bytes())
    folder = data / "bridge"
    go_on(folder, {**variables(with_broker(options, service)), "LAYLA_DATA": str(folder)})


def _run(folder: Path, environment: Mapping[str, str]) -> None:
    become(USER, folder)
    os.chdir(folder)
    kept = {name: value for name, value in os.environ.items() if name != "SUPERVISOR_TOKEN"}
    os.execve(sys.executable, [sys.executable, "-m", "layla_bridge", "run"], {**kept, **environment})  # noqa: S606 - itself


def main() -> None:
    """Start the bridge in this process's place."""
    try:
        start(DATA, lambda: mqtt_service(os.environ["SUPERVISOR_TOKEN"]), _run)
    except NoBroker as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
