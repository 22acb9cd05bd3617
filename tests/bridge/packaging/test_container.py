"""Promises of Dockerfile and compose.yaml, as far as they can be kept without Docker."""

from collections.abc import Iterator
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
import json
import os
from pathlib import Path
import re
import subprocess
import sys
from threading import Thread
from typing import Any, Final

import pytest
import yaml

from layla_bridge.configuration import load

ROOT: Final = Path(__file__).parents[3]
DOCKERFILE: Final = (ROOT / "bridge/Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())


def instructions(name: str) -> Iterator[str]:
    for line in DOCKERFILE.splitlines():
        if line.startswith(f"{name} "):
            yield line.removeprefix(f"{name} ").strip()


def copied() -> list[str]:
    return [words.split()[0] for words in instructions("COPY") if not words.startswith("--from")]


def test_everything_that_is_copied_exists_and_is_not_ignored() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}

    assert kept == set(copied())
    assert all((ROOT / path).exists() for path in copied())
    assert "*" in lines


def test_the_package_in_the_image_is_whole() -> None:
    """Its only symlink leads to what is copied as well, to the same place relative to it."""
    links = [path for path in (ROOT / "bridge/layla_bridge").rglob("*") if path.is_symlink()]

    assert [str(path.resolve().relative_to(ROOT)) for path in links] == ["custom_components/layla/cloud"]
    for source, target in (words.split() for words in instructions("COPY") if "--" not in words and "txt" not in words):
        assert target == f"/src/{source}"


def variables() -> dict[str, str]:
    """Return the environment that the image sets."""
    (words,) = instructions("ENV")
    return dict(word.split("=", 1) for word in words.split())


def test_the_images_variables_are_the_bridges() -> None:
    given = {name: value for name, value in variables().items() if name.startswith("LAYLA_")}
    configuration = load(None, {**given, "LAYLA_ACCOUNT__TOKEN": "s3cret"})

    assert (str(configuration.data), configuration.status_page.port) == ("/data", 8751)
    assert configuration.status_page.host == "0.0.0.0"  # noqa: S104 - compose.yaml publishes it on loopback
    assert list(instructions("EXPOSE")) == ["8751"]


@pytest.mark.parametrize("status", [200, 503, None])
def test_its_health_is_the_status_pages(status: int | None) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert status is not None
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

    (words,) = instructions("HEALTHCHECK")
    _, _, command = words.partition("CMD ")
    program, *arguments = json.loads(command)
    assert program == "python"
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        if status is not None:
            Thread(target=server.handle_request, daemon=True).start()
        else:
            server.server_close()
        environ = {**os.environ, "LAYLA_STATUS_PAGE__PORT": str(server.server_port)}
        code = subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, check=False).returncode  # noqa: S603 - our own
    assert (code == 0) == (status == 200)


def test_it_does_not_run_as_root() -> None:
    before_the_app, _, app = DOCKERFILE.partition("AS app")
    assert re.findall(r"^USER (\w+)", before_the_app, re.MULTILINE) == ["layla"]
    assert re.findall(r"^USER (\w+)", app, re.MULTILINE) == ["root"]  # gives its rights up itself
    assert app.rstrip().endswith("FROM bridge")


def test_compose_names_what_there_is() -> None:
    services = COMPOSE["services"]
    build = services["bridge"]["build"]
    stages = re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, re.MULTILINE)

    assert (ROOT / build["dockerfile"]).exists()
    assert build["target"] in stages
    for service in services.values():
        for source, _, _ in (volume.partition(":") for volume in service["volumes"]):
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        assert all(fnmatch(port, "127.0.0.1:*:*") for port in service["ports"])


def test_the_bridge_of_compose_finds_its_broker() -> None:
    services = COMPOSE["services"]
    environment = {**services["bridge"]["environment"], "LAYLA_ACCOUNT__TOKEN": "s3cret"}

    assert load(None, environment).broker.host in services
    assert "LAYLA_TOKEN:?" in services["bridge"]["environment"]["LAYLA_ACCOUNT__TOKEN"]
