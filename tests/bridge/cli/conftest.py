"""A configuration on disk, and the simulator of the cloud that it names."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession
import pytest
import yaml

from simulator import server as simulator
from simulator.house.world import World
from simulator.oauth import CLIENT_ID, CLIENT_SECRET
from tests.bridge.mosquitto import Mosquitto, free_port
from tests.integration.cloud import Cloud

type Write = Callable[..., Path]

CONFIGURATION: Final = "layla.yaml"


@pytest.fixture(autouse=True)
def _nothing_of_ours_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    """The demo homes."""
    async with simulator.running(World.demo()) as running, ClientSession() as session:
        yield Cloud(session, running.url, running.base_url, running.token)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The bridge's folder, which is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def write(tmp_path: Path, data: Path) -> Write:
    """Write a configuration: sections, by name."""

    def written(**sections: Any) -> Path:
        usual = {"instance": "villa", "data": str(data), "status_page": {"port": free_port()}}
        path = tmp_path / CONFIGURATION
        path.write_text(yaml.safe_dump({**usual, **sections}))
        return path

    return written


def by_token(cloud: Cloud, **members: Any) -> dict[str, Any]:
    """Return the section of an account by token."""
    return {"url": cloud.base_url, "token": cloud.token, **members}


def by_sign_in(cloud: Cloud, **members: Any) -> dict[str, Any]:
    """Return the section of an account that is signed in to."""
    return {
        "kind": "sign_in",
        "url": cloud.partner_url,
        "authorize_url": f"{cloud.url}/oauth/authorize",
        "token_url": f"{cloud.url}/oauth/token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        **members,
    }


def at(broker: Mosquitto, **members: Any) -> dict[str, Any]:
    """Return the section of a broker."""
    return {"host": "127.0.0.1", "port": broker.port, **members}
