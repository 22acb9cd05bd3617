"""Which operations a cloud does not have, or keeps from our token: remembered, and tried again after a day."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Final

from .errors import CloudError

_LOGGER = logging.getLogger(__name__)
RETRY_AFTER: Final = timedelta(days=1)
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Support:
    """Keeps one account's unsupported operations and when each was found missing."""

    _missing: dict[str, datetime] = field(default_factory=dict)

    def worth_trying(self, operation: str, now: datetime) -> bool:
        """Tell whether the operation is not known to be missing, or was last tried a day ago."""
        found = self._missing.get(operation)
        return found is None or now - found >= RETRY_AFTER

    def lacking(self, now: datetime) -> frozenset[str]:
        """Name the operations that are not worth trying."""
        return frozenset(name for name in self._missing if not self.worth_trying(name, now)) if self._missing else _NONE

    def missing(self, error: CloudError, now: datetime) -> None:
        """Remember an operation that cannot be had; says so once."""
        if error.operation not in self._missing:
            _LOGGER.warning("This cloud does not offer %s; it is left out", error)
        self._missing[error.operation] = now

    def found(self, operation: str) -> None:
        """Remember that the operation works."""
        self._missing.pop(operation, None)
