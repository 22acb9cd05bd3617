"""A LaylaElectric account: two requests a refresh, the household on a slow clock, by whichever API it is read."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import batched
from typing import Final, cast

from .. import commands, episodes
from ..ac_plans import Plans
from ..account import Refresh
from ..commands import Command
from ..continuity import continued, with_alarms
from ..cursor import Cursor
from ..errors import CloudError, Gone, NotSupported, RateLimited
from ..figures import Figures
from ..model import Device, Event, Point, Snapshot
from ..questions import Answer, Measurements, Question
from ..quota import Quota
from ..support import Support
from ..tolerant import Oddities
from . import capabilities, notifications, parse
from .administration import Ordering
from .alarms import AlarmConfiguration
from .answers.shared import SHARED, Answering, bound
from .calls import JsonList
from .figures_reader import FiguresReader
from .household import HouseholdReader
from .parse import Household, Unit
from .queries import Series
from .rereading import UnitReader
from .shared import SharedApi
from .vocabulary import DeviceField, MeasureName, PropertyAlarm

_DEVICE_FIELDS: Final[Sequence[DeviceField]] = (
    "latest_values",
    "in_alarm",
    "snoozed",
    "active_alarms",
)
# So many units are read before the event loop gets its turn again.
_BATCH: Final = 200
_NO_HOUSEHOLD: Final = Household(fahrenheit=False, properties={})


class LaylaAccount:
    """Polls one account. It remembers the household between refreshes, and what the cloud lacks.

    It does what both APIs can; what one of them has beside that is in a subclass.
    """

    def __init__(self, api: SharedApi) -> None:
        """Take the typed calls of either API."""
        self._api = api
        self._support = Support()
        self._households = HouseholdReader(api, self._support)
        self._units = UnitReader()
        self._orders: dict[type[Command], Ordering] = {
            commands.AcceptPolicy: self._accept_policy,
            commands.ArmPropertyAlarm: self._arm_property_alarm,
            commands.ConfigureAlarms: AlarmConfiguration(api).configure,
            commands.EnableUnit: self._enable_unit,
            commands.SetEcoMode: self._set_eco_mode,
        }
        self._answers: dict[type[Question], Answering] = {Measurements: self._measurements, **bound(SHARED, api)}
        self._figures = FiguresReader(api)
        self._latest: Snapshot | None = None
        self._offered: dict[tuple[bool, frozenset[str]], frozenset[str]] = {}

    @property
    def request_count(self) -> int:
        """How many requests went out so far."""
        return self._api.request_count

    @property
    def quota(self) -> Quota | None:
        """How many requests the cloud still takes, by its latest answer that said so."""
        return self._api.quota

    @property
    def unsettled(self) -> Mapping[str, datetime]:
        """When to settle which unit's air conditioner, by our clock."""
        return {}

    @property
    def going_out(self) -> Mapping[str, datetime]:
        """When a unit's last command goes out, by our clock."""
        return {}

    def ac_plans(self, device_id: str) -> Plans:
        """Return a unit's schedule and timer, as far as they are known: here they never are."""
        del device_id
        return Plans()

    @property
    def lacking(self) -> frozenset[str]:
        """Name the operations that the cloud turned out not to have."""
        return self._support.lacking(datetime.now(UTC))

    def capabilities(self, device: Device) -> frozenset[str]:
        """Name the commands and features that this API has and the cloud offers, for a unit and its account.

        Entities ask with every refresh, so an answer is worked out once.
        """
        lacking = self.lacking
        known = self._offered.get((device.drives_ac, lacking))
        if known is not None:
            return known
        has = self._api.flavour.routes.keys() - lacking
        needed = capabilities.needed(device).items()
        offered = frozenset(name for name, operations in needed if has >= {*operations})
        self._offered[device.drives_ac, lacking] = offered
        return offered

    async def owner_email(self) -> str | None:
        """Try what every refresh needs, the profile and the device list, and return the owner's e-mail address.

        After a fetch, which tries the same and more, nothing is asked again. Raises CloudError.
        """
        if known := self._households.known:
            return known.profile.email
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
        units = await _units(self._units, reply, known.household, oddities)
        alarms = _alarms_by_device(heard.events)
        snapshot = Snapshot(
            properties=known.household.properties,
            devices={
                unit.device.id: with_alarms(unit.device, alarms[unit.device.id], told=unit.alarms_told)
                for unit in units
            },
            last_seen={unit.device.id: unit.last_seen for unit in units if unit.last_seen},
            power_at=_power_at(units, now),
            oddities=oddities.counts,
        )
        untold = {unit.device.id for unit in units if not unit.alarms_told}
        self._listed(units, now)
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
            owner_email=known.profile.email,
            currency=known.profile.currency,
            policy_accepted=known.profile.policy_accepted,
            setback=_weightier(household_error, heard.error),
        )

    def _listed(self, units: Iterable[Unit], now: datetime) -> None:
        """Be told of the units in a reply."""

    async def figures(self, currency: str | None = None) -> Figures:
        """Read what is counted slowly: three requests for any number of properties.

        Raises nothing of one part alone: see `Figures`.
        """
        known = self._households.known
        return await self._figures.read(datetime.now(UTC), known.profile.currency if known else None, currency)

    async def subscribe(self, on_update: Callable[[Refresh], None]) -> Callable[[], None]:
        """Return at once: this cloud pushes nothing, so `on_update` is never called."""
        del on_update
        return lambda: None

    async def execute(self, command: Command) -> Answer:
        """Carry out one command; nothing is read back (L17).

        Raises CloudError; NotSupported where this API has no such operation, and where the cloud knows the unit, but
        not the operation.
        """
        with self._learning(command):
            order = self._orders.get(type(command))
            if order is None:
                raise self._lacking(command)
            return await order(command) or {}

    async def ask(self, question: Question) -> Answer:
        """Read what no refresh brings. Raises CloudError, NotSupported as `execute` does."""
        with self._learning(question):
            answer = self._answers.get(type(question))
            if answer is None:
                raise self._lacking(question)
            known = self._households.known
            return await answer(question, known.household if known else _NO_HOUSEHOLD)

    @contextmanager
    def _learning(self, asked: Command | Question) -> Iterator[None]:
        """Remember an operation that the cloud turns out not to have."""
        try:
            yield
        except NotSupported as error:
            self._support.missing(error, datetime.now(UTC))
            raise
        except Gone as error:
            if self._latest is None or getattr(asked, "device_id", None) not in self._latest.devices:
                raise
            missing = NotSupported(error.operation, error.detail, status=error.status)
            self._support.missing(missing, datetime.now(UTC))
            raise missing from error

    async def _accept_policy(self, command: commands.AcceptPolicy) -> None:
        del command
        await self._api.accept_policy()
        self._households.look_again()

    async def _arm_property_alarm(self, command: commands.ArmPropertyAlarm) -> None:
        alarms = {cast("PropertyAlarm", command.alarm): command.armed}
        await self._api.set_property_alarms(command.property_id, alarms)
        self._households.look_again()

    async def _enable_unit(self, command: commands.EnableUnit) -> None:
        await self._api.update_device(command.device_id, {"enabled": command.enabled})

    async def _set_eco_mode(self, command: commands.SetEcoMode) -> None:
        await self._api.set_property_eco_mode(command.property_id, eco_mode=command.on)
        self._households.look_again()

    def _lacking(self, asked: Command | Question) -> NotSupported:
        return NotSupported(capabilities.operation(asked), self._api.flavour.lacking)

    async def _measurements(self, question: Measurements, household: Household) -> Answer:
        del household
        points = await self._series(question)
        return {"points": [{"at": point.at.isoformat(), "value": point.value} for point in points]}

    async def history(self, device_id: str, measure: str, start: datetime, end: datetime) -> Sequence[Point]:
        """Read the hourly series of a unit of the last snapshot; temperatures in °C.

        Raises Gone for a unit that the last snapshot did not have, else CloudError.
        """
        hourly = Measurements(device_id=device_id, measure=measure, start=start, end=end, granularity="hours")
        return await self._series(hourly)

    async def _series(self, wanted: Measurements) -> Sequence[Point]:
        """Read a series of a unit or a property of the last snapshot. Raises CloudError."""
        known, household = self._latest, self._households.known
        device = known.devices.get(wanted.device_id) if known and wanted.device_id else None
        if household is None or (wanted.device_id and device is None):
            raise Gone("getDeviceMeasurements", "the unit is not in the last device list")
        zone = household.household.zone(device.property_id if device else wanted.property_id)
        series = Series(
            measure=cast("MeasureName", wanted.measure),
            granularity=wanted.granularity,
            start=wanted.start,
            end=wanted.end,
            zone=zone,
        )
        if wanted.device_id:
            reply = await self._api.get_device_measurements(wanted.device_id, series)
        else:
            reply = await self._api.get_property_measurements(wanted.property_id or "", series)
        fahrenheit = household.household.fahrenheit
        return parse.points(reply, wanted.measure, zone, fahrenheit=fahrenheit, oddities=Oddities())


