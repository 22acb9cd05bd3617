"""How much of a property is shown: its units with all their entities, or the property alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from ..const import CONF_DETAIL, CONF_EXCEPTIONS

# Accounts with more properties begin with summaries.
MOST_IN_FULL: Final = 50


class Level(StrEnum):
    """The level of detail of a property; the property's own entities exist at both."""

    FULL = "full"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of every property, also of those that appear later: one for all, and the other for the exceptions."""

    default: Level
    exceptions: frozenset[str] = frozenset()

    @classmethod
    def chosen(cls, choice: Mapping[str, Any]) -> Self:
        """Read them from options or from the answer of a form, which have the same members."""
        return cls(Level(choice[CONF_DETAIL]), frozenset(choice.get(CONF_EXCEPTIONS, ())))

    @classmethod
    def to_begin_with(cls, properties: int) -> Self:
        """Choose for an account whose owner was not asked, by its number of properties."""
        return cls(Level.FULL if properties <= MOST_IN_FULL else Level.SUMMARY)

    def shows_units_of(self, property_id: str | None) -> bool:
        """Tell whether units of a property have entities of their own; those without a property have the default."""
        return (self.default is Level.FULL) is not (property_id in self.exceptions)

    def level(self, property_id: str) -> Level:
        """Return the level of one property."""
        return Level.FULL if self.shows_units_of(property_id) else Level.SUMMARY

    def counted(self, property_ids: Iterable[str]) -> Mapping[Level, int]:
        """Count the properties by level."""
        levels = [self.level(property_id) for property_id in property_ids]
        return {level: levels.count(level) for level in Level}

    def as_options(self) -> dict[str, Any]:
        """Write them as they are stored."""
        return {CONF_DETAIL: self.default.value, CONF_EXCEPTIONS: sorted(self.exceptions)}
