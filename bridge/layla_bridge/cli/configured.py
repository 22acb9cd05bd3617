"""The configuration that a command works with: where it is, and what it says."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from ..configuration import Configuration, ConfigurationError, load
from .terminal import refuse

VARIABLE: Final = "LAYLA_CONFIG"
HERE: Final = Path("layla-bridge.yaml")
PLACES: Final = (HERE, Path("/etc/layla-bridge.yaml"))
"""Where a configuration is looked for that nobody names; the first that exists is taken."""

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar=VARIABLE,
        help=f"The configuration file; else {' or '.join(map(str, PLACES))}, else the environment alone.",
        show_default=False,
    ),
]
"""The option of every command that has a configuration; its value goes to `configured`."""


def found(named: Path | None) -> Path | None:
    """Return the file to read: the one that was named, else one at a usual place; None for the environment alone."""
    return named or next((place for place in PLACES if place.is_file()), None)


def configured(named: Path | None) -> Configuration:
    """Load the configuration; where it cannot be used, say why and end with exit code 2."""
    try:
        return load(found(named), os.environ)
    except ConfigurationError as error:
        refuse(error.problems)
