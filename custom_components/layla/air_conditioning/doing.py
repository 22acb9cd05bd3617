"""What an air conditioner is doing right now, in Home Assistant's words."""

from typing import Final

from homeassistant.components.climate import HVACAction

from ..cloud.ac_truth import Contradiction, Truth
from ..cloud.air_conditioner import AirConditioner, Mode

# The power proves nothing of these two: they take hardly any.
_ASSUMED: Final = {Mode.FAN_ONLY: HVACAction.FAN, Mode.DRY: HVACAction.DRYING}
# While it runs in `auto`, nobody knows to which side.
_RUNNING: Final = {Mode.COOL: HVACAction.COOLING, Mode.HEAT: HVACAction.HEATING}


def doing(shown: AirConditioner, truth: Truth) -> HVACAction | None:
    """Tell what one that was told this does, by what its power proves since then; None where that is not known."""
    if not shown.power:
        return None if truth.against is Contradiction.RUNS else HVACAction.OFF
    if shown.mode in _ASSUMED:
        return _ASSUMED[shown.mode]
    if not truth.judged:
        return None
    return _RUNNING.get(shown.mode) if truth.running else HVACAction.IDLE
