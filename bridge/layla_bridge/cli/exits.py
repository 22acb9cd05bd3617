"""What a command ends with, for scripts and supervisors to read."""

from typing import Final

FAILED: Final = 1
"""What was asked for did not work; the text on stderr, or the report, says why."""

CONFIGURATION: Final = 2
"""The configuration or the command line has to be corrected first; trying again does not help."""
