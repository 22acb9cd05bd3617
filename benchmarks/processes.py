"""Programs that run beside the measurement, each in a process of its own."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path
import sys
from time import perf_counter
from typing import Final

from .failure import BenchFailed

PATIENCE: Final = 120.0
"""Seconds to wait for what has to come."""
ROOT: Final = Path(__file__).parents[1]


class Running:
    """A running program, and the lines that it prints, with the moment at which each was read."""

    def __init__(self, name: str, process: Process) -> None:
        """Take over a process that was just started."""
        self.pid = process.pid
        self.lines: list[tuple[float, str]] = []
        self._name = name
        self._process = process
        self._news = asyncio.Condition()
        self._ended = False

    async def read(self) -> None:
        """Read what it prints until its end."""
        assert self._process.stdout is not None  # noqa: S101 - asked for below
        async for line in self._process.stdout:
            await self._take(line.decode(errors="replace").rstrip())
        async with self._news:
            self._ended = True
            self._news.notify_all()

    async def printed(self, text: str, count: int = 1) -> Sequence[tuple[float, str]]:
        """Wait until so many lines have a text in them; return them. Raises BenchFailed."""

        def found() -> list[tuple[float, str]]:
            return [line for line in self.lines if text in line[1]]

        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: self._ended or len(found()) >= count)
        except TimeoutError:
            pass
        if len(found()) < count:
            last = "\n".join(line for _, line in self.lines[-10:])
            raise BenchFailed(f"{self._name} did not print {text!r}. Its last words:\n{last}")
        return found()

    async def stop(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()

    async def _take(self, line: str) -> None:
        async with self._news:
            self.lines.append((perf_counter(), line))
            self._news.notify_all()


@asynccontextmanager
async def running(name: str, *command: str | Path, environ: Mapping[str, str] | None = None) -> AsyncIterator[Running]:
    """Run a program as long as the context lasts."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": f"{ROOT}:{ROOT / 'bridge'}"} | dict(environ or {}),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    started = Running(name, process)
    reader = asyncio.create_task(started.read())
    try:
        yield started
    finally:
        await started.stop()
        await reader


def module(name: str, *arguments: str) -> Sequence[str]:
    """Return the command that runs a module of this repository."""
    return (sys.executable, "-m", name, *arguments)
