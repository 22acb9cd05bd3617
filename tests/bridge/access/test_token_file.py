"""The tokens of a sign-in on disk: whole, private, and never older than what a user signed in with."""

import asyncio
from collections.abc import Callable
import json
import os
from pathlib import Path
import subprocess
import sys
import threading
from typing import Final

import pytest

from layla_bridge import durable
from layla_bridge.access.token_file import TokenFile, TokenFileError, store
from layla_bridge.cloud.oauth.sign_in import TokenStore
from layla_bridge.cloud.oauth.tokens import Tokens

BRIDGE: Final = Path(__file__).parents[3] / "bridge"
OLD: Final = Tokens("0ld-access", "0ld-refresh", 1.5)
NEW: Final = Tokens("new-access", "new-refresh", None)
ANEW: Final = Tokens("anew-access", "anew-refresh", None)


def mode(path: Path) -> int:
    """Return who may do what with a file."""
    return path.stat().st_mode & 0o777


def names_beside(path: Path) -> list[str]:
    """Return the names in the folder of a file."""
    return sorted(item.name for item in path.parent.iterdir())


def lose(path: Path) -> None:
    """Delete a file."""
    path.unlink()


def open_to_all(path: Path) -> None:
    """Let others read a file."""
    path.chmod(0o644)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Keep tokens in a folder that is not there yet."""
    path = tmp_path / "data" / "tokens.json"
    store(path, OLD)
    return path


def test_tokens_are_kept_for_their_owner_alone(path: Path) -> None:
    kept: TokenStore = TokenFile(path)

    assert kept.tokens == OLD
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


async def test_renewed_tokens_take_the_place_of_the_old_ones(path: Path) -> None:
    kept = TokenFile(path)

    await kept.keep(NEW)

    assert kept.tokens == TokenFile(path).tokens == NEW
    assert mode(path) == 0o600
    assert names_beside(path) == [".tokens.json.lock", "tokens.json"]


def test_who_signs_in_by_another_process_is_seen(path: Path) -> None:
    kept = TokenFile(path)

    store(path, ANEW)

    assert kept.tokens == ANEW


async def test_a_renewal_does_not_replace_who_signed_in_meanwhile(path: Path) -> None:
    kept = TokenFile(path)
    store(path, ANEW)

    await kept.keep(NEW)

    assert kept.tokens == TokenFile(path).tokens == ANEW


async def test_keeping_the_same_again_and_after_a_loss_works(path: Path) -> None:
    kept = TokenFile(path)
    await kept.keep(NEW)
    await kept.keep(NEW)
    lose(path)
    await kept.keep(ANEW)

    assert kept.tokens == TokenFile(path).tokens == ANEW


async def test_a_failed_write_leaves_the_old_tokens_and_can_be_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = TokenFile(path)
    sync = os.fsync

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        await kept.keep(NEW)
    assert kept.tokens == TokenFile(path).tokens == OLD

    monkeypatch.setattr(os, "fsync", sync)
    await kept.keep(NEW)
    assert TokenFile(path).tokens == NEW


async def test_a_rename_that_may_not_be_on_disk_is_brought_there_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = TokenFile(path)
    sync = durable.sync

    def broken(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(durable, "sync", broken)
    with pytest.raises(OSError, match="Input/output"):
        await kept.keep(NEW)

    synced: list[Path] = []

    def noted(folder: Path) -> None:
        synced.append(folder)
        sync(folder)

    monkeypatch.setattr(durable, "sync", noted)
    await kept.keep(NEW)
    assert synced == [path.parent]
    assert kept.tokens == NEW


async def test_the_event_loop_goes_on_while_the_disk_is_slow(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = TokenFile(path)
    began, ready = threading.Event(), threading.Event()
    sync = os.fsync

    def slow(descriptor: int) -> None:
        began.set()
        assert ready.wait(30)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    keeping = asyncio.create_task(kept.keep(NEW))
    await asyncio.to_thread(began.wait, 30)
    assert kept.tokens == OLD
    ready.set()
    await keeping
    assert kept.tokens == NEW


def _write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lose, "sign in first"),
        (lambda path: path.chmod(0o640), r"can be read by others \(mode 0640\); run chmod 600"),
        (lambda path: path.chmod(0o604), r"\(mode 0604\)"),
        (_write(b""), "is not JSON; sign in again"),
        (_write(b"\xff"), "tokens.json is not JSON"),
        (_write(b"[" * 60000), "JSON; sign in again"),
        (_write(b"[]"), "object expected"),
        (_write(b'{"access_token": "s3cret s3cret"}'), "access_token: token expected"),
        (_write(b'{"access_token": "s3cret", "refresh_token": 5}'), "refresh_token: text expected"),
        (lambda path: (path.unlink(), path.mkdir()), "it has to belong to the bridge"),
    ],
)
def test_what_cannot_be_used_is_said_with_the_remedy(path: Path, damage: Callable[[Path], object], words: str) -> None:
    damage(path)

    with pytest.raises(TokenFileError, match=words) as raised:
        TokenFile(path)
    assert str(path) in str(raised.value)
    assert "s3cret" not in str(raised.value)


async def test_a_file_that_breaks_later_is_told_once_and_what_was_read_serves_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = TokenFile(path)
    open_to_all(path)

    assert (kept.tokens, kept.tokens) == (OLD, OLD)
    assert len(caplog.records) == 1
    assert "chmod 600" in caplog.text
    assert "0ld" not in caplog.text

    await kept.keep(NEW)
    assert TokenFile(path).tokens == NEW


def test_a_link_in_the_place_of_the_new_file_is_not_followed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("untouched")
    path.with_name(".tokens.json.new").symlink_to(other)

    store(path, NEW)

    assert TokenFile(path).tokens == NEW
    assert other.read_text() == "untouched"


WRITER: Final = """
import sys
from pathlib import Path
from layla_bridge.cloud.oauth.tokens import Tokens
from layla_bridge.access.token_file import store
print("ready", flush=True)
number = 0
while True:
    number += 1
    store(Path(sys.argv[1]), Tokens(f"access-{number}", f"refresh-{number}" + "x" * 20000, None))
    print(number, flush=True)
"""


def test_a_kill_at_any_point_leaves_the_file_whole(path: Path) -> None:
    for kept_before_the_kill in range(5):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, cwd=BRIDGE, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603  # our own
            assert writer.stdout is not None
            reached = [writer.stdout.readline() for _ in range(kept_before_the_kill + 1)]
            writer.kill()
            promised = int("".join([*reached, writer.stdout.read()]).split()[-1].replace("ready", "0"))

        if promised:
            number = int(TokenFile(path).tokens.access.removeprefix("access-"))
            assert number >= promised
        assert json.loads(path.read_bytes())["access_token"] == TokenFile(path).tokens.access
        assert mode(path) == 0o600
