"""Calendars: the weekly schedule and the one-time timer of an air conditioner, as far as they are known (L22)."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, override

from homeassistant.components.calendar import (
    EVENT_RRULE,
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEntityFeature,
    CalendarEvent,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .air_conditioning import planning
from .air_conditioning.agenda import SCHEDULE, Agenda, Words
from .air_conditioning.entity import AcEntity
from .cloud.ac_plans import Plans
from .cloud.model import Device
from .coordinator import LaylaConfigEntry
from .entity import add_for_units, nothing_of_property
from .failures import refused

# Each unit has its own lock.
PARALLEL_UPDATES = 0

PLANS = CalendarEntityDescription(key="schedule", translation_key="schedule")
_ALL_FOLLOWING = "THISANDFUTURE"


def of_unit(device: Device, registered: Collection[str]) -> Iterator[CalendarEntityDescription]:
    """Describe the calendar of a unit that drives an air conditioner, or did once (L34)."""
    if device.drives_ac or PLANS.key in registered:
        yield PLANS


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a calendar for every unit that drives an air conditioner."""
    del hass
    add_for_units(entry, async_add_entities, Platform.CALENDAR, of_unit, AcCalendar)


class AcCalendar(AcEntity, CalendarEntity):
    """When an air conditioner is switched by itself. Events that the cloud cannot keep are refused."""

    _attr_supported_features = (
        CalendarEntityFeature.CREATE_EVENT | CalendarEntityFeature.UPDATE_EVENT | CalendarEntityFeature.DELETE_EVENT
    )

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.unit.listen(self._handle_coordinator_update))

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Stay: nothing here depends on the entity id. Home Assistant before 2026.11 does not ask."""

    @property
    @override
    def shown(self) -> object:
        plans = self._plans
        return (self.offered, plans.schedule, plans.timer, self.home_zone)

    @property
    def _plans(self) -> Plans:
        """The plans; without full control the schedule is none of our business (L22b)."""
        plans = self.coordinator.air_conditioners.plans(self.unit_id)
        return plans if self.coordinator.air_conditioners.full else Plans(timer=plans.timer)

    @property
    def _agenda(self) -> Agenda:
        translations = self.platform_data.platform_translations
        path = f"component.{self.platform_data.platform_name}.entity.calendar.{PLANS.key}.state_attributes.message"
        words = {field.name: translations[f"{path}.state.{field.name}"] for field in fields(Words)}
        local = dt_util.get_default_time_zone()
        return Agenda(zone=self.home_zone or local, local=local, words=Words(**words))

    @property
    @override
    def event(self) -> CalendarEvent | None:
        return self._agenda.upcoming(self._plans, dt_util.utcnow())

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        return self._agenda.events(self._plans, dt_util.utcnow(), start_date, end_date)

    @override
    async def async_create_event(self, **kwargs: Any) -> None:
        if EVENT_RRULE not in kwargs:
            await self._set_timer(kwargs)
            return
        planning.needs_full_control(self)
        held = self._plans.schedule
        if held and held.enabled:
            raise refused("schedule_exists")
        await planning.set_schedule(self, self._agenda.schedule(kwargs), self.unit.frame())

    @override
    async def async_update_event(
        self,
        uid: str,
        event: dict[str, Any],
        recurrence_id: str | None = None,
        recurrence_range: str | None = None,
    ) -> None:
        _never_one_alone(recurrence_id, recurrence_range)
        if (uid == SCHEDULE) != (EVENT_RRULE in event):
            raise refused("plan_changes_kind")
        if uid == SCHEDULE:
            held = self._plans.schedule
            asked = self._agenda.rescheduled(held, event) if held else self._agenda.schedule(event)
            await planning.set_schedule(self, asked, None)
        else:
            await self._set_timer(event)

    @override
    async def async_delete_event(
        self, uid: str, recurrence_id: str | None = None, recurrence_range: str | None = None
    ) -> None:
        _never_one_alone(recurrence_id, recurrence_range)
        if uid == SCHEDULE:
            await planning.delete_schedule(self)
        else:
            await planning.cancel_timer(self)

    async def _set_timer(self, event: dict[str, Any]) -> None:
        timer = self._agenda.timer(event)
        await planning.set_timer(self, timer.at, on=timer.on)


def _never_one_alone(recurrence_id: str | None, recurrence_range: str | None) -> None:
    """Refuse to change one week alone; "this and all following" is all that there are."""
    if recurrence_id and recurrence_range != _ALL_FOLLOWING:
        raise refused("schedule_one_day_alone")
