"""Starts Home Assistant as `hass` does, but without what it always loads and a demo cannot have.

Run by its path, with Home Assistant's arguments.
"""

import ctypes
import signal
import sys
from unittest.mock import Mock

from homeassistant import bootstrap
from homeassistant.__main__ import main

WITHOUT = {
    "analytics",  # needs the network
    "marketplace",  # as above
    "backup",  # what is thrown away needs none
    "ai_task",  # this and the rest are voice, video and radio, and need packages for that
    "assist_satellite",
    "camera",
    "conversation",
    "image_processing",
    "infrared",
    "radio_frequency",
    "stt",
    "tts",
    "wake_word",
}

STAND_INS = (
    "haffmpeg.core",
    "haffmpeg.tools",
    "mutagen",
    "mutagen.id3",
    "pymicro_vad",
    "pyspeex_noise",
    "turbojpeg",
)
"""What those packages are imported as: Home Assistant does that, without using it, to describe actions."""

_PR_SET_PDEATHSIG = 1


def stop_with_the_parent() -> None:
    """Let Linux end this process when the demo's ends, even if that could not say goodbye."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    stop_with_the_parent()
    sys.modules.update({name: Mock() for name in STAND_INS})
    bootstrap.DEFAULT_INTEGRATIONS.difference_update(WITHOUT)
    sys.exit(main())
