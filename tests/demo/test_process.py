"""Promises of running Home Assistant as a process; short programs stand in for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from demo import process
from demo.failure import DemoFailed, eventually
from demo.process import HomeAssistantProcess, home_assistant

type Program = Callable[[str], None]


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return what writes the Python that is run in place of Home Assistant."""
    path = tmp_path / "program.py"
    monkeypatch.setattr(process, "_LAUNCH", path)

    def write(program: str) -> None:
        path.write_text(dedent(program))

    return write


async def until_said(running: HomeAssistantProcess, what: str, times: int = 1) -> None:
    async def look() -> bool | None:
        return running.log.count(what) >= times or None

    await eventually(f"{times} times {what}", 30, look)


async def test_it_is_asked_to_stop_and_gets_the_time(runs: Program, tmp_path: Path) -> None:
    runs("""
        import signal, sys

        def stop(*_):
            print("tidied up")
            sys.exit()

        signal.signal(signal.SIGTERM, stop)
        print("ready")
        signal.pause()
    """)

    async with home_assistant(tmp_path) as running:
        await until_said(running, "ready")

    assert running.log == ["ready", "tidied up"]


async def test_one_that_does_not_stop_is_made_to(
    runs: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_PATIENCE", 0.1)
    runs("""
        import signal, time

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("ready")
        time.sleep(60)
    """)

    with pytest.raises(DemoFailed, match="did not stop"):
        async with home_assistant(tmp_path) as running:
            await until_said(running, "ready")

    with pytest.raises(DemoFailed, match="exit code -9"):
        running.insist()


async def test_one_that_stops_by_itself_is_a_failure_that_brings_its_log(runs: Program, tmp_path: Path) -> None:
    runs("""
        print("something is wrong")
        raise SystemExit(3)
    """)

    with pytest.raises(DemoFailed, match="exit code 3") as failure:
        async with home_assistant(tmp_path) as running:
            await running.ended()

    assert "something is wrong" in failure.value.__notes__[0]


async def test_a_restart_by_its_user_is_no_end(runs: Program, tmp_path: Path) -> None:
    runs("""
        import pathlib, signal, sys

        print("start")
        before = pathlib.Path("before")
        if not before.exists():
            before.touch()
            sys.exit(100)
        signal.pause()
    """)

    async with home_assistant(tmp_path) as running:
        ended = asyncio.create_task(running.ended())
        await until_said(running, "start", times=2)
        assert not ended.done()
        ended.cancel()
