"""Home Assistant's MQTT discovery: one retained message per unit and property, and one for the bridge itself."""

from .birth import Birth
from .climate import Control
from .discovery import Discovery
from .retained import is_ours, leftovers
from .settings import DiscoverySettings

__all__ = ["Birth", "Control", "Discovery", "DiscoverySettings", "is_ours", "leftovers"]
