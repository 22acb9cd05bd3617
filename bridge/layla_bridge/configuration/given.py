"""What somebody wrote, before it is a value: raw, with the place where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .problems import Problem


@dataclass(frozen=True, slots=True)
class Given:
    """What stands at a key: a text, a list of texts or a mapping of texts; and where."""

    raw: object = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one place gives, by path of key, and what is wrong with it."""

    values: Mapping[str, Given]
    problems: tuple[Problem, ...] = ()
