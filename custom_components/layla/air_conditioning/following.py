"""What is shown follows the schedule and the timer that we hold: the unit switches by itself when they are due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util.dt import utcnow

from ..cloud import ac_plans
from ..cloud.ac_control import UnitAirConditioner
from ..cloud.ac_plans import Plans, Switch
from ..cloud.air_conditioner import Appliance
from .entity import AcEntity


class Follower:
    """Follows one unit, from its last command on: what happened while Home Assistant was down as well."""

    def __init__(self, entity: AcEntity) -> None:
        """Wait for nothing until `heard`."""
        self._entity = entity
        self._coordinator = entity.coordinator
        self._unit = entity.unit
        self._plans = Plans()
        self._followed: datetime | None = None
        self._next: datetime | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def heard(self, _: datetime | None = None) -> None:
        """Show what was switched meanwhile, and wait for the next switch; to be called after each refresh."""
        now = utcnow()
        plans = self._coordinator.air_conditioners.plans(self._entity.unit_id)
        if plans == self._plans and (self._next is None or now < self._next):
            self._followed = now
            return
        zone = self._entity.home_zone
        if zone is None:
            return
        past = ac_plans.switches(plans, zone, self._since(plans, now), now)
        self._plans, self._followed = plans, now
        self._wait(ac_plans.upcoming(plans, zone, now))
        if past:
            self._show(past[-1], plans.sends)

    @callback
    def stop(self) -> None:
        """Wait no longer."""
        if self._cancel:
            self._cancel()
            self._cancel = None

    def _since(self, plans: Plans, now: datetime) -> datetime:
        """Return from when on a switch of these plans is news: nobody has told or planned anything since."""
        told_at = self._coordinator.ac_store.told_at(self._entity.unit_id)
        if self._followed is None and (told_at is None or plans.since is None):
            return now
        return max(filter(None, (self._followed, told_at, plans.since)))

    def _wait(self, switch: Switch | None) -> None:
        self.stop()
        self._next = switch.at if switch else None
        if self._next:
            self._cancel = async_track_point_in_utc_time(self._coordinator.hass, self.heard, self._next)

    def _show(self, switch: Switch, sends: Appliance | None) -> None:
        device = self._entity.device
        if device is None or device.online is False:
            return  # the frame did not reach the air conditioner
        changes: dict[str, Any] = {"power": switch.on}
        if switch.on and sends:
            changes |= _settings(self._unit, sends)
        entry = self._coordinator.config_entry
        following = self._follow(switch.at, changes)
        _ = entry.async_create_task(self._coordinator.hass, following, "follow an air conditioner")

    async def _follow(self, at: datetime, changes: Mapping[str, Any]) -> None:
        """Show what was switched, unless a command goes out after it: that has the last word."""
        await self._unit.sent()
        unit_id = self._entity.unit_id
        later = (self._coordinator.account.going_out.get(unit_id), self._coordinator.ac_store.told_at(unit_id))
        if not any(told_at and told_at > at for told_at in later):
            await self._unit.assume(**changes)


def _settings(unit: UnitAirConditioner, sends: Appliance) -> dict[str, Any]:
    """Return what of the unit's frame is shown: what its profile has."""
    profile = unit.profile
    if profile is None or not unit.full:
        return {}
    known = {
        "mode": sends.mode if sends.mode in profile.modes else None,
        "temperature": None if sends.temperature is None else profile.nearest(sends.temperature),
        "fan": sends.fan if sends.fan in profile.fans else None,
        "swing": sends.swing if sends.swing in profile.swings else None,
    }
    return {name: value for name, value in known.items() if value is not None}
