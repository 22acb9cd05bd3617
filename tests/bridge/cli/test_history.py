"""`layla-bridge history`: a range of some series, on their topics or in a table."""

import asyncio
from collections.abc import AsyncIterator, Sequence
import csv
import json
from pathlib import Path
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from layla_bridge.cli import app
from layla_bridge.cli.history import _with_offset
from layla_bridge.shard import Shard
import simulator
from simulator import Clock, Simulator, World
from simulator.faults import Fault
from tests.bridge.cloud_history import SERIES
from tests.bridge.mosquitto import GENEROUS, Mosquitto, free_port
from tests.bridge.peer import peer


@pytest.fixture
async def cloud() -> AsyncIterator[Simulator]:
    """Two units that stand still, in a world whose time is ours."""
    async with simulator.running(world=World.fleet(2, 1, Clock())) as running:
        yield running


class Command:
    """The command line."""

    def __init__(self, cloud: Simulator, folder: Path, port: int) -> None:
        self.folder = folder
        self.path = folder / "bridge.yaml"
        self.members: dict[str, Any] = {
            "instance": "home",
            "account": {"url": cloud.base_url, "token": cloud.token},
            "broker": {"host": "127.0.0.1", "port": port},
            "publish": {},
            "data": str(folder),
        }

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start it in a process of its own."""
        self.path.write_text(json.dumps(self.members))
        return await asyncio.create_subprocess_exec(
            # Whoever runs the tests in the background has them ignore it.
            *("env", "--default-signal=INT", sys.executable),
            "-m",
            "layla_bridge",
            "history",
            "--config",
            self.path,
            *arguments,
            cwd=Path(__file__).parents[3] / "bridge",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run it within this process; return its exit code and what it said."""
        self.path.write_text(json.dumps(self.members))
        given = ["history", "--config", str(self.path), *arguments]
        result = await asyncio.to_thread(CliRunner().invoke, app, given)
        return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def command(cloud: Simulator, tmp_path: Path) -> Command:
    """A configuration whose broker is not there."""
    return Command(cloud, tmp_path, free_port())


def ago(cloud: Simulator, hours: float) -> str:
    """Return an instant before now."""
    return _with_offset((cloud.world.time.fromtimestamp(cloud.world.time.timestamp() - hours * 3600)).isoformat())


def table(text: str) -> Sequence[dict[str, str]]:
    """Read a table."""
    return list(csv.DictReader(text.splitlines()))


async def test_a_table_has_a_line_for_every_hour(command: Command, cloud: Simulator) -> None:
    path = command.folder / "out.csv"
    options = ("--unit", "room 1", "--measure", "noise", "--measure", "temperature", "--csv", str(path))
    code, out, err = await command.run("--from", ago(cloud, 24), *options)
    assert (code, out) == (0, ""), err
    rows = table(path.read_text())
    assert list(rows[0]) == ["unit", "name", "measure", "at", "value"]
    assert {(row["unit"], row["name"]) for row in rows} == {("unit-00001", "Room 1")}
    assert [row["measure"] for row in rows] == ["noise"] * 24 + ["temperature"] * 24
    assert all(row["at"].endswith(":00:00+00:00") and float(row["value"]) for row in rows)
    assert "48 points of 2 of 2 series" in err
    assert "2/2" in err


async def test_a_table_on_stdout_is_nothing_but_a_table_and_has_no_names_where_they_are_not_wanted(
    command: Command, cloud: Simulator
) -> None:
    command.members["publish"] = {"names": False}
    code, out, err = await command.run("--from", ago(cloud, 3), "-m", "noise", "--csv", "-")
    assert code == 0, err
    assert {row["unit"] for row in table(out)} == {"unit-00000", "unit-00001"}
    assert {row["name"] for row in table(out)} == {""}


async def test_a_shard_has_the_history_of_its_own_units(command: Command, cloud: Simulator) -> None:
    (place,) = cloud.world.properties
    owner = next(index for index in (1, 2) if Shard(index, 2).owns(place))
    options = ("--from", ago(cloud, 3), "-m", "noise", "--csv", "-", "--shard")
    code, out, err = await command.run(*options, f"{owner}/2")
    assert code == 0, err
    assert {row["unit"] for row in table(out)} == {"unit-00000", "unit-00001"}
    code, out, err = await command.run(*options, f"{3 - owner}/2")
    assert (code, table(out)) == (2, [])
    assert "none of these units has noise" in err


