"""How LaylaElectric's operations are called, whichever of its two APIs they belong to."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final

from ..errors import NotSupported, UnreadableAnswer
from ..http import HttpClient, QueryValue
from ..quota import Quota
from ..route import Route
from .flavour import Flavour

type JsonObject = Mapping[str, object]
type JsonList = Sequence[object]

# Printed as one object, promised as one entry per property: both are taken (L18).
_LONE_OBJECTS: Final = ("getAlarmSummaryByProperty", "getAlarmSummariesByProperty")


class Calls:
    """Every call raises CloudError; none waits or repeats beyond what the HTTP layer does."""

    flavour: ClassVar[Flavour]

    def __init__(self, http: HttpClient, routes: Mapping[str, Route] | None = None) -> None:
        """Take the HTTP layer and, where the user has overrides, the route table with them in it."""
        self._http = http
        self._routes = self.flavour.routes if routes is None else routes

    @property
    def request_count(self) -> int:
        """How many requests went out so far."""
        return self._http.request_count

    @property
    def server_ahead(self) -> timedelta:
        """How far the server's clock is ahead of ours, by its latest answer."""
        return self._http.server_ahead

    @property
    def quota(self) -> Quota | None:
        """How many requests the cloud still takes, by its latest answer that said so."""
        return self._http.quota

    async def _send(
        self,
        operation: str,
        id: str = "",  # noqa: A002  # the placeholder's own name
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
        patience: float | None = None,
    ) -> None:
        await self._http.send(self._routes[operation], {"id": id}, query=query, body=body, patience=patience)

    async def _call(
        self,
        operation: str,
        id: str = "",  # noqa: A002  # the placeholder's own name
        *,
        name: str = "",
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
    ) -> object:
        self._check_words(operation, query)
        route = self._routes[operation]
        return await self._http.call(route, {"id": id, "name": name}, query=query, body=body)

    def _check_words(self, operation: str, query: Mapping[str, QueryValue] | None) -> None:
        """Keep back what only the other API understands (P6); raises NotSupported."""
        for name, known in self.flavour.words.items():
            word = (query or {}).get(name)
            if word is not None and word not in known:
                raise NotSupported(operation, f"this API has no {name} {word!r}; it has {', '.join(sorted(known))}")

    async def _object(self, operation: str, *item: str, **call: Any) -> JsonObject:
        reply = await self._call(operation, *item, **call)
        if isinstance(reply, Mapping):
            return reply
        raise UnreadableAnswer(operation, "an object was expected")

    async def _list(self, operation: str, *item: str, **call: Any) -> JsonList:
        reply = await self._call(operation, *item, **call)
        if isinstance(reply, list):
            return reply
        if isinstance(reply, Mapping) and operation in _LONE_OBJECTS:
            return [reply]
        raise UnreadableAnswer(operation, "a list was expected")


def present(members: Mapping[str, object]) -> dict[str, object]:
    """Leave out what is not to be sent."""
    return {name: value for name, value in members.items() if value is not None}


def merged(known: object, changes: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Change some members of an object, whose others are not ours to know; None where nothing is to be changed."""
    if changes is None:
        return None
    return {**(known if isinstance(known, Mapping) else {}), **changes}
