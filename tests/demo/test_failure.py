"""Promises of waiting."""

import pytest

from demo.failure import DemoFailed, eventually


async def test_what_is_found_later_is_returned() -> None:
    answers = iter([None, None, "found"])

    async def look() -> str | None:
        return next(answers)

    assert await eventually("Something", 10, look) == "found"


async def test_what_is_never_found_is_named() -> None:
    async def look() -> None:
        return None

    with pytest.raises(DemoFailed, match="A miracle: not within 0 seconds"):
        await eventually("A miracle", 0.01, look)
