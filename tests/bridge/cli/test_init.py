"""`init` asks, and writes a configuration that works."""

from pathlib import Path
import stat

import pytest

from layla_bridge.configuration import SignInAccount, load
from tests.bridge.cli.command import ran

TOKEN = "t0ken"


def typed(*answers: str) -> str:
    """Type answers, each with Enter."""
    return "".join(f"{answer}\n" for answer in answers)


# instance, kind, url, token, host, tls, port, user, properties, discovery
USUAL = typed("", "", "", TOKEN, "", "", "", "", "", "")


async def test_enter_is_enough_but_for_the_token(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "layla.yaml"
    ended = await ran("init", "-c", path, typed=USUAL)

    assert ended.code == 0, ended.out + ended.err
    assert load(path, {}) == load(None, {"LAYLA_ACCOUNT__TOKEN": TOKEN})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["layla.yaml"]
    assert ended.out.endswith(f"{path} is written; its owner alone can read it.\nNext: layla-bridge check -c {path}\n")
    assert TOKEN not in ended.out


async def test_it_is_written_where_it_is_looked_for() -> None:
    ended = await ran("init", typed=USUAL)

    assert ended.out.endswith("\nNext: layla-bridge check\n")
    assert Path("layla-bridge.yaml").is_file()  # noqa: ASYNC240


async def test_a_wrong_answer_is_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "layla.yaml"
    answers = typed("my home", "villa", "", "", "two words", TOKEN, "", "yes", "/no/ca.pem", "many", "8884", "me")
    ended = await ran("init", "-c", path, typed=answers + typed("secret", "", "", ""))

    assert ended.code == 0, ended.out + ended.err
    assert "    'my home' does not fit; accepted: letters, digits, - and _, at most 64" in ended.out
    assert "    'many' is not a whole number; accepted: a port from 1 to 65535" in ended.out
    assert "    /no/ca.pem is not a file; accepted: the path of a PEM file" in ended.out
    found = load(path, {})
    assert (found.instance, found.broker.port, found.broker.tls.enabled) == ("villa", 8884, True)
    assert found.broker.password is not None
    assert found.broker.password.get_secret_value() == "secret"


async def test_who_signs_in_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "layla.yaml"
    answers = typed("", "sign_in", "", "", "", "client", "", "", "", "", "", "", "")
    ended = await ran("init", "-c", path, typed=answers)

    assert ended.code == 0, ended.out + ended.err
    assert isinstance(load(path, {}).account, SignInAccount)
    assert ended.out.endswith(f"\nNext: layla-bridge sign-in -c {path}\nThen: layla-bridge check -c {path}\n")


@pytest.mark.parametrize(("arguments", "answers"), [((), typed("y") + USUAL), (("--force",), USUAL)])
async def test_what_is_there_is_replaced_by_who_says_so(
    tmp_path: Path, arguments: tuple[str, ...], answers: str
) -> None:
    path = tmp_path / "layla.yaml"
    path.write_text("old")
    ended = await ran("init", "-c", path, *arguments, typed=answers)

    assert ended.code == 0, ended.out + ended.err
    assert load(path, {}).instance == "layla"


@pytest.mark.parametrize("answers", [typed("n"), typed("y", "villa"), ""])
async def test_who_stops_has_changed_nothing(tmp_path: Path, answers: str) -> None:
    path = tmp_path / "layla.yaml"
    path.write_text("old")
    ended = await ran("init", "-c", path, typed=answers)

    assert ended.code == 1
    assert path.read_text() == "old"


async def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = await ran("init", "-c", tmp_path / "file" / "layla.yaml", typed=USUAL)

    assert ended.code == 1
    assert ended.err.startswith(f"Error: {tmp_path / 'file' / 'layla.yaml'} cannot be written: ")
