"""The back-fill of one account: step by step, as often as it may, from where an earlier run stopped."""

from collections.abc import Mapping
from datetime import datetime
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from homeassistant.components.recorder.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util.dt import utcnow
from sqlalchemy.exc import SQLAlchemyError

from ..cloud.catalogue import MEASURES
from ..cloud.errors import CloudError, RateLimited
from ..const import LOGGER
from . import hours, rows, sensors
from .budget import budget_of
from .file import HistoryFile
from .hours import by_hour
from .ledger import Ledger, Series
from .plan import Plan
from .trouble import Trouble, is_gone

if TYPE_CHECKING:
    from ..coordinator import LaylaCoordinator

# So often, in seconds, progress is written to disk at most: what is lost with the power costs a few requests.
_SAVE_EVERY: Final = 60.0

type Values = Mapping[datetime, float]


class Job(NamedTuple):
    """A plan of a series; the values are there when some hours were not settled when they came."""

    series: Series
    plan: Plan
    values: Values | None


class Backfill:
    """Imports what the sensors of an account lack, one request at a time; nothing of it runs while it waits."""

    def __init__(self, hass: HomeAssistant, coordinator: LaylaCoordinator, file: HistoryFile, ledger: Ledger) -> None:
        """Take up what an earlier run kept; `begin` starts it."""
        self._hass = hass
        self._coordinator = coordinator
        self._entry = coordinator.config_entry
        self._file = file
        self._saved = time.monotonic()
        self.ledger = ledger
        self._trouble = Trouble()
        self._budget = budget_of(hass, coordinator.account_id)
        # Values of hours that are over, but that the recorder has not compiled.
        self._held: dict[Series, tuple[Plan, Values]] = {}
        self._compiled: datetime | None = None
        self._snapshot: object = None
        self._sensors_changed = True
        self._started = self._busy = False
        self._timer: CALLBACK_TYPE | None = None
        self._listeners: list[CALLBACK_TYPE] = []

    @callback
    def begin(self) -> None:
        """Listen from now on, and work once Home Assistant has started; until the entry is unloaded."""
        bus, entry = self._hass.bus, self._entry
        entry.async_on_unload(self._close)
        entry.async_on_unload(self._coordinator.async_add_listener(self._refreshed))
        entry.async_on_unload(bus.async_listen(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED, self._hour_compiled))
        entry.async_on_unload(bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated))
        entry.async_on_unload(bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stop))
        entry.async_on_unload(async_at_started(self._hass, self._start))
        self._refreshed()

    @callback
    def listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Tell of progress; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def diagnostics(self) -> Mapping[str, Any]:
        """Describe how far it is."""
        return {
            "series": self.ledger.total,
            "remaining": self.ledger.remaining,
            "outages": [{"since": span.since, "until": span.until} for span in self.ledger.outages],
            "last_error": type(self._trouble.last).__name__ if self._trouble.last else None,
        }

    @callback
    def _start(self, hass: HomeAssistant) -> None:
        del hass
        self._started = True
        self._go_on()

    @callback
    def _stop(self, _: Event) -> None:
        self._started = False
        self._file.write_soon(self.ledger)

    async def _close(self) -> None:
        self._started = False
        self._call_off()
        await self._file.write(self.ledger)

    @callback
    def _refreshed(self) -> None:
        """Take note of a refresh that heard the cloud; any other shows the same snapshot as before."""
        if self._coordinator.data is self._snapshot:
            return
        self._snapshot, now = self._coordinator.data, utcnow()
        news = self.ledger.hear(now)
        if self._sensors_changed:
            self._sensors_changed, news = False, True
            self.ledger.look_after(sensors.wanted(self._hass, self._entry), now)
        if news:
            self._progressed()
        self._go_on()

    @callback
    def _registry_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Count the sensors again with the next refresh, when one of anybody's may have come or gone."""
        if event.data["entity_id"].startswith("sensor."):
            self._sensors_changed = True

    @callback
    def _hour_compiled(self, event: Event) -> None:
        """Go on with what waited for it. That the cloud was heard until now is known after a crash as well."""
        self._compiled = event.time_fired
        self._save()
        self._go_on()

    @callback
    def _go_on(self, _now: datetime | None = None) -> None:
        """Take the next step, now or when there is leave for it; without a step, whatever brings one calls again."""
        self._call_off()
        if not self._started or self._busy or (job := self._next(utcnow())) is None:
            return
        if (wait := self._wait(job)) > 0:
            go_on = HassJob(self._go_on, "history import", cancel_on_shutdown=True)
            self._timer = async_call_later(self._hass, wait, go_on)
            return
        self._busy = True
        _ = self._entry.async_create_background_task(self._hass, self._step(job), "history import")

    @callback
    def _call_off(self) -> None:
        if self._timer:
            self._timer()
            self._timer = None

    def _next(self, now: datetime) -> Job | None:
        """Return what can be done next, as soon as there is leave for it."""
        if not self.ledger.remaining or self._trouble.everything_aside(now):
            return None
        settled = hours.settled(now, self._compiled)
        listed = self._coordinator.data.devices if self._coordinator.last_update_success else {}
        for series, plan in self.ledger.plans(settled):
            if self._trouble.aside(series, now) or not sensors.entity_id_of(self._hass, series):
                continue
            if held := self._held.get(series):
                if held[0].until <= settled:
                    return Job(series, *held)
            elif series.device_id in listed:
                return Job(series, plan, None)
        return None

    def _wait(self, job: Job) -> float:
        """Return how many seconds a step has to wait; one without a request never has."""
        if job.values is not None:
            return 0
        rest = max(self._trouble.left_to_rest(utcnow()), self._coordinator.left_to_background())
        return max(self._budget.wait(), rest.total_seconds())

    async def _step(self, job: Job) -> None:
        try:
            values = await self._asked(job) if job.values is None else job.values
            if values is not None:
                await self._imported(job, values)
        except (HomeAssistantError, SQLAlchemyError) as error:
            LOGGER.warning("The history of %s of a unit cannot be imported: %r", job.series.measure, error)
            self._trouble.put_off(job.series, utcnow())
        finally:
            self._busy = False
            self._go_on()

    async def _asked(self, job: Job) -> Values | None:
        """Ask the cloud; None when it did not answer."""
        account, series = self._coordinator.account, job.series
        before, now = account.request_count, utcnow()
        try:
            points = await account.history(series.device_id, series.measure, *job.plan.asked(now))
        except CloudError as error:
            self._failed(series, error)
            return None
        finally:
            self._budget.spend(account.request_count - before)
        self._trouble.over(series)
        return by_hour(points)

    def _failed(self, series: Series, error: CloudError) -> None:
        if is_gone(error):
            self.ledger.drop(series)
            self._progressed()
            return
        self._trouble.met(series, error, utcnow())
        if isinstance(error, RateLimited):
            self._coordinator.limited(error)

    async def _imported(self, job: Job, values: Values) -> None:
        """Import what is settled, and hold the rest until it is."""
        series, plan = job.series, job.plan
        settled = hours.settled(utcnow(), self._compiled)
        if not await self._written(series, plan, values, settled):
            # Nothing keeps its statistics, or it was renamed this very moment.
            self._trouble.put_off(series, utcnow())
            return
        late = {hour: value for hour, value in values.items() if settled <= hour < plan.until}
        if late:
            self._held[series] = (plan, late)
        else:
            self._held.pop(series, None)
        self.ledger.done(series, plan, settled if late else plan.until)
        self._progressed()

    async def _written(self, series: Series, plan: Plan, values: Values, settled: datetime) -> bool:
        """Write what the rows of the series' sensor lack; returns once it is in the database."""
        await rows.settled(self._hass)
        entity_id = sensors.entity_id_of(self._hass, series)
        found = await rows.read(self._hass, entity_id, plan.asked(utcnow())) if entity_id else None
        if found is None or sensors.entity_id_of(self._hass, series) != entity_id:
            return False
        if chosen := plan.chosen(values, found.hours, settled):
            rows.write(self._hass, found.metadata, chosen, MEASURES[series.measure].unit)
            await rows.settled(self._hass)
        return True

    @callback
    def _progressed(self) -> None:
        """Tell of it, and have it written to disk at times, and at the end."""
        for listener in self._listeners:
            listener()
        if not self.ledger.remaining or time.monotonic() - self._saved >= _SAVE_EVERY:
            self._save()

    @callback
    def _save(self) -> None:
        self._saved = time.monotonic()
        self._file.write_soon(self.ledger)


async def opened(hass: HomeAssistant, coordinator: LaylaCoordinator) -> Backfill | None:
    """Return the back-fill of an account, from where it stopped; None without a recorder, which would keep nothing."""
    if "recorder" not in hass.config.components:
        return None
    file = HistoryFile(hass, coordinator.config_entry)
    return Backfill(hass, coordinator, file, await file.read())
