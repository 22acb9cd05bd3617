"""What all commands share: where the configuration is, how errors look, what works everywhere."""

from collections.abc import Callable
import io
from pathlib import Path
import subprocess
import sys

import pytest

from layla_bridge.cli import configured
from layla_bridge.cli.findings import failed, show
from layla_bridge.cli.terminal import report, tolerate_narrow_encodings
from layla_bridge.version import VERSION
from tests.bridge.cli.command import ran
from tests.bridge.cli.conftest import Write, by_token
from tests.bridge.mosquitto import free_port
from tests.integration.cloud import Cloud

BRIDGE = Path(__file__).parents[3] / "bridge"


def test_it_is_a_program() -> None:
    command = [sys.executable, "-m", "layla_bridge", "--version"]
    done = subprocess.run(command, cwd=BRIDGE, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    assert done.stdout == f"layla-bridge {VERSION}\n"


async def test_the_help_says_what_exit_codes_mean() -> None:
    ended = await ran("--help")
    assert "Exit codes: 0 it worked;" in ended.out
    for command in ("check", "init", "sign-in", "topics"):
        assert f"  {command} " in ended.out


async def test_a_configuration_error_is_a_list_on_stderr(write: Write) -> None:
    path = write(account={"kind": "none"}, broker={"port": "many"})
    ended = await ran("topics", "-c", path)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Error: The configuration cannot be used:\n    - broker.port: ") or (
        "    - broker.port: 'many' is not a whole number\n      accepted: a port from 1 to 65535\n" in ended.err
    )
    assert f"      where: {path} line " in ended.err
    assert "Traceback" not in ended.err


async def test_a_base_topic_and_an_instance_that_are_too_long_together(write: Write) -> None:
    path = write(account={"token": "t"}, instance="i" * 64, broker={"base_topic": "b" * 150})
    ended = await ran("topics", "-c", path)

    assert ended.code == 2
    assert "- broker.base_topic: The base topic and the instance's name are together longer than 200 bytes" in ended.err


async def test_where_the_configuration_is_looked_for(
    cloud: Cloud, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    named, here, shared = (
        write(account=by_token(cloud, url=f"{nobody}/{name}")).rename(tmp_path / name) for name in "abc"
    )
    monkeypatch.setattr(configured, "PLACES", (here, shared))
    environment = {"LAYLA_CONFIG": str(named)}

    async def read(*arguments: object, **given: str) -> str:
        ended = await ran("topics", *arguments, environment=given)
        return ended.err.removeprefix(f"Error: {nobody}/").partition(" ")[0]

    assert await read("-c", here, **environment) == "b"
    assert await read(**environment) == "a"
    assert await read() == "b"
    here.unlink()
    assert await read() == "c"
    shared.unlink()
    assert await read(LAYLA_ACCOUNT__TOKEN="t", LAYLA_ACCOUNT__URL=f"{nobody}/d") == "d"


def test_a_terminal_without_the_marks_gets_words(monkeypatch: pytest.MonkeyPatch) -> None:
    written = shown_by("ascii", monkeypatch, lambda: show(report(), "Cloud", [failed("Süd")]))
    assert written == b"FAILED Cloud: S\\xfcd\n"


def test_what_is_no_terminal_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    tolerate_narrow_encodings()
    show(report(), "Cloud", [failed("Süd")])
    assert stream.getvalue() == "✗ Cloud: Süd\n"


def shown_by(encoding: str, monkeypatch: pytest.MonkeyPatch, show: Callable[[], None]) -> bytes:
    """Return what a stdout of this encoding gets."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    tolerate_narrow_encodings()
    show()
    sys.stdout.flush()
    return raw.getvalue()
