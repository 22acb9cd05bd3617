"""The action that changes the profile of an account's owner, and their preferences."""

from typing import Final

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
import probatio

from ..asking import execute
from ..cloud.administration import ChangeProfile
from ..cloud.layla.vocabulary import Currency, NotificationFrequency
from .action import Action
from .devices import ADDRESS, REPLACE
from .fields import CURRENCY, list_of, words
from .targets import ACCOUNT, account

_FREQUENCY: Final = "notification_frequency"
_LANGUAGE: Final = "language"
_NOTIFY: Final = "notification_preferences"
_NOTIFY_BY_ALARM: Final = "alarm_notification_preferences"
_TEMPERATURE_UNIT: Final = "temperature_unit"
_MEMBERS: Final = (ATTR_NAME, "phone", "company", "title", ADDRESS, _NOTIFY, _NOTIFY_BY_ALARM, _FREQUENCY)
_PREFERENCES: Final = (CURRENCY, _LANGUAGE, _TEMPERATURE_UNIT)


async def _update(call: ServiceCall) -> None:
    changes = {name: call.data[name] for name in _MEMBERS if name in call.data}
    if preferences := {name: call.data[name] for name in _PREFERENCES if name in call.data}:
        changes["preferences"] = preferences
    await execute(account(call), ChangeProfile(changes=changes, replace=call.data[REPLACE]))


ACTIONS: Final = (
    Action(
        name="update_profile",
        fields={
            **ACCOUNT,
            probatio.Optional(ATTR_NAME): probatio.All(cv.string, probatio.Length(min=1)),
            probatio.Optional("phone"): cv.string,
            probatio.Optional("company"): cv.string,
            probatio.Optional("title"): cv.string,
            probatio.Optional(ADDRESS): cv.string,
            probatio.Optional(CURRENCY): words(Currency),
            probatio.Optional(_LANGUAGE): cv.string,
            probatio.Optional(_TEMPERATURE_UNIT): probatio.In(("C", "F")),
            probatio.Optional(_NOTIFY): probatio.Schema({cv.string: cv.boolean}),
            probatio.Optional(_NOTIFY_BY_ALARM): probatio.Schema({cv.string: {cv.string: cv.boolean}}),
            probatio.Optional(_FREQUENCY): list_of(words(NotificationFrequency)),
            probatio.Optional(REPLACE, default=False): cv.boolean,
        },
        one_of=(*_MEMBERS, *_PREFERENCES),
        carry_out=_update,
        for_administrators=True,
    ),
)
