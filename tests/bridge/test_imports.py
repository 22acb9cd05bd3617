"""The bridge runs where Home Assistant is not installed, and shares the integration's client by a link."""

from pathlib import Path
import subprocess
import sys
from typing import Final

import layla_bridge

PACKAGE: Final = Path(str(layla_bridge.__file__)).parent

IMPORT_ALL: Final = """
import importlib, pkgutil, sys

class Refusal:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("homeassistant", "custom_components"):
            raise ImportError(f"{name} is not installed here")

sys.meta_path.insert(0, Refusal())
import layla_bridge
for module in pkgutil.walk_packages(layla_bridge.__path__, "layla_bridge."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print("layla_bridge.mirror.mirror" in sys.modules)
"""


def test_every_module_imports_where_home_assistant_is_not_installed() -> None:
    command = [sys.executable, "-c", IMPORT_ALL]
    done = subprocess.run(command, cwd=PACKAGE.parent, check=False, capture_output=True, text=True)  # noqa: S603  # our own text
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_the_client_is_the_integrations() -> None:
    assert (PACKAGE / "cloud").is_symlink()
    assert (PACKAGE / "cloud" / "model.py").samefile(PACKAGE.parents[1] / "custom_components/layla/cloud/model.py")
