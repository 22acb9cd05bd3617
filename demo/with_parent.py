"""Runs a program that ends with the demo, even if that could not say goodbye: `-m demo.with_parent PROGRAM …`."""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def main(program: str, *arguments: str) -> None:
    """Let Linux end this process when its parent ends, and become the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execv(program, [program, *arguments])  # noqa: S606 - the demo's own


if __name__ == "__main__":
    main(*sys.argv[1:])
