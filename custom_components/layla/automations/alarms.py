"""Kinds of alarms as automations choose them."""

from collections.abc import Collection
from typing import Final

from homeassistant.helpers import config_validation as cv
import probatio

from ..cloud.catalogue import ALARMS, OTHER_ALARM

CONF_ALARM: Final = "alarm"
KINDS: Final = (*ALARMS, OTHER_ALARM)
"""Every alarm that we know, and one word for those that we do not."""

SCHEMA: Final = {
    probatio.Optional(CONF_ALARM, default=list): probatio.All(cv.ensure_list, [probatio.In(KINDS)]),
}


def chosen(alarm: str, kinds: Collection[str]) -> bool:
    """Tell whether an alarm, by its name in the API, is of one of these kinds; without any, all are."""
    return not kinds or (alarm if alarm in ALARMS else OTHER_ALARM) in kinds
