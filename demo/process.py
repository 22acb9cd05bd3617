"""Home Assistant as a process of ours: started, watched, stopped."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import sys
from typing import Final

from homeassistant.const import RESTART_EXIT_CODE

from .failure import DemoFailed

_PATIENCE: Final = 60.0
_TAIL: Final = 60
_LAUNCH: Final = Path(__file__).with_name("launch.py")
# Home Assistant downloads a package that is missing. None is; and nothing may come unseen.
_ENVIRONMENT: Final = {"UV_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}


class HomeAssistantProcess:
    """A running Home Assistant; what it prints is in a file of its configuration folder."""

    def __init__(self, folder: Path, process: Process) -> None:
        """Take over a process that was started on the folder."""
        self._folder = folder
        self._process = process

    @property
    def log(self) -> list[str]:
        """Every line it has printed."""
        return _printed(self._folder).read_text(errors="replace").splitlines()

    async def ended(self) -> None:
        """Wait until it stops, and raise DemoFailed; a restart that its user asks for is no end."""
        while await self._process.wait() == RESTART_EXIT_CODE:
            self._process = await _started(self._folder)
        self.insist()

    def insist(self) -> None:
        """Raise DemoFailed when it has stopped."""
        if self._process.returncode is not None:
            raise DemoFailed(f"Home Assistant stopped by itself, with exit code {self._process.returncode}")

    async def stop(self) -> None:
        """Ask it to stop; after a minute, or when that is interrupted, make it."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError as error:
            raise DemoFailed(f"Home Assistant did not stop within {_PATIENCE:.0f} seconds") from error
        finally:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()


@asynccontextmanager
async def home_assistant(folder: Path) -> AsyncIterator[HomeAssistantProcess]:
    """Run Home Assistant on a configuration folder; a failure meanwhile takes the end of its log along."""
    process = HomeAssistantProcess(folder, await _started(folder))
    try:
        yield process
    except Exception as failure:
        failure.add_note("\n".join(["Home Assistant's log ends like this:", *process.log[-_TAIL:]]))
        raise
    finally:
        await process.stop()


async def _started(folder: Path) -> Process:
    with _printed(folder).open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # this repository's folders are not Home Assistant's to import from
            _LAUNCH,
            "--config",
            folder,
            cwd=folder,
            env=os.environ | _ENVIRONMENT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for the demo, which then stops all in order
        )


def _printed(folder: Path) -> Path:
    return folder / "printed.log"
