"""Starts Home Assistant as `hass` does, but without what it always loads and a demo cannot have.

Run by its path, with Home Assistant's arguments.
"""

import ctypes
import signal
import sys

from homeassistant import bootstrap
from homeassistant.__main__ import main

NETWORK = {"analytics", "marketplace"}
OTHER_PACKAGES = {
    "ai_task",
    "assist_satellite",
    "backup",
    "camera",
    "image_processing",
    "infrared",
    "radio_frequency",
    "tts",
}
"""What needs packages for voice, video, radio or the Supervisor, some of which need a compiler."""

_PR_SET_PDEATHSIG = 1


def stop_with_the_parent() -> None:
    """Let Linux end this process when the demo's dies, even if that could not say goodbye."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    stop_with_the_parent()
    bootstrap.DEFAULT_INTEGRATIONS.difference_update(NETWORK, OTHER_PACKAGES)
    sys.exit(main())
