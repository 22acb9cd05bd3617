"""Promises of a command that is interrupted or fails."""

import asyncio
import os
import signal

import pytest
import typer

from demo import command
from demo.failure import DemoFailed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_everything_be_tidied_up(number: signal.Signals) -> None:
    tidied_up = False

    async def doing() -> None:
        nonlocal tidied_up
        os.kill(os.getpid(), number)
        try:
            await asyncio.sleep(60)
        finally:
            tidied_up = True

    assert command.run(doing()) is False
    assert tidied_up


def test_what_ends_by_itself_is_done() -> None:
    async def doing() -> None:
        return

    assert command.run(doing()) is True


def test_a_failure_says_why_last(capsys: pytest.CaptureFixture[str]) -> None:
    async def doing() -> None:
        failure = DemoFailed("the cat was on the keyboard")
        failure.add_note("meow")
        raise failure

    with pytest.raises(typer.Exit) as end:
        command.run(doing())

    assert end.value.exit_code == 1
    assert capsys.readouterr().err == "\nmeow\n\nerror: the cat was on the keyboard\n"
