"""Every sensor of figures, once: what it is called, in which unit, and where its value stands."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.button import ButtonEntityDescription
from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import CONF_TOKEN, PERCENTAGE, EntityCategory, Platform, UnitOfEnergy, UnitOfMass
from homeassistant.helpers.entity import EntityDescription

from ..access.ways import FLAVOURS
from ..cloud.catalogue import ALARMS
from ..cloud.figures import Figures, PropertyFigures, Saving, Usage
from ..cloud.model import Device
from ..cloud.token import claims
from ..const import CONF_KIND, KIND_TOKEN

_COUNT: Final = "_count"
# The alarms whose count many want to see; it is off by default for the others.
_MAIN_ALARMS: Final = frozenset({"noise_alarm", "smoke_alarm"})


@dataclass(frozen=True, kw_only=True)
class PropertyFigure(SensorEntityDescription):
    """A sensor of a property: where its value is, whether it is money, and whether it begins anew with each month."""

    value: Callable[[PropertyFigures], float | None]
    money: bool = False
    monthly: bool = False


@dataclass(frozen=True, kw_only=True)
class AccountFigure(SensorEntityDescription):
    """A sensor of the account: where its value is, and how much it changed, in percent, where the cloud tells that."""

    part: Callable[[Figures], object]
    value: Callable[[Figures], float | None]
    trend: Callable[[Figures], float | None] | None = None
    money: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind of saving."""

    key: str
    value: Callable[[Saving], float | None]
    unit: str | None = None
    device_class: SensorDeviceClass | None = None
    money: bool = False
    precision: int = 1
    enabled: bool = True


_KINDS: Final = (
    _Kind(
        key="energy",
        value=lambda saving: saving.energy,
        unit=UnitOfEnergy.KILO_WATT_HOUR,
        device_class=SensorDeviceClass.ENERGY,
    ),
    _Kind(key="money", value=lambda saving: saving.money, money=True, precision=2),
    _Kind(
        key="co2",
        value=lambda saving: saving.co2,
        unit=UnitOfMass.KILOGRAMS,
        device_class=SensorDeviceClass.WEIGHT,
    ),
    _Kind(key="trees", value=lambda saving: saving.trees, enabled=False),
)


def _saving(
    kind: _Kind, key: str, saving: Callable[[PropertyFigures], Saving | None], *, monthly: bool
) -> PropertyFigure:
    def value(figures: PropertyFigures) -> float | None:
        found = saving(figures)
        return kind.value(found) if found else None

    return PropertyFigure(
        key=key,
        translation_key=key,
        device_class=kind.device_class,
        native_unit_of_measurement=kind.unit,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=kind.precision,
        entity_registry_enabled_default=kind.enabled,
        value=value,
        money=kind.money,
        monthly=monthly,
    )


# No device class: the scale of the gain is not documented beyond what looks like percent (L31).
SAVINGS: Final = (
    *(_saving(kind, f"saved_{kind.key}_month", lambda each: each.month, monthly=True) for kind in _KINDS),
    *(_saving(kind, f"saved_{kind.key}", lambda each: each.total, monthly=False) for kind in _KINDS),
    PropertyFigure(
        key="efficiency_gain",
        translation_key="efficiency_gain",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value=lambda each: each.efficiency_gain,
    ),
)


def _count(alarm: str) -> PropertyFigure:
    known = alarm in ALARMS
    return PropertyFigure(
        key=alarm + _COUNT,
        translation_key=f"{alarm if known else 'unknown_alarm'}{_COUNT}",
        translation_placeholders={} if known else {"alarm": alarm.replace("_", " ").strip().capitalize()},
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=alarm in _MAIN_ALARMS,
        value=lambda each: each.alarms.get(alarm),
    )


COUNTS: Final = {alarm: _count(alarm) for alarm in ALARMS}


