"""The command as somebody runs it: in this process, beside the simulator and the broker, or as a program."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import sys

from typer.testing import CliRunner

from layla_bridge.cli import app
from tests.bridge.mosquitto import GENEROUS

BRIDGE = Path(__file__).parents[3] / "bridge"


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
    """A command that is running as a program; errors come where the rest does."""

    process: Process
    said: list[str]

    async def line(self, beginning: str) -> str:
        """Wait for a line that begins like this."""
        assert self.process.stdout is not None
        async with asyncio.timeout(GENEROUS):
            async for line in self.process.stdout:
                self.said.append(line.decode().rstrip("\n"))
                if self.said[-1].startswith(beginning):
                    return self.said[-1]
        raise AssertionError(f"no line begins with {beginning!r}: {self.said}")

    def type(self, text: str) -> None:
        """Type a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n".encode())

    async def ended(self) -> Ended:
        """Wait for its end."""
        assert self.process.stdout is not None
        async with asyncio.timeout(GENEROUS):
            self.said.extend((await self.process.stdout.read()).decode().splitlines())
            return Ended(await self.process.wait(), "\n".join(self.said), "")


@asynccontextmanager
async def running(*arguments: object, typing: bool = True) -> AsyncIterator[Program]:
    """Run a program as long as the block lasts; without `typing` nobody can type anything."""
    command: Sequence[str] = [sys.executable, "-m", "layla_bridge", *(str(each) for each in arguments)]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=BRIDGE, stdin=PIPE if typing else DEVNULL, stdout=PIPE, stderr=STDOUT
    )
    try:
        yield Program(process, [])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
