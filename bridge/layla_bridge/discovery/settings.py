"""What discovery has to know of the configuration."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverySettings:
    """Where Home Assistant listens, and what it is told.

    `selected` tells of a property's id whether it is published (None: units without a property). Without `names` no
    unit or property is called by what its owner calls it. `version` is the bridge's own.
    """

    version: str
    prefix: str = "homeassistant"
    areas: bool = False
    names: bool = True
    selected: Callable[[str | None], bool] = lambda _: True
