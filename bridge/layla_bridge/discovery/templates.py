"""How Home Assistant reads one value out of a state: unknown is `None`, and nothing that is missing is logged.

A state is an empty text in the moment in which a unit is removed, and may lack a member that is new.
"""

from collections.abc import Sequence
import json
from typing import Final

_STATE: Final = "(value_json|default({}))"
# What a boolean becomes when a template writes it.
TRUE: Final = "True"
FALSE: Final = "False"


def member(*path: str) -> str:
    """Return an expression for a member of the state; None where there is none."""
    *outer, last = path
    inner = "".join(f".get({literal(name)},{{}})" for name in outer)
    return f"{_STATE}{inner}.get({literal(last)})"


def written(expression: str) -> str:
    """Return the template that writes an expression."""
    return f"{{{{ {expression} }}}}"


def attributes(*path: str, names: Sequence[str]) -> str:
    """Return the template that writes some members of an object within the state, as a JSON object."""
    inner = "".join(f".get({literal(name)},{{}})" for name in path)
    members = ",".join(f"{literal(name)}:a.get({literal(name)})" for name in names)
    return f"{{% set a={_STATE}{inner} %}}{{{{ {{{members}}}|to_json }}}}"


def literal(value: str | Sequence[str]) -> str:
    """Write a text, or some, as a template has it."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False, separators=(",", ":"))
