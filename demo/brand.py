"""The integration's icon and logo, drawn from docs/brand in the sizes that Home Assistant asks for."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, ViewportSize

from .configuration import REPOSITORY
from .terminal import say

_SOURCES: Final = REPOSITORY / "docs" / "brand"
_TARGET: Final = REPOSITORY / "custom_components" / "layla" / "brand"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One source and its size in pixels; twice that for screens of high density."""

    name: str
    width: int
    height: int


DRAWINGS: Final = (Drawing("icon", 256, 256), Drawing("logo", 512, 256))


async def draw(browser: Browser) -> None:
    """Draw all images. They stand on light and on dark alike, so that there is one of each."""
    _TARGET.mkdir(exist_ok=True)
    for drawing in DRAWINGS:
        await _draw(browser, drawing, 1, _TARGET / f"{drawing.name}.png")
        await _draw(browser, drawing, 2, _TARGET / f"{drawing.name}@2x.png")


async def _draw(browser: Browser, drawing: Drawing, scale: int, target: Path) -> None:
    size = ViewportSize(width=drawing.width * scale, height=drawing.height * scale)
    page = await browser.new_page(viewport=size)
    source = (_SOURCES / f"{drawing.name}.svg").read_text()
    await page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: 100vw }}</style>{source}")
    drawn = await page.screenshot(omit_background=True)
    await page.close()
    Image.open(BytesIO(drawn)).save(target, optimize=True)
    say(f"Drew {target.relative_to(REPOSITORY)}")
