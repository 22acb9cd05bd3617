"""What stands in a command's payload, before anybody knows what it means. Never raises anything but Problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from .problems import Code, Problem

# The longest command, a schedule with everything in it, has less than a thousand bytes.
LONGEST: Final = 16_384
_TRANSACTION: Final = "transaction"

type Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Given:
    """The fields of a command as they came, and what its answer is to be known by."""

    fields: Mapping[str, object]
    transaction: Scalar = None
    problem: Problem | None = None


def read(payload: bytes, name: str | None) -> Given:
    """Read a payload: of the one field `name`, as JSON or as a bare word, else a JSON object of several.

    What is wrong is in the result, so that the answer still has the transaction.
    """
    if len(payload) > LONGEST:
        return _bad(Code.TOO_LARGE, f"The payload has {len(payload)} bytes; accepted: {LONGEST} at most")
    return _object(payload) if name is None else _single(payload, name)


def _object(payload: bytes) -> Given:
    try:
        members = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        return _bad(Code.INVALID_PAYLOAD, f"The payload is not JSON ({error.msg}); accepted: an object of fields")
    if not isinstance(members, dict):
        return _bad(Code.INVALID_PAYLOAD, "The payload is JSON, but no object; accepted: an object of fields")
    transaction = members.pop(_TRANSACTION, None)
    if isinstance(transaction, dict | list):
        problem = "transaction: an object or a list cannot be echoed; accepted: a text, a number, true, false, null"
        return Given({}, None, Problem(Code.WRONG_TYPE, problem, field=_TRANSACTION))
    if not members:
        return Given({}, transaction, Problem(Code.INVALID_PAYLOAD, "The payload names no field"))
    return Given(members, transaction)


def _single(payload: bytes, name: str) -> Given:
    try:
        return Given({name: orjson.loads(payload)})
    except orjson.JSONDecodeError:
        pass
    try:
        return Given({name: payload.decode().strip()})
    except UnicodeDecodeError:
        return _bad(Code.INVALID_PAYLOAD, f"{name}: the payload is not UTF-8; accepted: JSON or a word", name)


def _bad(code: Code, message: str, field: str | None = None) -> Given:
    return Given({}, None, Problem(code, message, field=field))
