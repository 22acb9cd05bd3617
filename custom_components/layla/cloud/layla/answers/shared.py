"""Questions that both of LaylaElectric's APIs answer."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, cast

from ... import questions
from ...questions import Answer, Question, Scope
from ...tolerant import Oddities, Payload
from ..parse import Household
from ..queries import StatisticsScope
from ..shared import SharedApi
from ..vocabulary import Currency, DeviceField, Period
from . import rows
from .plain import objects

type Answering = Callable[[Any, Household], Awaitable[Answer]]
"""Takes a question and the household it is about. Raises CloudError."""

UNIT_FIELDS: Final[tuple[DeviceField, ...]] = (
    "alarm_event_counts",
    "latest_values",
    "in_alarm",
    "snoozed",
    "active_alarms",
)


def bound[Api](
    table: Mapping[type[Question], Callable[[Api, Any, Household], Awaitable[Answer]]], api: Api
) -> dict[type[Question], Answering]:
    """Let the questions of a table be answered by an API."""
    return {kind: partial(answering, api) for kind, answering in table.items()}


def scope_of(scope: Scope) -> StatisticsScope:
    """Write a scope as this API's queries have it."""
    return StatisticsScope(
        category=scope.category,
        property_ids=scope.property_ids or None,
        device_ids=scope.device_ids or None,
        start=scope.start,
        end=scope.end,
        zone=scope.zone,
    )


async def _statistics(api: SharedApi, asked: questions.Statistics, household: Household) -> Answer:
    reply = await api.get_statistics(
        category=asked.category,
        period=cast("Period", asked.period),
        currency=cast("Currency | None", asked.currency),
        property_id=asked.property_id,
        device_id=asked.device_id,
        trends=asked.trends,
    )
    return {"statistics": rows.statistics(reply, household)}


async def _alarm_events(api: SharedApi, asked: questions.AlarmEvents, household: Household) -> Answer:
    del household
    reply = await api.get_alarm_series(asked.alarm, scope_of(asked.scope), asked.granularity)
    return {"points": rows.counted(reply, asked.scope.zone)}


async def _alarm_total(api: SharedApi, asked: questions.AlarmTotal, household: Household) -> Answer:
    del household
    reply = await api.get_alarm_summary(asked.alarm, scope_of(asked.scope))
    return {"total": Payload(reply, "answer", Oddities()).number("value")}


async def _notifications(api: SharedApi, asked: questions.Notifications, household: Household) -> Answer:
    del household
    reply = await api.list_notifications(
        asked.start, end=asked.end, property_id=asked.property_id, seen=asked.seen, types=asked.types or None
    )
    return {"notifications": rows.notifications(reply)}


async def _latest_notifications(api: SharedApi, asked: questions.LatestNotifications, household: Household) -> Answer:
    del household
    reply = await api.list_latest_notifications(
        asked.start, property_ids=asked.property_ids or None, types=asked.types or None
    )
    return {"notifications": rows.notifications(reply)}


async def units(api: SharedApi, asked: questions.Units, household: Household) -> Answer:
    """Read one unit, or those of a property or of all, with what a refresh reads of them and more."""
    if asked.device_id:
        return {"units": objects([await api.get_device(asked.device_id)], household)}
    reply = await api.list_devices(property_id=asked.property_id, fields=UNIT_FIELDS)
    return {"units": objects(reply, household)}


SHARED: Final[Mapping[type[Question], Callable[[SharedApi, Any, Household], Awaitable[Answer]]]] = {
    questions.Statistics: _statistics,
    questions.AlarmEvents: _alarm_events,
    questions.AlarmTotal: _alarm_total,
    questions.Notifications: _notifications,
    questions.LatestNotifications: _latest_notifications,
    questions.Units: units,
}