@pytest.mark.mosquitto
async def test_series_are_published_beside_a_bridge_that_keeps_its_connection(
    broker: Mosquitto, cloud: Simulator, tmp_path: Path
) -> None:
    command = Command(cloud, tmp_path, broker.port)
    async with peer(broker.port, "#") as other:
        code, _, err = await command.run("--from", ago(cloud, 5), "-u", "unit-00000", "-m", "power")
        assert code == 0, err
        message = await other.next()
        assert other.messages.empty()
    assert (message.topic, message.qos, message.retain) == ("layla/device/unit-00000/history/power", 1, False)
    assert [list(point) for point in json.loads(message.payload)] == [["at", "value"]] * 5
    ids = [line for line in broker.log if "layla-bridge-home" in line and "New client connected" in line]
    assert ids
    assert all("as layla-bridge-home-" in line for line in ids)


async def test_a_broker_that_refuses_the_topics_is_told_of(start_broker: Any, cloud: Simulator, tmp_path: Path) -> None:
    broker = await start_broker(acl=("topic read #",))
    code, _, err = await Command(cloud, tmp_path, broker.port).run("--from", ago(cloud, 5), "-m", "power")
    assert code == 1
    assert "layla/device/unit-00000/history/power" in err


async def test_a_broker_that_is_not_there_costs_no_series(command: Command, cloud: Simulator) -> None:
    code, _, err = await command.run("--from", ago(cloud, 5))
    assert code == 1
    assert "127.0.0.1" in err
    assert cloud.simulation.counters.by_operation[SERIES] == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "yesterday"), "--from: this is no time with an offset"),
        (("--from", "2020-01-01"), "--from: the range is"),
        (("--from", "2020-01-01", "--to", "2999-01-01"), "--to: 2999-01-01"),
        (("--from", "2020-01-02", "--to", "2020-01-01"), "--from: 2020-01-02"),
        (("--from", "2020-01-01", "--to", "2020-01-02", "-m", "radon"), "--measure: there is no measure 'radon'"),
        (("--from", "2020-01-01", "--to", "2020-01-02", "-u", "cellar"), "--unit: no unit has the id or the name"),
    ],
)
async def test_a_wrong_option_is_named_with_what_is_accepted(
    command: Command, options: Sequence[str], words: str
) -> None:
    code, _, err = await command.run(*options, "--csv", "-")
    assert code == 2
    assert words in err
    assert "accepted: " in err


async def test_a_file_that_cannot_be_written_is_named(command: Command, cloud: Simulator) -> None:
    code, _, err = await command.run("--from", ago(cloud, 5), "--csv", str(command.folder))
    assert code == 1
    assert f"{command.folder} cannot be written" in err


async def test_a_wrong_token_is_named_before_anything_is_written(command: Command, cloud: Simulator) -> None:
    command.members["account"]["token"] = "wrong"
    path = command.folder / "out.csv"
    code, _, err = await command.run("--from", ago(cloud, 5), "--csv", str(path))
    assert code == 1
    assert "does not accept the token" in err
    assert not path.exists()


async def test_a_sign_in_that_was_never_made_is_named(command: Command, cloud: Simulator) -> None:
    command.members["account"] = {"kind": "sign_in", "url": cloud.partner_url, "client_id": "x"}
    code, _, err = await command.run("--from", ago(cloud, 5), "--csv", "-")
    assert code == 1
    assert "layla-bridge sign-in" in err


async def test_series_that_cannot_be_had_are_counted(command: Command, cloud: Simulator) -> None:
    cloud.simulation.faults.add(Fault(operation=SERIES, kind="status", status=403, times=1))
    code, out, err = await command.run("--from", ago(cloud, 5), "-m", "noise", "--csv", "-")
    assert code == 1
    assert {row["unit"] for row in table(out)} == {"unit-00001"}
    assert "5 points of 2 of 2 series; 1 series could not be had" in err


@pytest.mark.parametrize(("status", "words"), [(401, "does not accept the token"), (501, "is not the address")])
async def test_what_waiting_does_not_heal_ends_it(command: Command, cloud: Simulator, status: int, words: str) -> None:
    cloud.simulation.faults.add(Fault(operation=SERIES, kind="status", status=status))
    code, _, err = await command.run("--from", ago(cloud, 5), "--csv", "-")
    assert code == 1
    assert words in err


async def test_an_interrupt_leaves_whole_lines(command: Command, cloud: Simulator) -> None:
    path = command.folder / "out.csv"
    process = await command.start("--from", ago(cloud, 24), "--csv", str(path))
    async with asyncio.timeout(GENEROUS * 3):
        while cloud.simulation.counters.by_operation[SERIES] < 6:  # noqa: ASYNC110  # another process counts
            await asyncio.sleep(0.01)
        while not path.exists() or len(path.read_text().splitlines()) < 6 * 24:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.01)
        process.send_signal(2)
        _, err = await process.communicate()
    assert process.returncode == 130
    assert "Stopped. What was written is whole: 144 points of 6 of 20 series" in err.decode()
    assert len(table(path.read_text())) == 144
