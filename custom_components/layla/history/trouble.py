"""What a failure means for the series that was asked for, and for the others."""

from datetime import datetime, timedelta
from typing import Final

from ..cloud import pace
from ..cloud.errors import AuthenticationFailed, CloudError, CloudUnavailable, Gone, NotSupported, RateLimited
from ..cloud.pace import Rest
from ..cloud.support import RETRY_AFTER
from ..const import LOGGER
from .ledger import Series

# What the cloud answers with a fault so often in a row is left alone for a day.
_PATIENCE: Final = 4
# Others come first after a fault.
_LATER: Final = timedelta(minutes=15)
# When so many units in a row are declined, it is not the units.
_ENOUGH: Final = 3

type _Scope = tuple[str | None, str | None]
_ALL: Final[_Scope] = (None, None)


class Trouble:
    """Remembers what not to ask for, and until when; by unit and measure, where None stands for all."""

    def __init__(self) -> None:
        """Have met none."""
        self.last: CloudError | None = None
        self._rest: Rest | None = None
        self._aside: dict[_Scope, datetime] = {}
        self._faults: dict[Series, int] = {}
        self._declined: set[str] = set()

    def left_to_rest(self, now: datetime) -> timedelta:
        """Return for how long nothing should be asked."""
        return (self._rest and self._rest.left(now)) or timedelta()

    def everything_aside(self, now: datetime) -> bool:
        """Tell whether the cloud has no history."""
        return self._is_aside(_ALL, now)

    def aside(self, series: Series, now: datetime) -> bool:
        """Tell whether a series is left alone for now."""
        device_id, measure = series
        scopes: tuple[_Scope, ...] = (_ALL, (device_id, None), (None, measure), (device_id, measure))
        return any(self._is_aside(scope, now) for scope in scopes)

    def over(self, series: Series) -> None:
        """Note that the cloud answered."""
        self.last = self._rest = None
        self._declined.clear()
        self._faults.pop(series, None)

    def met(self, series: Series, error: CloudError, now: datetime) -> None:
        """Note a failure, and say what is not tried again soon."""
        self.last = error
        match error:
            case RateLimited():
                self._rest = pace.rest(now, error.retry_after, self._rest)
            case AuthenticationFailed() | CloudUnavailable():
                self._rest = pace.rest(now, None, self._rest)
                self._fault(series, error, now)
            case NotSupported() if error.status is None:
                # Known before it was asked: this API has no such measure (P6).
                self._leave((None, series.measure), now, f"There is no history of {series.measure}", error)
            case NotSupported():
                self._leave_all(now, error)
            case _:
                self._decline(series, error, now)

    def put_off(self, series: Series, now: datetime) -> None:
        """Leave a series alone for a day."""
        self._aside[series] = now + RETRY_AFTER

    def _fault(self, series: Series, error: CloudError, now: datetime) -> None:
        self._faults[series] = faults = self._faults.get(series, 0) + 1
        if faults >= _PATIENCE and not isinstance(error, AuthenticationFailed):
            self._faults.pop(series)
            self._leave(series, now, f"The history of {series.measure} of a unit cannot be had", error)
        else:
            self._aside[series] = now + _LATER

    def _decline(self, series: Series, error: CloudError, now: datetime) -> None:
        """Leave the unit alone: of one that is listed, Gone says that the cloud has no such path."""
        self._declined.add(series.device_id)
        if len(self._declined) >= _ENOUGH:
            self._leave_all(now, error)
        else:
            self._leave((series.device_id, None), now, "The history of a unit cannot be had", error)

    def _leave_all(self, now: datetime, error: CloudError) -> None:
        self._leave(_ALL, now, "This cloud does not offer the history of units", error)

    def _leave(self, scope: _Scope, now: datetime, what: str, error: CloudError) -> None:
        LOGGER.warning("%s, and is tried again in a day: %s", what, error)
        self._aside[scope] = now + RETRY_AFTER

    def _is_aside(self, scope: _Scope, now: datetime) -> bool:
        until = self._aside.get(scope)
        return until is not None and now < until


def is_gone(error: CloudError) -> bool:
    """Tell whether the client knows without asking that there is no such unit."""
    return isinstance(error, Gone) and error.status is None
