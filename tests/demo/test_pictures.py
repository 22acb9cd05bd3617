"""Promises of the pictures in the documentation."""

from pathlib import Path

from demo import pictures, status_page

DOCS = Path(__file__).parents[2] / "docs"


def test_every_picture_is_there_and_none_is_left_over() -> None:
    assert {path.stem for path in (DOCS / "pictures").iterdir()} == {*pictures._PICTURES, *status_page.VIEWS}


def test_no_picture_is_heavy() -> None:
    assert all(path.stat().st_size < 400_000 for path in (DOCS / "pictures").iterdir())
