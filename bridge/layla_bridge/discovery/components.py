"""What units and properties consist of in Home Assistant, described by the catalogue as the integration's entities."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..cloud import catalogue
from ..cloud.catalogue import DIAGNOSTIC, EVENT_TYPES, MEASUREMENT, MEASURES, SUMS, Measure, Trait
from ..mirror.ledger import Keys
from . import templates
from .identity import component_id, unique_id

type Component = Mapping[str, Any]
"""One entity, in Home Assistant's abbreviations."""

SENSOR: Final = "sensor"
BINARY_SENSOR: Final = "binary_sensor"
EVENT: Final = "event"

_ALARM: Final = ("since", "snoozed", "armed")
# What the health document says of the cloud when somebody has to know.
_TROUBLED: Final = ("offline", "unauthorized")
_CLOUD: Final = ("state", "since", "trouble")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the components of one device are heard, and what they are called.

    `bridge`, `state`, `availability` and `event` are topics; `called` begins the ids of its entities.
    """

    device: str
    called: str
    bridge: str
    state: str
    availability: str
    event: str


def named(place: Place, platform: str, key: str, name: str | None, members: Component) -> tuple[str, Component]:
    """Give a component its id, its name, and what its entity is to be called; what is None is left out."""
    component = component_id(platform, key)
    # Home Assistant makes this an entity id by its own rules for letters.
    called = f"{place.called} {name}" if name else place.called
    identity = {"p": platform, "uniq_id": unique_id(place.device, component), "def_ent_id": f"{platform}.{called}"}
    return component, {**identity, "name": name} | {key: value for key, value in members.items() if value is not None}


def of_unit(place: Place, keys: Keys) -> Iterator[tuple[str, Component]]:
    """Describe what a unit ever had (L25, L35); without the air conditioner."""
    yield from (_reading(place, MEASURES[key]) for key in sorted(keys.readings & MEASURES.keys()))
    yield from (_alarm(place, key) for key in sorted(keys.alarms))
    yield _trait(place, SENSOR, catalogue.LAST_SEEN, _always(place) | _value("last_seen"))
    if keys.online:
        # The state stays as it was when the cloud no longer lists the unit; its availability tells.
        connection = {"stat_t": place.availability, "pl_on": "online", "pl_off": "offline"}
        yield _trait(place, BINARY_SENSOR, catalogue.CONNECTIVITY, _always(place) | connection)
    yield _event(place)


def of_property(place: Place, keys: Keys) -> Iterator[tuple[str, Component]]:
    """Describe what a property ever had."""
    yield from (_sum(place, key) for key in sorted(keys.readings & SUMS.keys()))
    yield _trait(place, BINARY_SENSOR, catalogue.ANY_ALARM, _flag("any_alarm") | _attributes(place, names=["alarms"]))
    if keys.online:
        members = _flag("all_online") | _attributes(place, names=["offline_units"])
        yield _trait(place, BINARY_SENSOR, catalogue.CONNECTIVITY, members)
    yield _event(place)


def of_bridge(place: Place) -> Iterator[tuple[str, Component]]:
    """Describe a bridge; its state is the health document. Whether it is there is shown when it is not, too."""
    connection = {"avty": (), "stat_t": place.bridge, "pl_on": "online", "pl_off": "offline"}
    yield _trait(place, BINARY_SENSOR, catalogue.CONNECTIVITY, connection)
    members = {
        "dev_cla": "problem",
        "ent_cat": DIAGNOSTIC,
        "val_tpl": templates.written(f"{templates.member('cloud', 'state')} in {templates.literal(_TROUBLED)}"),
        "pl_on": templates.TRUE,
        "pl_off": templates.FALSE,
    }
    yield named(place, BINARY_SENSOR, "cloud", "Cloud", members | _attributes(place, "cloud", names=_CLOUD))


def _reading(place: Place, row: Measure) -> tuple[str, Component]:
    optional = {"ent_cat": row.category, "en": None if row.enabled_by_default else False}
    return named(place, SENSOR, row.key, row.name, _measured(row) | _value("readings", row.key) | optional)


def _sum(place: Place, key: str) -> tuple[str, Component]:
    row = SUMS[key]
    return named(place, SENSOR, key, row.name, _measured(MEASURES[row.measure]) | _value("readings", key))


def _measured(row: Measure) -> dict[str, Any]:
    return {
        "dev_cla": row.device_class,
        "unit_of_meas": row.unit or row.counts,
        "stat_cla": MEASUREMENT,
        "sug_dsp_prc": row.precision,
    }


def _alarm(place: Place, key: str) -> tuple[str, Component]:
    row = catalogue.alarm(key)
    members = {
        "dev_cla": row.device_class,
        "en": None if row.enabled_by_default else False,
        "avty": _available_in_alarm(place, key),
        **_flag("alarms", key, "active"),
        **_attributes(place, "alarms", key, names=_ALARM),
    }
    return named(place, BINARY_SENSOR, key, row.name, members)


def _trait(place: Place, platform: str, row: Trait, members: Component) -> tuple[str, Component]:
    optional = {
        "dev_cla": row.device_class,
        "ent_cat": row.category,
        "en": None if row.enabled_by_default else False,
    }
    return named(place, platform, row.key, row.name, optional | dict(members))


def _event(place: Place) -> tuple[str, Component]:
    members = {"stat_t": place.event, "evt_typ": list(EVENT_TYPES), **_always(place)}
    return named(place, EVENT, catalogue.ALARM_EVENT.key, catalogue.ALARM_EVENT.name, members)


def _always(place: Place) -> dict[str, Any]:
    """Be available as long as the bridge is, also while the unit is offline."""
    return {"avty": [{"t": place.bridge}]}


def _available_in_alarm(place: Place, key: str) -> Sequence[Component]:
    """Be available with an alarm that is on while the unit is offline, too; not when the cloud tells nothing of it."""
    reachable, online = templates.member("reachable"), templates.member("online")
    active = templates.member("alarms", key, "active")
    shown = f'"online" if {reachable} is true or ({online} is false and {active} is true) else "offline"'
    return [{"t": place.bridge}, {"t": place.state, "val_tpl": templates.written(shown)}]


def _value(*path: str) -> dict[str, Any]:
    return {"val_tpl": templates.written(templates.member(*path))}


def _flag(*path: str) -> dict[str, Any]:
    return {**_value(*path), "pl_on": templates.TRUE, "pl_off": templates.FALSE}


def _attributes(place: Place, *path: str, names: Sequence[str]) -> dict[str, Any]:
    return {"json_attr_t": place.state, "json_attr_tpl": templates.attributes(*path, names=names)}
