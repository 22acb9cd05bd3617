"""Pictures of the bridge's status page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, Page, ViewportSize

_SETTLED: Final = 500.0
"""Milliseconds after which nothing moves any more."""


@dataclass(frozen=True, slots=True)
class _View:
    """How somebody looks at the page."""

    width: int
    height: int
    colours: Literal["light", "dark"]


_VIEWS: Final[Mapping[str, _View]] = {
    "bridge": _View(1280, 1000, "light"),
    "bridge_phone": _View(390, 844, "dark"),
}


async def status_pictures(browser: Browser, url: str, folder: Path) -> list[Path]:
    """Take the page at `url` on a desktop and on a phone; return the files."""
    return [await _taken(browser, url, view, folder / f"{name}.png") for name, view in _VIEWS.items()]


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
