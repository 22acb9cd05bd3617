"""Events once more, for who missed them: the answer to the request `events`."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import orjson

from ..broker import BrokerLink
from ..contract import payloads
from ..contract.topics import Topics
from ..outbox import Outbox
from ..outbox.delivery import publications
from .requests import Asked, BadRequest, Members

_MOST: Final = 500


class Replay:
    """Returns events after a number, and publishes them again where that is asked for."""

    def __init__(self, outbox: Outbox, link: BrokerLink, topics: Topics, clock: Callable[[], datetime]) -> None:
        """Take where the events of the last days are, and where they go."""
        self._outbox = outbox
        self._link = link
        self._topics = topics
        self._clock = clock

    async def answer(self, asked: Asked) -> Members:
        """Return up to 500 events after `after`, the number of the last one, and whether there are more.

        With `publish` they also come on their topics again, with the ids and numbers that they had. Raises BadRequest.
        """
        after, publish = _number(asked.members, "after"), _flag(asked.members, "publish")
        found = await self._outbox.after(after, _MOST + 1)
        told, now = found[:_MOST], self._clock()
        if publish:
            await self._link.publish_many(
                message for stored in told for message in publications(self._topics, stored, now)
            )
        return {
            "events": [orjson.Fragment(payloads.event(stored.event, stored.seq, now)) for stored in told],
            "last": told[-1].seq if told else after,
            "more": len(found) > len(told),
        }


def _number(members: Members, name: str) -> int:
    value = members.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise BadRequest(f"{name} is not the number of an event; give the seq of the last one that was heard, or 0")
    return value


def _flag(members: Members, name: str) -> bool:
    value = members.get(name, False)
    if not isinstance(value, bool):
        raise BadRequest(f"{name} is neither true nor false")
    return value
