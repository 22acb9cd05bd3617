"""The pages of the documentation: the index names each, and none points to one that is not there."""

import json
from pathlib import Path
import re
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGES: Final = sorted(DOCS.glob("*.md"))


def test_the_index_names_every_page() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "README.md").read_text(encoding="utf-8")))
    assert linked >= {page.name for page in PAGES} - {"README.md"}


def test_no_page_points_to_one_that_is_not_there() -> None:
    missing = {
        f"{page.name}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\((?!https?:)([\w./-]+)", page.read_text(encoding="utf-8"))
        if not (DOCS / link).exists()
    }
    assert not missing


def test_every_issue_is_on_the_page_of_repairs_by_its_title() -> None:
    texts = DOCS.parent / "custom_components" / "layla" / "translations" / "en.json"
    issues = json.loads(texts.read_text(encoding="utf-8"))["issues"].values()
    page = (DOCS / "repairs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)
    assert {re.sub(r"\{\w+\}", "…", issue["title"]) for issue in issues} == {*rows} - {"Message"}
