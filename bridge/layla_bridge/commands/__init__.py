"""Commands over MQTT: parsed and checked by pure functions, carried out in order, answered, shown until confirmed."""

from .air_conditioner import AirConditioners, UnitAirConditioner
from .carrying_out import Hooks
from .commands import Commands
from .holds import Holds
from .problems import Code

__all__ = ["AirConditioners", "Code", "Commands", "Holds", "Hooks", "UnitAirConditioner"]
