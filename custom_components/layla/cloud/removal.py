"""What the cloud no longer lists: counted while its replies can be trusted, and removed after a day.

Both programs count with it. It is free of clocks, registries and files: their `absences.py` have those.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

REMOVE_AFTER: Final = timedelta(hours=24)
# A longer time between two replies was an outage, or the program was off: that is no evidence.
LONGEST_STEP: Final = timedelta(minutes=30)
# One in so many may be missing from a reply that is believed.
TOLERATED: Final = 5
# Of fewer, even one is more than that.
SEVERAL: Final = 5
# While things are missing, so much of the counted time may be lost with a crash.
SAVE_STEP: Final = timedelta(minutes=15)


def is_incomplete(registered: int, missing: int) -> bool:
    """Tell whether a reply lacks too much of what is registered to be believed: more than a fifth, or everything."""
    return missing * TOLERATED > registered


def tells_of_properties(listed: int, registered: int, missing: int) -> bool:
    """Tell whether the properties of a reply that is complete in its units may be believed.

    A list that is empty may be one that could not be read, and a short one cut off. Of less than five even one is more
    than a fifth: there the units have to do.
    """
    return listed > 0 and not (registered >= SEVERAL and is_incomplete(registered, missing))


@dataclass(frozen=True, slots=True)
class Count:
    """For how long each of some units or properties has been missing from complete replies, by id."""

    missing: Mapping[str, timedelta] = field(default_factory=dict)
    complete_at: datetime | None = None
    """When the reply before came, if it was complete. Unknown after a restart."""

    def after(self, missing: Collection[str], at: datetime, *, complete: bool) -> Count:
        """Count a reply that lacks these. What it lists is forgotten; only a complete one adds time."""
        step = timedelta()
        if complete and self.complete_at:
            step = min(max(at - self.complete_at, step), LONGEST_STEP)
        return Count(
            {item: self.missing[item] + step if item in self.missing else timedelta() for item in missing},
            at if complete else None,
        )

    @property
    def due(self) -> frozenset[str]:
        """What has been missing for long enough to be removed."""
        return frozenset(item for item, length in self.missing.items() if length >= REMOVE_AFTER)

    @property
    def longest(self) -> timedelta:
        """The longest time that anything has been missing."""
        return max(self.missing.values(), default=timedelta())

    def is_news_to(self, saved: Count) -> bool:
        """Tell whether other things are missing than when this was saved, or they are for a good while more."""
        return self.missing.keys() != saved.missing.keys() or self.longest - saved.longest >= SAVE_STEP
