"""A browser without a window, for pictures: the system's Chromium or Chrome."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
import shutil
from typing import Final

from playwright.async_api import Browser, async_playwright

from .failure import DemoFailed

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_REMEDY: Final = "On Debian: sudo apt-get install --no-install-recommends chromium fonts-noto-core"
# What a picture does not need, and a machine without screen, root's sandbox or network cannot give.
_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--font-render-hinting=none",
    "--no-first-run",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser; raises DemoFailed when there is none."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise DemoFailed(
            "no Chromium. On Debian: sudo apt-get install --no-install-recommends chromium fonts-noto-core"
        )
    sandbox = os.geteuid() != 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, chromium_sandbox=sandbox, args=[*_FLAGS, *([] if sandbox else ["--no-sandbox"])]
        )
        try:
            yield browser
        finally:
            await browser.close()