def of_property(units: Sequence[Device], registered_keys: Collection[str]) -> Iterator[PropertyFigure]:
    """Describe the sensors of a property by its units alone, before any figures are read.

    Savings where a unit drives an air conditioner, which is what eco mode saves with, and a count of every alarm.
    """
    saves = any(unit.drives_ac for unit in units)
    yield from (each for each in SAVINGS if saves or each.key in registered_keys)
    counted = {key.removesuffix(_COUNT) for key in registered_keys if key.endswith(_COUNT)}
    yield from _counts({*counted, *(alarm for unit in units for alarm in unit.alarms)})


def told(figures: PropertyFigures | None) -> Iterator[PropertyFigure]:
    """Describe the sensors of a property by its figures: savings once there are any, and every alarm of the counts."""
    if figures is None:
        return
    if any(each.value(figures) for each in SAVINGS):
        yield from (each for each in SAVINGS if each.value(figures) is not None)
    yield from _counts(figures.alarms)


def _counts(alarms: Iterable[str]) -> Iterator[PropertyFigure]:
    for alarm in sorted(alarms):
        yield COUNTS.get(alarm) or _count(alarm)


def _of_usage(value: Callable[[Usage], float | None]) -> Callable[[Figures], float | None]:
    return lambda figures: value(figures.usage) if figures.usage else None


def _energy(key: str, value: Callable[[Usage], float | None], trend: Callable[[Usage], float | None]) -> AccountFigure:
    return AccountFigure(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        part=lambda figures: figures.usage,
        value=_of_usage(value),
        trend=_of_usage(trend),
    )


def _money(key: str, value: Callable[[Usage], float | None]) -> AccountFigure:
    return AccountFigure(
        key=key,
        translation_key=key,
        suggested_display_precision=2,
        part=lambda figures: figures.usage,
        value=_of_usage(value),
        money=True,
    )


# Energy and money of the last 30 days, whenever that is, are no totals: they get no statistics.
STATISTICS: Final = (
    _energy("energy_30_days", lambda usage: usage.energy, lambda usage: usage.energy_trend),
    _energy("saved_energy_30_days", lambda usage: usage.saved.energy, lambda usage: usage.saved_trend),
    _money("costs_30_days", lambda usage: usage.costs),
    _money("saved_money_30_days", lambda usage: usage.saved.money),
    AccountFigure(
        key="unread_notifications",
        translation_key="unread_notifications",
        state_class=SensorStateClass.MEASUREMENT,
        part=lambda figures: figures.unread,
        value=lambda figures: figures.unread.count if figures.unread else None,
    ),
)
REQUESTS: Final = SensorEntityDescription(
    key="requests_24_hours",
    translation_key="requests_24_hours",
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
)
TOKEN_EXPIRY: Final = SensorEntityDescription(
    key="token_expiry",
    translation_key="token_expiry",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)
MARK_ALL_SEEN: Final = ButtonEntityDescription(key="mark_seen", translation_key="mark_seen")
MARK_SEEN: Final = ButtonEntityDescription(
    key="mark_seen", translation_key="mark_seen", entity_registry_enabled_default=False
)


def of_account(data: Mapping[str, Any]) -> Iterator[tuple[Platform, EntityDescription]]:
    """Describe the entities of the account itself, by what its entry stores."""
    yield from ((Platform.SENSOR, description) for description in (*STATISTICS, REQUESTS))
    if tells_expiry(data):
        yield Platform.SENSOR, TOKEN_EXPIRY
    if marks_seen(data):
        yield Platform.BUTTON, MARK_ALL_SEEN


def tells_expiry(data: Mapping[str, Any]) -> bool:
    """Tell whether the account has a token that says when it ends; a sign-in renews its own."""
    return data[CONF_KIND] == KIND_TOKEN and claims(data[CONF_TOKEN]).expires_at is not None


def marks_seen(data: Mapping[str, Any]) -> bool:
    """Tell whether the account's API can mark notifications as seen."""
    return "markNotificationsSeen" in FLAVOURS[data[CONF_KIND]].routes
