"""Fail when a module is tested less than the integration quality scale asks for.

Usage: check_coverage.py COVERAGE_JSON
"""

import json
from pathlib import Path
import sys

FLOOR = 95
FLOORS = {"custom_components/layla/config_flow.py": 100}


def main(report: Path) -> str | None:
    """Return what falls short, or nothing."""
    files = json.loads(report.read_text())["files"]
    short = [
        f"  {module}: {covered:.1f} % of at least {floor} %"
        for module, file in sorted(files.items())
        if (covered := file["summary"]["percent_covered"]) < (floor := FLOORS.get(module, FLOOR))
    ]
    return "\n".join(["Tested too little:", *short]) if short else None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
