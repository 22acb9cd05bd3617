"""What is known of air conditioners on disk: there before anything is sent, whole, private, and never in the way."""

import asyncio
from collections.abc import AsyncIterator
import json
import os
from pathlib import Path
import threading
from typing import Final

import pytest

from layla_bridge.air_conditioning import AcFile
from layla_bridge.cloud.ac_control import ShownStates
from layla_bridge.cloud.air_conditioner import AirConditioner, Mode
from layla_bridge.cloud.memory import Memory

COOL: Final = AirConditioner(power=True, mode=Mode.COOL, temperature=21.5, fan="auto")
OFF: Final = AirConditioner(power=False, mode=Mode.HEAT)
SLOTS: Final = {"config": {"mode": "cool"}, "timer": None}
NAME: Final = "air_conditioners.json"


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[AcFile]:
    """A file that is not there yet, in a folder that is not there yet."""
    opened = await AcFile.opened(tmp_path / "data")
    yield opened
    await opened.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file will be."""
    return tmp_path / "data" / NAME


def content(path: Path) -> object:
    """Return what is in the file; None where there is none."""
    return json.loads(path.read_bytes()) if path.exists() else None


def version(path: Path) -> tuple[int, int]:
    """Return what changes with every write."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def modes(path: Path) -> list[tuple[str, int]]:
    """Return who may do what, of the folder and of all that is in it."""
    return [(item.name, item.stat().st_mode & 0o777) for item in (path.parent, *path.parent.iterdir())]


def damage(path: Path, written: bytes | None) -> None:
    """Let something else be there: this, or a folder."""
    path.parent.mkdir()
    if written is None:
        path.mkdir()
    else:
        path.write_bytes(written)


async def again(path: Path) -> AcFile:
    """Open the file as the next run does."""
    opened = await AcFile.opened(path.parent)
    await opened.close()
    return opened


async def test_it_begins_with_nothing_and_says_nothing(
    file: AcFile, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory: Memory = file
    states: ShownStates = file

    assert (memory.documents, states.shown("unit"), content(path)) == ({}, None, None)
    assert caplog.records == []


async def test_what_is_kept_is_there_for_the_next_run(file: AcFile, path: Path) -> None:
    await file.keep("unit", SLOTS)
    await file.show("unit", COOL)
    await file.show("other", OFF)

    found = await again(path)

    assert found.documents == file.documents == {"unit": SLOTS}
    assert (found.shown("unit"), found.shown("other")) == (COOL, OFF)


async def test_what_is_forgotten_is_gone(file: AcFile, path: Path) -> None:
    await file.show("unit", COOL)
    await file.show("unit", None)
    await file.show("never", None)

    assert file.shown("unit") is (await again(path)).shown("unit") is None
    assert content(path) == {"slots": {}, "shown": {}}


async def test_it_is_for_its_owner_alone(file: AcFile, path: Path) -> None:
    await file.show("unit", COOL)

    assert modes(path) == [("data", 0o700), (NAME, 0o600)]


async def test_what_is_there_already_is_not_written_again(file: AcFile, path: Path) -> None:
    await file.show("unit", COOL)
    written = version(path)

    await file.show("unit", COOL)

    assert version(path) == written


async def test_a_failed_write_keeps_nothing_and_can_be_tried_again(
    file: AcFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file.show("unit", OFF)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            await file.show("unit", COOL)
        with pytest.raises(OSError, match="No space left"):
            await file.keep("unit", SLOTS)
    assert (file.shown("unit"), file.documents) == (OFF, {})
    assert (await again(path)).shown("unit") == OFF

    await file.show("unit", COOL)
    assert file.shown("unit") == (await again(path)).shown("unit") == COOL


async def test_after_a_failure_also_what_was_there_is_written_again(
    file: AcFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file.show("unit", OFF)
    with monkeypatch.context() as patched:
        # The file is in its place by then, though its name may not be on disk.
        patched.setattr("layla_bridge.durable.sync", _broken)
        with pytest.raises(OSError, match="Input/output"):
            await file.show("unit", COOL)

    await file.show("unit", OFF)

    assert (await again(path)).shown("unit") == OFF


def _broken(_: Path) -> None:
    raise OSError(5, "Input/output error")


async def test_a_slow_disk_holds_up_neither_the_event_loop_nor_the_order(
    file: AcFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, ready = threading.Event(), threading.Event()
    sync = os.fsync

    def slow(descriptor: int) -> None:
        began.set()
        assert ready.wait(30)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    first = asyncio.create_task(file.show("unit", COOL))
    await asyncio.to_thread(began.wait, 30)
    second = asyncio.create_task(file.show("unit", OFF))
    third = asyncio.create_task(file.keep("unit", SLOTS))
    # Who gives up waiting does not break the order.
    first.cancel()
    await asyncio.sleep(0)
    assert file.shown("unit") is None
    ready.set()
    await asyncio.gather(second, third)

    assert first.cancelled()
    assert file.shown("unit") == OFF
    assert (await again(path)).documents == {"unit": SLOTS}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (None, "Is a directory"),
        (b"", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        pytest.param(b"[" * 60000, "it is not JSON", id="deep"),
        (b"[]", "file: object expected"),
        (b'{"slots": 5}', "slots: object expected"),
        (b'{"shown": []}', "shown: object expected"),
        (b'{"shown": {"unit": {"power": true}}}', "unit unit was told last cannot be read"),
        (b'{"shown": {"unit": 5}}', "unit unit was told last cannot be read"),
    ],
)
async def test_what_cannot_be_read_is_said_and_costs_what_it_held(
    path: Path, written: bytes | None, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(path, written)

    found = await again(path)

    assert (found.documents, found.shown("unit")) == ({}, None)
    (record,) = caplog.records
    assert words in record.getMessage()


async def test_one_part_that_cannot_be_read_costs_no_other(path: Path) -> None:
    kept = {"slots": {"unit": SLOTS}, "shown": {"bad": {}, "unit": COOL.as_dict()}}
    damage(path, json.dumps(kept).encode())

    found = await again(path)

    assert (found.documents, found.shown("unit")) == ({"unit": SLOTS}, COOL)
