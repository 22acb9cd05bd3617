"""Writes bridge/CONFIGURATION.md: `python -m layla_bridge.configuration > bridge/CONFIGURATION.md`."""

import sys

from .document import reference

sys.stdout.write(reference())
