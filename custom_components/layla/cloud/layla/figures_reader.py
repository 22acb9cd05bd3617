"""Reading the figures of an account: three requests for any number of properties, each part for itself."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, cast

from ..errors import CloudError, NotSupported, RateLimited, Refused
from ..figures import Figures
from ..support import Support
from ..tolerant import Oddities
from . import figures as parse
from .calls import JsonList
from .shared import SharedApi
from .vocabulary import Currency

UNREAD_FOR: Final = timedelta(days=30)


class FiguresReader:
    """Remembers which parts a cloud does not have, or keeps from our token.

    Apart from what the account remembers: a cloud may list properties and compute nothing for them.
    """

    def __init__(self, api: SharedApi) -> None:
        """Take the calls of either API."""
        self._api = api
        self._support = Support()

    async def read(self, now: datetime, own: str | None, wished: str | None) -> Figures:
        """Read every part. One that fails leaves the others alone; after a rate limit nothing more is asked.

        Money is in the account's `own` currency; where that is not known, in the `wished` one if the API has it. It is
        asked for by name, because the owner may have changed it since `own` was read.
        """
        named = own or wished
        asked = cast("Currency", named) if named in self._api.flavour.words["currency"] else None
        oddities = Oddities()
        parts = _Parts(self._support, now)
        properties = await parts.read("listProperties", lambda: self._api.list_property_figures(asked))
        rows = await parts.read(
            "getStatistics", lambda: self._api.get_statistics(period="month", currency=asked, trends=True)
        )
        unread = await parts.read(
            "listNotifications", lambda: self._api.list_notifications(now - UNREAD_FOR, seen=False)
        )
        return Figures(
            read_at=now,
            currency=own or asked,
            properties=None if properties is None else parse.properties(properties, oddities),
            usage=None if rows is None else parse.usage(rows, oddities),
            unread=None if unread is None else parse.unread(unread, oddities),
            setback=parts.setback,
            oddities=oddities.counts,
        )


class _Parts:
    """What went wrong so far in one reading."""

    def __init__(self, support: Support, now: datetime) -> None:
        self._support = support
        self._now = now
        self.setback: CloudError | None = None

    async def read(self, operation: str, call: Callable[[], Awaitable[JsonList]]) -> JsonList | None:
        """Return what the cloud answers; None where it has no such part, where it failed, or where it wants rest."""
        if isinstance(self.setback, RateLimited) or not self._support.worth_trying(operation, self._now):
            return None
        try:
            reply = await call()
        except (NotSupported, Refused) as error:
            self._support.missing(error, self._now)
            return None
        except CloudError as error:
            limited = isinstance(error, RateLimited)
            self.setback = error if limited else self.setback or error
            return None
        self._support.found(operation)
        return reply
