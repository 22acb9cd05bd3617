"""Promises of the command line."""

import pytest
from typer.testing import CliRunner

from demo import check, cli
from simulator import Clock


def test_help_says_what_it_does_and_how_it_ends() -> None:
    help_text = CliRunner().invoke(cli.app, ["--help"]).output

    assert "Ctrl-C stops it" in help_text
    assert "No account is needed" in help_text


def test_check_takes_port_and_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[int, float]] = []

    async def run(port: int, clock: Clock) -> None:
        called.append((port, clock.speed))

    monkeypatch.setattr(check, "run", run)

    result = CliRunner().invoke(cli.app, ["--check", "--port", "4321", "--speed", "60"])

    assert result.exit_code == 0
    assert called == [(4321, 60.0)]
