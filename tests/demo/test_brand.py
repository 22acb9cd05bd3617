"""Promises of the brand images, which Home Assistant reads from the integration."""

from pathlib import Path

from PIL import Image
import pytest

BRAND = Path(__file__).parents[2] / "custom_components" / "layla" / "brand"


@pytest.mark.parametrize(
    ("name", "size"),
    [("icon", (256, 256)), ("icon@2x", (512, 512)), ("logo", (512, 256)), ("logo@2x", (1024, 512))],
)
def test_an_image_has_the_size_that_is_asked_for_and_no_background(name: str, size: tuple[int, int]) -> None:
    with Image.open(BRAND / f"{name}.png") as image:
        assert image.size == size
        assert image.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
