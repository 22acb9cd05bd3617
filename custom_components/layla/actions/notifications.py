"""Actions of notifications: what LaylaElectric told of, and marking it as read."""

from datetime import timedelta
from operator import methodcaller
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import probatio

from ..asking import execute
from ..cloud.commands import MarkSeen
from ..cloud.questions import LatestNotifications, Notifications
from ..registry.identity import Kind
from .action import Action
from .answering import asked
from .fields import RANGE, START, list_of, span
from .targets import WITHIN, WITHIN_ONE, within

_IDS: Final = "notification_ids"
_SEEN: Final = "seen"
_TYPES: Final = "types"
_WEEK: Final = timedelta(days=7)
# So long LaylaElectric keeps them, as far as is known (L20).
_MONTH: Final = timedelta(days=30)


async def _notifications(call: ServiceCall) -> ServiceResponse:
    target = within(call, Kind.PROPERTY, Kind.ACCOUNT)
    start, end = span(call, _WEEK)
    question = Notifications(
        start=start,
        end=end,
        property_id=next(iter(target.property_ids), None),
        seen=call.data.get(_SEEN),
        types=call.data.get(_TYPES, ()),
    )
    return await asked(target.coordinator, question)


async def _latest(call: ServiceCall) -> ServiceResponse:
    target = within(call, Kind.PROPERTY, Kind.ACCOUNT)
    start, _ = span(call, _MONTH)
    question = LatestNotifications(start=start, property_ids=target.property_ids, types=call.data.get(_TYPES, ()))
    return await asked(target.coordinator, question)


async def _mark_seen(call: ServiceCall) -> None:
    """Mark some notifications, and all of some properties."""
    target = within(call, Kind.PROPERTY)
    if ids := call.data.get(_IDS):
        await execute(target.coordinator, MarkSeen(notification_ids=ids))
    for property_id in target.property_ids:
        await execute(target.coordinator, MarkSeen(property_id=property_id))
        target.coordinator.figures.marked(methodcaller("without", property_id))


ACTIONS: Final = (
    Action(
        name="get_notifications",
        fields={
            **WITHIN_ONE,
            **RANGE,
            probatio.Optional(_SEEN): cv.boolean,
            probatio.Optional(_TYPES): list_of(cv.string),
        },
        carry_out=_notifications,
        answers=SupportsResponse.ONLY,
    ),
    Action(
        name="get_latest_notifications",
        fields={**WITHIN, probatio.Optional(START): cv.datetime, probatio.Optional(_TYPES): list_of(cv.string)},
        carry_out=_latest,
        answers=SupportsResponse.ONLY,
    ),
    Action(
        name="mark_notifications_seen",
        fields={**WITHIN, probatio.Optional(_IDS): list_of(cv.string)},
        one_of=(_IDS, ATTR_DEVICE_ID),
        carry_out=_mark_seen,
    ),
)
