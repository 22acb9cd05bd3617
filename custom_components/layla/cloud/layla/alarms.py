"""The settings of a unit's alarms: an array that is replaced as a whole, so it is read, changed and written (L24)."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from ..commands import AlarmSettings, ConfigureAlarms, QuietHours
from ..errors import Refused, UnreadableAnswer
from .calls import merged, present
from .shared import SharedApi
from .vocabulary import FreeForm


class AlarmConfiguration:
    """Changes alarms of units. What is as it should be already is not written."""

    def __init__(self, api: SharedApi) -> None:
        """Take the calls of either API."""
        self._api = api
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def configure(self, command: ConfigureAlarms) -> None:
        """Carry a command out, after any other one of the same unit: two requests, one where nothing changes.

        Raises CloudError; Refused for an alarm for which the unit has no settings.
        """
        async with self._locks[command.device_id]:
            alarms = (await self._api.get_device(command.device_id)).get("alarms")
            if not isinstance(alarms, list) or not all(isinstance(alarm, Mapping) for alarm in alarms):
                # Written back without what cannot be read, it would be lost.
                raise UnreadableAnswer("getDevice", "a list of alarms was expected")
            wanted = changed(alarms, command.alarms)
            if wanted != alarms:
                await self._api.update_device(command.device_id, {"alarms": wanted})


def changed(alarms: Sequence[Mapping[str, Any]], changes: Mapping[str, AlarmSettings]) -> list[FreeForm]:
    """Return the array with the changes in it; members that nobody knows stay. Raises Refused."""
    names = [str(alarm.get("name")) for alarm in alarms]
    for missing in changes.keys() - names:
        raise Refused("updateDevice", f"the unit has no settings for the alarm {missing}")
    return [
        _changed(alarm, changes[name]) if name in changes else {**alarm}
        for name, alarm in zip(names, alarms, strict=True)
    ]


def _changed(alarm: Mapping[str, Any], settings: AlarmSettings) -> FreeForm:
    quiet_hours = _quiet_hours(settings.quiet_hours) if settings.quiet_hours else None
    own = {
        "enabled": settings.armed,
        "threshold": settings.threshold,
        "quiet_hours": merged(alarm.get("quiet_hours"), quiet_hours),
        "schedule": merged(alarm.get("schedule"), settings.schedule),
    }
    return {**alarm, **present(own)}


def _quiet_hours(wanted: QuietHours) -> FreeForm:
    return present({"enabled": wanted.on, "start_time": _hh_mm(wanted.start), "end_time": _hh_mm(wanted.end)})


def _hh_mm(clock: time | None) -> str | None:
    return None if clock is None else clock.isoformat("minutes")
