"""What the power of every unit says of its air conditioner, kept up with each refresh."""

from datetime import datetime

from homeassistant.const import UnitOfTemperature
from homeassistant.util.dt import utcnow
from homeassistant.util.unit_conversion import TemperatureConverter

from ..cloud.ac_control import AirConditioners, UnitAirConditioner
from ..cloud.ac_truth import GRACE, Evidence, Told, Truth
from ..cloud.air_conditioner import USUAL_RUNNING_ABOVE
from ..cloud.model import Device, Snapshot
from .store import AcStore

_NOTHING = Truth()


class Truths:
    """Hears every refresh, also one that changed nothing: a second reading like the first one is what proves it."""

    def __init__(self, air_conditioners: AirConditioners, store: AcStore) -> None:
        """Take what the air conditioners were told, and when."""
        self._air_conditioners = air_conditioners
        self._store = store
        self._known: dict[str, Truth] = {}

    def of(self, device_id: str) -> Truth:
        """Return what is proven of a unit's air conditioner since it was told last."""
        return self._known.get(device_id, _NOTHING).told(self._store.told_at(device_id))

    def heard(self, snapshot: Snapshot) -> None:
        """Take in the readings of a snapshot's units; an offline one repeats its last."""
        for device_id, at in snapshot.power_at.items():
            device = snapshot.devices.get(device_id)
            if device and device.online is not False:
                self._known[device.id] = self._after(device, at)

    def _after(self, device: Device, at: datetime) -> Truth:
        told_at, known = self._store.told_at(device.id), self._known.get(device.id, _NOTHING)
        if told_at and told_at <= utcnow() < told_at + GRACE:
            return known.told(told_at)  # whatever the unit's own clock says
        unit = self._air_conditioners.of(device, device.id)
        evidence = Evidence(
            at=at,
            power=device.readings["power"].value or 0.0,
            running_above=unit.profile.running_above if unit.profile else USUAL_RUNNING_ABOVE,
            temperature=_temperature(device),
        )
        told = Told(at=told_at, state=unit.shown, target=_target(unit))
        return known.after(evidence, told)


def _temperature(device: Device) -> float | None:
    reading = device.readings.get("temperature")
    return reading.value if reading else None


def _target(unit: UnitAirConditioner) -> float | None:
    """Return the target in °C; one that only switches on and off was told none."""
    target = unit.shown.temperature
    if target is None or unit.profile is None or not unit.full:
        return None
    if not unit.profile.fahrenheit:
        return target
    return TemperatureConverter.convert(target, UnitOfTemperature.FAHRENHEIT, UnitOfTemperature.CELSIUS)
