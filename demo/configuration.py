"""The configuration folder of the demo's Home Assistant, as it is before the first start."""

import json
from pathlib import Path
import shutil
from typing import Any, Final

HERE: Final = Path(__file__).parent
REPOSITORY: Final = HERE.parent


def prepare(folder: Path, host: str, port: int) -> None:
    """Fill an empty folder: our configuration, our integration, and what cannot be said in either."""
    shutil.copy(HERE / "configuration.yaml", folder)
    components = folder / "custom_components"
    components.mkdir()
    (components / "layla").symlink_to(REPOSITORY / "custom_components" / "layla")
    (folder / ".storage").mkdir()
    # With the loopback alone, nothing is announced to the network, and nothing is missed where there is none.
    _store(folder, "core.network", version=1, data={"configured_adapters": ["lo", "lo0"]})
    _store(folder, "http", version=2, data=_http(host, port))
    _store(folder, "onboarding", version=4, data={"done": ["core_config"]})


def _http(host: str, port: int) -> dict[str, Any]:
    """Return the address to listen on. Said in YAML, Home Assistant takes it back after five minutes."""
    settings = {
        "server_host": [host],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "intermediate",
        "use_x_frame_options": True,
        "created_at": "2026-11-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    return {"stable": settings, "pending": None, "yaml_migration_done": True}


def _store(folder: Path, key: str, version: int, data: dict[str, Any]) -> None:
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (folder / ".storage" / key).write_text(json.dumps(content))
