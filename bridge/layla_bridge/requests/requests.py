"""Requests to the bridge itself: read, carried out by whoever knows the verb, and answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
import logging
from typing import Any, Final

import orjson

from ..broker import BrokerError
from ..cloud.errors import CloudError
from ..contract.messages import Message, Publication, Send
from ..contract.payloads import ERASED, as_json
from ..contract.topics import RESPONSE, BridgeRequest, Topics
from ..outbox import OutboxError

_LOGGER = logging.getLogger(__name__)

_LARGEST: Final = 65_536
# Requests that are carried out at the same time; who asks for more gets no answer but this.
_MOST: Final = 32

type Members = Mapping[str, Any]
type Handler = Callable[[Asked], Awaitable[Members]]
"""Carries a request out and returns the data of the answer. Raises BadRequest, CloudError, BrokerError, OutboxError."""


class BadRequest(ValueError):
    """A request that cannot be carried out; the text names the member, the problem and what is accepted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was read, and a way to answer it once more."""

    members: Members
    reply: Callable[[Members], None]


class Requests:
    """Answers requests on `…/response/<verb>`, and on the response topic of MQTT 5 where there is one."""

    def __init__(
        self, topics: Topics, handlers: Mapping[str, Handler], send: Send, echoes: Callable[[], bool] = lambda: False
    ) -> None:
        """Take who carries out which verb; `echoes` tells whether what we send to a request topic comes back to us."""
        self._topics = topics
        self._handlers = handlers
        self._send = send
        self._echoes = echoes
        self._erased: set[str] = set()
        self._closing = False
        self._running: set[asyncio.Task[None]] = set()

    def take(self, message: Message, request: BridgeRequest) -> None:
        """Carry a request out; returns at once. One that the broker kept is erased, and refused."""
        if message.retain:
            if message.payload:
                self._erase(message.topic)
                self._decline(message, request.verb, "a retained request is never carried out; it is erased")
            return
        if not message.payload and message.topic in self._erased:
            # Our own, not an empty request.
            self._erased.discard(message.topic)
            return
        if self._closing:
            return
        if len(self._running) >= _MOST:
            self._decline(message, request.verb, f"{_MOST} requests are being carried out; try again later")
            return
        task = asyncio.create_task(self._carry_out(message, request.verb))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Carry nothing out any more."""
        self._closing = True
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _erase(self, topic: str) -> None:
        self._send(Publication(topic, ERASED, qos=1, retain=True))
        if self._echoes():
            self._erased.add(topic)

    async def _carry_out(self, message: Message, verb: str) -> None:
        transaction: object = None
        try:
            members, transaction = _read(message.payload)
            reply = partial(self._answer, message, verb, transaction)
            data = await self._handler(verb)(Asked(members, reply))
        except (BadRequest, BrokerError, CloudError, OutboxError) as error:
            _LOGGER.debug("A request for %s was refused: %s", verb, error)
            self._answer(message, verb, transaction, error=str(error))
        except Exception:
            _LOGGER.exception("A request for %s could not be carried out", verb)
            self._answer(message, verb, transaction, error="the bridge has a fault; its log says more")
        else:
            reply(data)

    def _decline(self, message: Message, verb: str, error: str) -> None:
        """Answer that nothing is done, whatever is asked for."""
        try:
            _, transaction = _read(message.payload)
        except BadRequest:
            transaction = None
        self._answer(message, verb, transaction, error=error)

    def _handler(self, verb: str) -> Handler:
        try:
            return self._handlers[verb]
        except KeyError:
            raise BadRequest(f"there is no request of that name; there are {', '.join(self._handlers)}") from None

    def _answer(
        self,
        message: Message,
        verb: str,
        transaction: object,
        data: Members | None = None,
        *,
        error: str | None = None,
    ) -> None:
        told = {"status": "ok", "data": data} if error is None else {"status": "error", "error": error}
        payload = as_json(told | {"transaction": transaction})
        self._send(RESPONSE.at(self._topics.bridge(RESPONSE, verb), payload))
        if message.response_topic and self._topics.may_answer_on(message.response_topic):
            self._send(Publication(message.response_topic, payload, qos=1, correlation=message.correlation))


def _read(payload: bytes) -> tuple[Members, object]:
    """Read the members of a request, and its transaction: a JSON object, or nothing at all. Raises BadRequest."""
    if len(payload) > _LARGEST:
        raise BadRequest(f"the request has {len(payload)} bytes; {_LARGEST} are the most")
    try:
        members = orjson.loads(payload) if payload.strip() else {}
    except orjson.JSONDecodeError:
        raise BadRequest("the request is no JSON; send an object, or nothing") from None
    if not isinstance(members, dict):
        raise BadRequest("the request is no JSON object")
    transaction = members.pop("transaction", None)
    if isinstance(transaction, dict | list):
        raise BadRequest("transaction: accepted are a text, a number, true, false and null")
    return members, transaction
