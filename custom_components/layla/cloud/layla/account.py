"""A LaylaElectric account by its owner API: two requests a refresh, the household on a slow clock."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Final, Self, cast

from aiohttp import ClientSession
from yarl import URL

from .. import commands, episodes
from ..account import Refresh
from ..bearer import FixedToken
from ..commands import Command
from ..continuity import continued, with_alarms
from ..cursor import Cursor
from ..errors import CloudError, Gone, NotSupported, RateLimited
from ..http import HttpClient
from ..memory import ForgetfulMemory, Memory
from ..model import Device, Event, Point, Snapshot
from ..route import overridden
from ..support import Support
from ..tolerant import Oddities
from . import notifications, parse
from .air_conditioning import DEFAULT_LEAD, AirConditioning
from .household import HouseholdReader
from .owner import JsonList, OwnerApi
from .parse import Household, Unit
from .queries import Series
from .routes import OWNER_ROUTES
from .vocabulary import DeviceField, MeasureName, PropertyAlarm

_DEVICE_FIELDS: Final[Sequence[DeviceField]] = (
    "latest_values",
    "in_alarm",
    "snoozed",
    "active_alarms",
)
_COMMON: Final = frozenset({commands.SetPillar.__name__, commands.SetEcoTime.__name__})
# What a unit that drives an air conditioner takes, and the operations that carry it out.
_INFRARED: Final[Mapping[type[Command], Sequence[str]]] = {
    commands.TestInfrared: ("testDeviceIr",),
    commands.SwitchAirConditioner: ("scheduleAcTimer",),
    commands.TellAirConditioner: ("scheduleAcTimer", "putAcSchedule"),
    commands.SettleAirConditioner: ("scheduleAcTimer",),
    commands.SetAcTimer: ("scheduleAcTimer",),
    commands.CancelAcTimer: ("cancelAcTimer",),
    commands.SetAcSchedule: ("putAcSchedule",),
    commands.DeleteAcSchedule: ("deleteAcSchedule",),
}
# So many units are read before the event loop gets its turn again.
_BATCH: Final = 200


class LaylaAccount:
    """Polls one account. It remembers the household between refreshes, and what the cloud lacks."""

    def __init__(self, api: OwnerApi, memory: Memory | None = None, ac_lead: float = DEFAULT_LEAD) -> None:
        """Take the typed calls of the owner API, and what was remembered of the air conditioners."""
        self._api = api
        self._air_conditioning = AirConditioning(api, memory or ForgetfulMemory(), ac_lead)
        self._support = Support()
        self._households = HouseholdReader(api, self._support)
        self._latest: Snapshot | None = None

    @classmethod
    def by_token(
        cls,
        session: ClientSession,
        base_url: URL,
        token: str,
        overrides: Mapping[str, str] | None = None,
        *,
        memory: Memory | None = None,
        ac_lead: float = DEFAULT_LEAD,
    ) -> Self:
        """Open the account of a token; `overrides` are the user's own routes. Raises InvalidRoute.

        `memory` keeps what no call reads back; air conditioners are commanded `ac_lead` seconds ahead (L22).
        """
        routes = overridden(OWNER_ROUTES, overrides or {})
        return cls(OwnerApi(HttpClient(session, base_url, FixedToken(token)), routes), memory, ac_lead)

    @property
    def request_count(self) -> int:
        """How many requests went out so far."""
        return self._api.request_count

    @property
    def unsettled(self) -> Mapping[str, datetime]:
        """When to settle which unit's air conditioner, by our clock."""
        return self._air_conditioning.unsettled

    @property
    def going_out(self) -> Mapping[str, datetime]:
        """When a unit's last command goes out, by our clock."""
        return self._air_conditioning.going_out

    def capabilities(self, device: Device) -> frozenset[str]:
        """Name the commands that a unit takes; infrared only where it drives an AC (L34), and the cloud offers it."""
        now = datetime.now(UTC)
        infrared = _INFRARED.items() if device.drives_ac else ()
        offered = {
            command.__name__
            for command, operations in infrared
            if all(self._support.worth_trying(operation, now) for operation in operations)
        }
        return _COMMON | offered

    async def owner_email(self) -> str | None:
        """Try what every refresh needs, the profile and the device list, and return the owner's e-mail address.

        After a fetch, which tries the same and more, nothing is asked again. Raises CloudError.
        """
        if known := self._households.known:
            return known.email
        profile = parse.profile(await self._api.get_current_user(), Oddities())
        await self._api.list_devices()
        return profile.email

    async def fetch(self, cursor: Cursor | None, previous: Snapshot | None) -> Refresh:
        """Read units and notifications, and the household when it is due or a new property shows.

        Only the device list is needed for a snapshot; what else fails is the refresh's setback.
        Raises CloudError.
        """
        now = datetime.now(UTC)
        reply = await self._api.list_devices(fields=_DEVICE_FIELDS)
        known, household_error = await self._households.read(now, _property_ids(reply))
        oddities = Oddities(known.oddities.counts.copy())
        bookmark = cursor.bookmark if cursor else None
        heard = await notifications.read(self._api, self._support, bookmark, now, oddities)
        units = await _units(reply, known.household, oddities)
        alarms = _alarms_by_device(heard.events)
        snapshot = Snapshot(
            properties=known.household.properties,
            devices={
                unit.device.id: with_alarms(unit.device, alarms[unit.device.id], told=unit.alarms_told)
                for unit in units
            },
            last_seen={unit.device.id: unit.last_seen for unit in units if unit.last_seen},
            oddities=oddities.counts,
        )
        untold = {unit.device.id for unit in units if not unit.alarms_told}
        self._air_conditioning.listed({unit.device.id: unit.settings for unit in units if unit.settings}, now)
        # Before it is continued: a unit that is the same object keeps the time at which its alarm first started.
        merged = (
            episodes.merged(cursor.history, snapshot.devices, heard.news, now, untold=untold)
            if cursor
            else episodes.begun(snapshot.devices, now, forgotten=heard.asked_from)
        )
        self._latest = continued(snapshot, previous, untold=untold)
        return Refresh(
            snapshot=self._latest,
            events=merged.events,
            cursor=Cursor(bookmark=heard.bookmark, history=merged.history),
            setback=_weightier(household_error, heard.error),
        )

    async def subscribe(self, on_update: Callable[[Refresh], None]) -> Callable[[], None]:
        """Return at once: this cloud pushes nothing, so `on_update` is never called."""
        del on_update
        return lambda: None

    async def execute(self, command: Command) -> None:
        """Carry out one command; nothing is read back (L17).

        Raises CloudError; NotSupported where the cloud knows the unit, but not the operation.
        """
        try:
            await self._executed(command)
        except NotSupported as error:
            self._support.missing(error, datetime.now(UTC))
            raise
        except Gone as error:
            if self._latest is None or getattr(command, "device_id", None) not in self._latest.devices:
                if isinstance(command, commands.SettleAirConditioner):
                    # There is nothing left to put anything back to.
                    await self._air_conditioning.forget(command.device_id)
                    return
                raise
            missing = NotSupported(error.operation, error.detail, status=error.status)
            self._support.missing(missing, datetime.now(UTC))
            raise missing from error

    async def _executed(self, command: Command) -> None:
        api = self._api
        match command:
            case commands.ArmPropertyAlarm():
                alarms = {cast("PropertyAlarm", command.alarm): command.armed}
                await api.set_property_alarms(command.property_id, alarms)
            case commands.SetEcoMode():
                await api.set_property_eco_mode(command.property_id, eco_mode=command.on)
            case commands.SetEcoTime():
                await api.set_device_eco_threshold(command.device_id, command.seconds)
            case commands.SetPillar():
                await api.set_device_pillar(command.device_id, command.pillar)
            case commands.TestInfrared():
                await api.test_device_ir(command.device_id, command.mode)
            case commands.MarkSeen():
                await api.mark_notifications_seen(ids=command.notification_ids)
            case _:
                await self._air_conditioning.execute(command)

    async def history(self, device_id: str, measure: str, start: datetime, end: datetime) -> Sequence[Point]:
        """Read the hourly series of a unit of the last snapshot; temperatures in °C.

        Raises Gone for a unit that the last snapshot did not have, else CloudError.
        """
        device = self._latest.devices.get(device_id) if self._latest else None
        known = self._households.known
        if device is None or known is None:
            raise Gone("getDeviceMeasurements", "the unit is not in the last device list")
        household = known.household
        zone = household.zone(device.property_id)
        series = Series(measure=cast("MeasureName", measure), granularity="hours", start=start, end=end, zone=zone)
        reply = await self._api.get_device_measurements(device_id, series)
        return parse.points(reply, measure, zone, fahrenheit=household.fahrenheit, oddities=Oddities())


def _property_ids(reply: JsonList) -> frozenset[str]:
    ids = (item.get("property_id") for item in reply if isinstance(item, Mapping))
    return frozenset(found for found in ids if isinstance(found, str) and found)


async def _units(reply: JsonList, household: Household, oddities: Oddities) -> list[Unit]:
    found: list[Unit] = []
    for batch in batched(reply, _BATCH, strict=False):
        found += parse.units(batch, household, oddities)
        await asyncio.sleep(0)
    return found


def _alarms_by_device(events: Iterable[Event]) -> defaultdict[str | None, set[str]]:
    alarms: defaultdict[str | None, set[str]] = defaultdict(set)
    for event in events:
        alarms[event.device_id].add(event.alarm)
    return alarms


def _weightier(*errors: CloudError | None) -> CloudError | None:
    """Return the error that the caller has to know of: a rate limit, else the first one."""
    return next((error for error in errors if isinstance(error, RateLimited)), None) or next(filter(None, errors), None)
