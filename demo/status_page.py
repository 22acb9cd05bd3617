"""Pictures of the bridge's status page, with a bridge of their own: its page tells of the real time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from aiohttp import ClientSession
from playwright.async_api import Browser, Page, ViewportSize

from simulator import World, running as simulating

from . import bridge
from .check_bridge import Listener

_HOST: Final = "127.0.0.1"
_ALARMS: Final = (("villa-kitchen", "smoke_alarm"), ("office-open", "noise_alarm"))
_COOLED: Final = "layla/device/villa-bedroom"

_SETTLED: Final = 500.0
"""Milliseconds after which nothing moves any more."""


@dataclass(frozen=True, slots=True)
class _View:
    """How somebody looks at the page."""

    width: int
    height: int
    colours: Literal["light", "dark"]


VIEWS: Final[Mapping[str, _View]] = {
    "bridge": _View(1280, 1000, "light"),
    "bridge_phone": _View(390, 844, "dark"),
}


async def take(browser: Browser, folder: Path) -> list[Path]:
    """Take the page of a bridge in whose homes something goes on; return the files."""
    with TemporaryDirectory(prefix="layla-demo-") as name:
        async with (
            simulating(World.demo(), _HOST, 0) as simulator,
            bridge.running(Path(name), _HOST, simulator) as running,
            Listener.on(running.port) as listener,
            ClientSession(simulator.url, raise_for_status=True) as session,
        ):
            for unit, alarm in _ALARMS:
                await session.post("/_sim/alarms", json={"device_id": unit, "name": alarm, "active": True})
            listener.say(f"{_COOLED}/set", {"mode": "cool", "temperature": 21})
            await listener.hear(f"{_COOLED}/result")
            listener.say("layla/bridge/layla/request/refresh", {})
            for unit, _ in _ALARMS:
                await listener.hear(f"layla/device/{unit}/event")
            return await status_pictures(browser, running.page, folder)


async def status_pictures(browser: Browser, url: str, folder: Path) -> list[Path]:
    """Take the page at `url` on a desktop and on a phone; return the files."""
    return [await _taken(browser, url, view, folder / f"{name}.png") for name, view in VIEWS.items()]


async def _taken(browser: Browser, url: str, view: _View, target: Path) -> Path:
    size = ViewportSize(width=view.width, height=view.height)
    page = await browser.new_page(
        viewport=size,
        color_scheme=view.colours,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    try:
        await _loaded(page, url)
        await page.screenshot(path=target)
    finally:
        await page.close()
    return target


async def _loaded(page: Page, url: str) -> None:
    await page.goto(url)
    await page.get_by_text("Live", exact=True).wait_for()
    await page.locator(".card").first.wait_for()
    await page.wait_for_timeout(_SETTLED)
