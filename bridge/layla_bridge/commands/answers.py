"""The answer to a command: on the item's result topic, and where the sender asked for it (MQTT 5)."""

from collections.abc import Iterator

from ..contract.messages import Message, Publication
from ..contract.payloads import as_json
from ..contract.topics import RESULT, Item, Topics
from .payload import Scalar
from .problems import Problem


def answers(
    topics: Topics, item: Item, message: Message, transaction: Scalar, problem: Problem | None
) -> Iterator[Publication]:
    """Make the messages that tell what became of a command."""
    payload = as_json({"transaction": transaction, "ok": problem is None, "error": problem and problem.as_dict()})
    yield RESULT.at(topics.of(item, RESULT), payload)
    there = message.response_topic
    if there is not None and topics.may_answer_on(there):
        yield Publication(there, payload, RESULT.qos, correlation=message.correlation)
