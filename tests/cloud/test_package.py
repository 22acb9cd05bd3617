"""The client is part of two programs: it imports nothing of Home Assistant and nothing by an absolute name of ours."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
import subprocess
import sys
from typing import Final

import pytest

import custom_components.layla.cloud as package

CLOUD: Final = Path(str(package.__file__)).parent
FILES: Final[Sequence[Path]] = sorted(CLOUD.rglob("*.py"))
THIRD_PARTY: Final = {"aiohttp", "yarl", "orjson", "jwt"}

IMPORT_ALL: Final = """
import importlib, pkgutil, sys

class Refusal:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("homeassistant", "custom_components"):
            raise ImportError(f"{name} is not installed here")

sys.meta_path.insert(0, Refusal())
import cloud
for module in pkgutil.walk_packages(cloud.__path__, "cloud."):
    importlib.import_module(module.name)
print(*sorted(name for name in sys.modules if name.partition(".")[0] in ("cloud", "homeassistant")))
"""


def imported(file: Path) -> Iterator[str]:
    """Name the top-level packages that a file imports by an absolute name."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).partition(".")[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CLOUD)))
def test_a_module_imports_its_neighbours_relatively_and_little_else(file: Path) -> None:
    assert set(imported(file)) - sys.stdlib_module_names <= THIRD_PARTY


def test_every_module_imports_under_another_name_where_home_assistant_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "cloud").symlink_to(CLOUD, target_is_directory=True)
    command = [sys.executable, "-c", IMPORT_ALL]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)  # noqa: S603  # our own text
    assert done.returncode == 0, done.stderr
    modules = {".".join(("cloud", *file.relative_to(CLOUD).with_suffix("").parts)) for file in FILES}
    assert set(done.stdout.split()) == {name.removesuffix(".__init__") for name in modules}
