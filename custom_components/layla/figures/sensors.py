"""Adding the sensors of figures: of the account at once, of a property with its units and its figures."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..cloud.figures import PropertyFigures
from ..coordinator import LaylaConfigEntry
from ..entity import add_as_they_come, registered_keys
from ..homes import Home
from ..registry.identity import Kind
from .described import STATISTICS, PropertyFigure, of_property, tells_expiry, told
from .entities import AccountFigureSensor, PropertyFigureSensor, RequestsSensor, TokenExpiry


@dataclass(frozen=True, slots=True)
class Counted:
    """A property with its figures. The same object as before while neither of them changed."""

    home: Home
    figures: PropertyFigures | None

    @property
    def id(self) -> str:
        """The property's id."""
        return self.home.id


@callback
def add(entry: LaylaConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the sensors; what only the figures tell of comes with the first refresh of the units after them."""
    coordinator = entry.runtime_data
    async_add_entities([AccountFigureSensor(coordinator, description) for description in STATISTICS])
    async_add_entities([RequestsSensor(coordinator)])
    if tells_expiry(entry.data):
        async_add_entities([TokenExpiry(coordinator)])
    known = registered_keys(entry, Platform.SENSOR, Kind.PROPERTY)
    before: dict[str, Counted] = {}

    def counted() -> Iterator[Counted]:
        figures = coordinator.figures.data.properties or {}
        for home in coordinator.homes.values():
            item = before.get(home.id)
            if item is None or item.home is not home or item.figures is not figures.get(home.id):
                item = before[home.id] = Counted(home, figures.get(home.id))
            yield item

    def entities(item: Counted) -> Iterable[PropertyFigureSensor]:
        for description in described(item, known.get(item.id, ())):
            yield PropertyFigureSensor(coordinator, item.id, description)

    add_as_they_come(entry, async_add_entities, counted, entities)


def described(item: Counted, registered: Collection[str]) -> Iterable[PropertyFigure]:
    """Describe the sensors of a property by all that is known of it, each once."""
    found = (*of_property(item.home.units, registered), *told(item.figures))
    return {description.key: description for description in found}.values()
