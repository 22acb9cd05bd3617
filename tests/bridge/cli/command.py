"""The command as somebody runs it, in this process: beside the simulator and the broker of the test."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
import os
import sys
from unittest.mock import patch

from typer.testing import CliRunner

from layla_bridge.cli import app
from tests.bridge.mosquitto import GENEROUS


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left: its exit code, and what it printed."""

    code: int
    out: str
    err: str


async def ran(
    *arguments: object, typed: str | None = None, environment: Mapping[str, str | None] | None = None
) -> Ended:
    """Run a command to its end, in a thread of its own: it has its own event loop."""

    def run() -> Ended:
        result = CliRunner().invoke(app, [str(each) for each in arguments], input=typed, env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    with ThreadPoolExecutor(1) as thread:
        return await asyncio.get_running_loop().run_in_executor(thread, run)


@dataclass(frozen=True, slots=True)
class Program:
    """A command that is running, and what it has said; errors come where the rest does."""

    output: asyncio.StreamReader
    terminal: int
    end: asyncio.Future[int]
    said: list[str]

    async def line(self, beginning: str) -> str:
        """Wait for a line that begins like this."""
        async with asyncio.timeout(GENEROUS):
            async for line in self.output:
                self.said.append(line.decode().rstrip("\n"))
                if self.said[-1].startswith(beginning):
                    return self.said[-1]
        raise AssertionError(f"no line begins with {beginning!r}: {self.said}")

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self.terminal, f"{text}\n".encode())

    async def ended(self) -> Ended:
        """Wait for its end."""
        async with asyncio.timeout(GENEROUS):
            self.said.extend((await self.output.read()).decode().splitlines())
            return Ended(await self.end, "\n".join(self.said), "")


@asynccontextmanager
async def running(*arguments: object) -> AsyncIterator[Program]:
    """Run a command that somebody can type to, as long as it takes."""
    loop = asyncio.get_running_loop()
    (typed, terminal), (shown, screen) = os.pipe(), os.pipe()

    def run() -> int:
        with (
            os.fdopen(typed) as stdin,
            os.fdopen(screen, "w", encoding="utf-8") as stdout,
            patch.object(sys, "stdin", stdin),
            redirect_stdout(stdout),
            redirect_stderr(stdout),
        ):
            try:
                app([str(each) for each in arguments], prog_name="layla-bridge")
            except SystemExit as end:
                return int(end.code or 0)
        raise AssertionError("the command has not ended")

    output = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(shown, "rb", buffering=0)
    )
    with ThreadPoolExecutor(1) as thread:
        end = loop.run_in_executor(thread, run)
        try:
            yield Program(output, terminal, end, [])
        finally:
            os.close(terminal)
            await asyncio.wait([end])
            transport.close()
