"""The command, as a user runs it."""

import asyncio
import json
from pathlib import Path
import re
import signal
import sys

from aiohttp import ClientSession
import pytest
from typer.testing import CliRunner

import simulator
from simulator import World
from simulator.cli import announce, app
from simulator.tokens import DEMO_TOKEN
from tests.simulator.browser import field

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("sign", "options", "announced", "devices", "speed", "access_lifetime"),
    [
        (signal.SIGTERM, "", "3 properties, 10 units, 20", 10, 1, 3600),
        (
            signal.SIGINT,
            "--devices 7 --properties 2 --start 2026-07-01T12:00:00 --speed 60 --null-buckets --access-lifetime 900",
            "2 properties, 7 units, 2026-07-01 12:00 UTC at 60-fold speed",
            7,
            60,
            900,
        ),
    ],
)
async def test_it_says_where_it_is_serves_and_stops_cleanly(
    sign: signal.Signals, options: str, announced: str, devices: int, speed: int, access_lifetime: int
) -> None:
    """The demo now, or a fleet at a speed and from an instant."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", "0", *options.split()),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said = ""
    while "Ctrl-C" not in said:
        said += (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    assert announced in said
    assert DEMO_TOKEN in said
    address = re.search(r"Control API\s+(\S+)", said)
    assert address is not None
    async with ClientSession() as session:
        async with session.get(address[1]) as response:
            state = json.loads(await response.text())
        async with session.get(address[1].replace("state", "oauth")) as response:
            assert (await response.json())["access_lifetime"] == access_lifetime
    assert (len(state["devices"]), state["speed"]) == (devices, speed)
    process.send_signal(sign)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert await process.stderr.read() == b""


async def test_what_it_says_of_the_partner_api_is_all_that_a_client_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """The base URL, the two addresses, the client and its secret, and who can log in."""
    async with simulator.running(World.tiny()) as running, ClientSession() as session:
        announce(running)
        said = dict(re.findall(r"^  (\w[\w ]*?)  +(.*)$", capsys.readouterr().out, re.MULTILINE))
        assert said["Partner API"] == f"{running.url}/partner/api"
        client_id, _, secret = said["Client"].partition(", its secret: ")
        email, _, password = said["Log in as"].partition(", password: ")
        query = {"client_id": client_id, "redirect_uri": "http://localhost/", "response_type": "code"}
        form = {"email": email, "password": password, "action": "sign_in"}
        async with session.post(said["Authorize"], params=query, data=form) as response:
            ticket = field(await response.text(), "ticket")
        decision = {"ticket": ticket, "action": "allow"}
        async with session.post(said["Authorize"], params=query, data=decision, allow_redirects=False) as response:
            code = response.headers["Location"].partition("code=")[2]
        exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": query["redirect_uri"]}
        async with session.post(
            said["Tokens"], data={**exchange, "client_id": client_id, "client_secret": secret}
        ) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--start", "yesterday"], "'yesterday' is no ISO 8601 instant"),
        (["--log", "loud"], "'loud' is no log level; accepted: debug, info, warning,"),
        (["--speed", "0"], "--speed"),
        (["--access-lifetime", "0"], "--access-lifetime"),
    ],
)
def test_it_refuses_what_it_cannot_read(arguments: list[str], message: str) -> None:
    """And says what it takes."""
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert message in result.output


def test_help_explains_every_option() -> None:
    """In plain words, with the token."""
    result = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "300"})
    assert result.exit_code == 0
    for option in (
        "host",
        "port",
        "speed",
        "devices",
        "properties",
        "seed",
        "start",
        "null-buckets",
        "access-lifetime",
        "log",
    ):
        assert f"--{option}" in result.output
    assert "--access-lifetime" in result.output
    assert DEMO_TOKEN in result.output
