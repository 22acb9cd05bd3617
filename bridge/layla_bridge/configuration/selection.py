"""Which properties are published: patterns of ids and names."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Selection:
    """Selects properties by patterns in which * stands for any characters and ? for one.

    A name matches in upper and lower case alike, an id as it is written. What is excluded stays out.
    """

    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()

    def selects(self, property_id: str, name: str | None) -> bool:
        """Tell whether a property is published; one without a name is known by its id alone."""
        return _matches(self.include, property_id, name) and not _matches(self.exclude, property_id, name)


def _matches(patterns: Iterable[str], property_id: str, name: str | None) -> bool:
    folded = None if name is None else name.casefold()
    return any(_matches_one(pattern, property_id, folded) for pattern in patterns)


def _matches_one(pattern: str, property_id: str, folded: str | None) -> bool:
    # [ is a character of names like any other here.
    escaped = pattern.replace("[", "[[]")
    return fnmatchcase(property_id, escaped) or (folded is not None and fnmatchcase(folded, escaped.casefold()))
