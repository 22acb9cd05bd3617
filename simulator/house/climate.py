"""The weather outside, and what air does when it is warmed, cooled or dried."""

from dataclasses import dataclass
from datetime import datetime
from math import cos, exp, tau

from .chance import drift

_DAY = 86_400.0
_WARMEST_HOUR = 15.0
_WARMEST_DAY = 200.0


@dataclass(frozen=True, slots=True)
class Climate:
    """A place's weather: °C around a mean, by year, day and chance; `dryness` is the dew point depression in K."""

    mean: float
    annual: float
    daily: float
    weather: float = 2.5
    dryness: float = 5.0

    def season(self, local: datetime, seed: int) -> float:
        """Return the day's mean temperature outside, °C: what thick walls feel."""
        day = local.timetuple().tm_yday + hours(local) / 24
        yearly = self.annual * cos(tau * (day - _WARMEST_DAY) / 365.25)
        return self.mean + yearly + self.weather * drift(seed, local.timestamp(), 3 * _DAY)

    def swing(self, local: datetime, lag: float = 0.0) -> float:
        """Return what the time of day adds, °C, `lag` hours late."""
        return self.daily * cos(tau * (hours(local) - _WARMEST_HOUR - lag) / 24)

    def temperature(self, local: datetime, seed: int) -> float:
        """Return the temperature outside, °C."""
        return self.season(local, seed) + self.swing(local)

    def moisture(self, local: datetime, seed: int) -> float:
        """Return the water in the air outside, g/m³."""
        dew_point = self.season(local, seed) - self.dryness + drift(seed + 1, local.timestamp(), _DAY)
        return saturation(dew_point)


def hours(local: datetime) -> float:
    """Return the time of day in hours."""
    return local.hour + local.minute / 60 + local.second / 3600


def saturation(temperature: float) -> float:
    """Return the water that air of this temperature (°C) can hold, g/m³ (Magnus formula)."""
    pressure = 6.112 * exp(17.62 * temperature / (243.12 + temperature))
    return 216.7 * pressure / (273.15 + temperature)


def relative_humidity(moisture: float, temperature: float) -> float:
    """Return %RH of air with `moisture` g/m³ at `temperature` °C, as a sensor would show it."""
    return min(max(100 * moisture / saturation(temperature), 5.0), 99.0)
