"""Actions that change a property or a unit itself."""

from typing import Final

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
import probatio

from ..asking import execute
from ..cloud.administration import ChangeProperty, ChangeUnit
from ..cloud.layla.vocabulary import TierFeature
from ..failures import refused
from ..registry.identity import Kind
from .action import Action
from .fields import CATEGORY, list_of, words
from .targets import ONE_DEVICE, one

ADDRESS: Final = "address"
SETTINGS: Final = "settings"
TIMEZONE: Final = "timezone"
REPLACE: Final = "replace"
_ECO: Final = "eco_mode"
_ENABLED: Final = "enabled"
_FEATURES: Final = "features"
_OF_PROPERTY: Final = (ATTR_NAME, CATEGORY, ADDRESS, TIMEZONE, SETTINGS, _ENABLED)
_OF_WHOLE_PROPERTY: Final = (ATTR_NAME, CATEGORY, ADDRESS, TIMEZONE)
_OF_UNIT: Final = (ATTR_NAME, _ENABLED, _ECO, _FEATURES, SETTINGS)


async def _update_property(call: ServiceCall) -> None:
    item = one(call, Kind.PROPERTY)
    changes = {name: call.data[name] for name in _OF_PROPERTY if name in call.data}
    missing = [name for name in _OF_WHOLE_PROPERTY if name not in changes]
    if call.data[REPLACE] and missing:
        raise refused("replacing_needs", missing=", ".join(missing))
    await execute(item.coordinator, ChangeProperty(property_id=item.id, changes=changes, replace=call.data[REPLACE]))


async def _update_unit(call: ServiceCall) -> None:
    item = one(call, Kind.UNIT)
    await execute(
        item.coordinator,
        ChangeUnit(
            device_id=item.id,
            name=call.data.get(ATTR_NAME),
            enabled=call.data.get(_ENABLED),
            eco=call.data.get(_ECO),
            tier_features=call.data.get(_FEATURES),
            settings=call.data.get(SETTINGS),
        ),
    )


ACTIONS: Final = (
    Action(
        name="update_property",
        fields={
            **ONE_DEVICE,
            probatio.Optional(ATTR_NAME): probatio.All(cv.string, probatio.Length(min=1, max=100)),
            probatio.Optional(CATEGORY): probatio.All(cv.string, probatio.Length(min=1, max=20)),
            probatio.Optional(ADDRESS): probatio.All(cv.string, probatio.Length(max=255)),
            probatio.Optional(TIMEZONE): cv.time_zone,
            probatio.Optional(SETTINGS): dict,
            probatio.Optional(_ENABLED): cv.boolean,
            probatio.Optional(REPLACE, default=False): cv.boolean,
        },
        one_of=_OF_PROPERTY,
        carry_out=_update_property,
        for_administrators=True,
    ),
    Action(
        name="update_unit",
        fields={
            **ONE_DEVICE,
            probatio.Optional(ATTR_NAME): probatio.All(cv.string, probatio.Length(min=1)),
            probatio.Optional(_ENABLED): cv.boolean,
            probatio.Optional(_ECO): cv.boolean,
            probatio.Optional(_FEATURES): probatio.Any([], list_of(words(TierFeature))),
            probatio.Optional(SETTINGS): dict,
        },
        one_of=_OF_UNIT,
        carry_out=_update_unit,
        for_administrators=True,
    ),
)
