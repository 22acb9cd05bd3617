"""How much memory this process has."""

import os
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")


def resident(statm: Path = _STATM) -> int | None:
    """Return what is resident, in bytes; None on a system that does not tell in /proc."""
    try:
        pages = statm.read_text(encoding="ascii").split()[1]
    except FileNotFoundError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