def _power_at(units: Iterable[Unit], now: datetime) -> dict[str, datetime]:
    """Return when the units that drive an air conditioner measured their power; a reading without a time is new."""
    found = ((unit.device.id, unit.device.readings.get("power")) for unit in units if unit.device.drives_ac)
    return {unit: power.at or now for unit, power in found if power and power.value is not None}


def _property_ids(reply: JsonList) -> frozenset[str]:
    ids = (item.get("property_id") for item in reply if isinstance(item, Mapping))
    return frozenset(found for found in ids if isinstance(found, str) and found)


async def _units(reader: UnitReader, reply: JsonList, household: Household, oddities: Oddities) -> list[Unit]:
    found: list[Unit] = []
    for batch in batched(reply, _BATCH, strict=False):
        found += reader.read(batch, household, oddities)
        await asyncio.sleep(0)
    reader.keep(found)
    return found


def _alarms_by_device(events: Iterable[Event]) -> defaultdict[str | None, set[str]]:
    alarms: defaultdict[str | None, set[str]] = defaultdict(set)
    for event in events:
        alarms[event.device_id].add(event.alarm)
    return alarms


def _weightier(*errors: CloudError | None) -> CloudError | None:
    """Return the error that the caller has to know of: a rate limit, else the first one."""
    return next((error for error in errors if isinstance(error, RateLimited)), None) or next(filter(None, errors), None)
