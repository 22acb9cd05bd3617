"""The world: properties, units, the owner, and everything that happens as time passes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from simulator.clock import Clock

from . import alarm_watch, demo, history, homes, infrared, profile, readings
from .catalogue import ALARMS
from .device import Device, Episode
from .notifications import Notification, Notifications

if TYPE_CHECKING:
    from .property import Property
    from .reports import IncidentReport

_TICK = 60
_COARSE_AFTER = ((timedelta(days=10), 3600), (timedelta(days=1), 600))
_ECO_DEFAULT = 1800


class World:
    """Everything that is simulated. It goes on when asked to, never by itself: see `catch_up`."""

    def __init__(
        self,
        properties: Iterable[Property] = (),
        devices: Iterable[Device] = (),
        *,
        clock: Clock | None = None,
        seed: int = 0,
        null_buckets: bool = False,
    ) -> None:
        """Begin at the clock's instant.

        With `null_buckets` a series says null where it has no data, instead of leaving the bucket out.
        """
        self.clock = clock or Clock()
        self.seed = seed
        self.null_buckets = null_buckets
        self.properties: dict[str, Property] = {}
        self.devices: dict[str, Device] = {}
        self.reports: dict[str, IncidentReport] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.profile: dict[str, Any] = profile.owner()
        self.picture_url = profile.PICTURE
        self.began = self.time = self.clock.now()
        self.revision = 0
        self._units: dict[str, dict[str, Device]] = {}
        self._notifications = Notifications()
        self.memory = history.Memory(self.began)
        self._recalled: set[str] = set()
        self._busy: set[str] = set()
        self._live: set[str] = set()
        self._empty_since: dict[str, datetime] = {}
        for one in properties:
            self.add_property(one)
        for device in devices:
            self.add_device(device)

    @classmethod
    def demo(cls, clock: Clock | None = None, seed: int = 0) -> Self:
        """Make three living homes with ten units; the seed decides on chance."""
        chosen = clock or Clock()
        return cls(*demo.demo(chosen.now(), seed), clock=chosen, seed=seed)

    @classmethod
    def fleet(cls, devices: int = 400, properties: int = 10, clock: Clock | None = None) -> Self:
        """Make many still units."""
        chosen = clock or Clock()
        return cls(*homes.fleet(chosen.now(), devices, properties), clock=chosen)

    @classmethod
    def tiny(cls, clock: Clock | None = None) -> Self:
        """Make one still property with one unit that has every measure and every alarm."""
        chosen = clock or Clock()
        return cls(*homes.tiny(chosen.now()), clock=chosen)

    def add_property(self, added: Property) -> None:
        """Let a property appear."""
        self.properties[added.id] = added
        self._units[added.id] = {}
        self.changed()

    def add_device(self, device: Device) -> None:
        """Let a unit appear in its property."""
        self.devices[device.id] = device
        self._units[device.property_id][device.id] = device
        if device.room.changes_by_itself:
            self._live.add(device.id)
        if device.smart_ac and device.room.changes_by_itself:
            infrared.start(device, self.time, self.property_of(device).zone)
        self.changed(device)

    def remove_device(self, device_id: str) -> None:
        """Let a unit disappear; its notifications stay."""
        del self._units[self.devices.pop(device_id).property_id][device_id]
        for kept in (self._live, self._busy, self._recalled):
            kept.discard(device_id)
        self.memory.forget(device_id)
        self._empty_since.pop(device_id, None)
        self.changed()

    def remove_property(self, property_id: str) -> None:
        """Let a property disappear with its units."""
        for device in self.devices_of(property_id):
            self.remove_device(device.id)
        del self.properties[property_id], self._units[property_id]
        self.changed()

    def move_device(self, device: Device, property_id: str) -> None:
        """Let a unit hang in another property from now on."""
        del self._units[device.property_id][device.id]
        device.property_id = property_id
        self._units[property_id][device.id] = device
        self.changed(device)

    def devices_of(self, property_id: str) -> list[Device]:
        """Return the units of one property."""
        return list(self._units.get(property_id, {}).values())

    def property_of(self, device: Device) -> Property:
        """Return the property in which the unit hangs."""
        return self.properties[device.property_id]

    def changed(self, device: Device | None = None) -> None:
        """Note a change, so that prepared answers are made again; also after a unit's timer or schedule changed."""
        self.revision += 1
        if device is None:
            return
        device.touch()
        if infrared.busy(device):
            self._busy.add(device.id)
        else:
            self._busy.discard(device.id)

    def readings(self, device: Device) -> dict[str, float | None]:
        """Return the unit's latest readings, °C for temperatures."""
        return readings.latest(device, self.time, self.property_of(device).zone)

    @property
    def notifications(self) -> Notifications:
        """The notification history, with what happened before the simulation began."""
        for device in self.devices.values():
            if device.id not in self._recalled:
                self._recall(device)
        return self._notifications

    def episodes(self, device: Device, since: datetime) -> list[Episode]:
        """Return when alarms of the unit were raised since some instant, at most a year before the simulation began."""
        known = (*self.memory.episodes(device, self.property_of(device).zone, since), *device.episodes)
        return [episode for episode in known if since <= episode.started_at]

    def ring(
        self, device: Device, alarm: str, *, active: bool, by_hand: bool = False, at: datetime | None = None
    ) -> None:
        """Raise or end an alarm. One raised by hand stays; one ended by hand stays ended until its cause has gone."""
        when = at or self.time
        if by_hand:
            (device.held.add if active else device.held.discard)(alarm)
            (device.dismissed.discard if active else device.dismissed.add)(alarm)
        if active == (alarm in device.active):
            return
        if active:
            device.active[alarm] = Episode(alarm, when)
            device.episodes.append(device.active[alarm])
        else:
            device.active.pop(alarm).ended_at = when
        self._notify(device, alarm, active=active, at=when)
        self.changed(device)

    def notify(self, told: Notification) -> None:
        """Tell the user something, unless the user wants nothing in the app."""
        if self.preference("notification_preferences", "in_app") is not False:
            self._notifications.add(told)

    def preference(self, group: str, name: str) -> Any:
        """Return one of the owner's preferences, None where the profile does not say."""
        found = self.profile.get(group)
        return found.get(name) if isinstance(found, dict) else None

    def catch_up(self) -> datetime:
        """Let everything happen, in order, that was due until the clock's now; return that now."""
        now = self.clock.now()
        if now <= self.time:
            return self.time
        switches = sorted(self._switches(now), key=lambda switch: (switch[0], switch[1].id, switch[2]))
        for tick in self._ticks(now) if self._live else ():
            while switches and switches[0][0] <= tick:
                self._switch(*switches.pop(0))
            self._tick(tick)
        for switch in switches:
            self._switch(*switch)
        for device in [self.devices[name] for name in self._busy]:
            infrared.run(device, now, self.property_of(device).zone)
            self.changed(device)
        self.time = now
        return now

    def _switches(self, until: datetime) -> Iterator[tuple[datetime, Device, str]]:
        for device in [self.devices[name] for name in self._busy]:
            for at, action in infrared.due(device, self.property_of(device).zone, self.time, until):
                yield at, device, action

    def _switch(self, at: datetime, device: Device, action: str) -> None:
        if device.infrared.timer is not None and device.infrared.timer.at == at:
            device.infrared.timer = None
        infrared.send(device, action, at, self.property_of(device).zone)
        self.changed(device)

    def _ticks(self, until: datetime) -> Iterator[datetime]:
        """Yield the instants at which alarms are looked after: the longer the leap, the fewer."""
        span = until - self.time
        step = next((step for longer, step in _COARSE_AFTER if span > longer), _TICK)
        second = (int(self.time.timestamp()) // step + 1) * step
        while second <= until.timestamp():
            yield datetime.fromtimestamp(second, UTC)
            second += step

    def _tick(self, at: datetime) -> None:
        offline: dict[str, int] = {}
        for device in self.devices.values():
            offline[device.property_id] = offline.get(device.property_id, 0) + (not device.online)
        for device in [self.devices[name] for name in self._live]:
            infrared.run(device, at, self.property_of(device).zone)
            self._watch(device, at, offline[device.property_id])
            self._save_energy(device, at)
            self.changed(device)

    def _watch(self, device: Device, at: datetime, offline_units: int) -> None:
        if not (device.enabled and self.property_of(device).enabled):
            return
        lost = device.offline_since
        around = {
            "offline_minutes": 0.0 if lost is None else (at - lost).total_seconds() / 60,
            "offline_units": 0.0 if lost is None else float(offline_units),
        }
        for alarm, active in alarm_watch.transitions(device, at, self.property_of(device).zone, around):
            self.ring(device, alarm, active=active, at=at)

    def _save_energy(self, device: Device, at: datetime) -> None:
        """Switch the air conditioner off in a room that has been empty for long enough: eco mode."""
        place = self.property_of(device)
        if not (place.eco and device.smart_ac and device.infrared.ac.on):
            self._empty_since.pop(device.id, None)
            return
        if readings.reading(device, "occupancy_max", at, place.zone) != 0:
            self._empty_since.pop(device.id, None)
            return
        since = self._empty_since.setdefault(device.id, at)
        patience = device.settings.get("last_PIR_detected_time_th", _ECO_DEFAULT)
        if (at - since).total_seconds() >= patience:
            infrared.send(device, "off", at, place.zone)

    def _notify(self, device: Device, alarm: str, *, active: bool, at: datetime) -> None:
        if alarm in device.snoozed:
            return
        title = ALARMS[alarm].title
        self.notify(
            Notification(
                type=f"{alarm}_start" if active else f"{alarm}_end",
                property_id=device.property_id,
                device_id=device.id,
                created_at=at,
                title=title,
                message=f"{title} in {device.name}" + ("" if active else " is over"),
            )
        )

    def _recall(self, device: Device) -> None:
        """Tell, once, what was told of the unit before the simulation began."""
        self._recalled.add(device.id)
        for episode in self.memory.episodes(device, self.property_of(device).zone, self.began):
            self._notify(device, episode.alarm, active=True, at=episode.started_at)
            if episode.ended_at is not None:
                self._notify(device, episode.alarm, active=False, at=episode.ended_at)
