"""What is wrong with a configuration, said so that it can be put right. No text of it carries a secret."""

from collections.abc import Iterable
from dataclasses import dataclass
import re
from typing import Final, override

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_.<-]{1,40}", re.ASCII)
_LONGEST_VALUE: Final = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: which key, what is wrong with it, what it accepts, and where it stands.

    `key` is a path such as `broker.port`; empty where the file as a whole is meant.
    """

    key: str
    problem: str
    accepted: str
    source: str

    @override
    def __str__(self) -> str:
        """Read as `broker.port: 'many' is not a number; accepted: a port (layla.yaml line 12)`."""
        place = f"{self.key}: " if self.key else ""
        return f"{place}{self.problem}; accepted: {self.accepted} ({self.source})"


class ConfigurationError(Exception):
    """A configuration that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order in which they were found."""
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @override
    def __str__(self) -> str:
        """One problem per line."""
        return "\n".join(str(problem) for problem in self.problems)


def shown(value: str) -> str:
    """Quote what somebody wrote, shortened; what could be an address with a password or a token is not repeated."""
    if "@" in value or "eyJ" in value:
        return "the value"
    short = value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}…"
    return repr(short)


def shown_key(name: str) -> str:
    """Name a key that nobody knows where it looks like one; a misplaced secret does not."""
    return name if _PLAIN_NAME.fullmatch(name) and "eyJ" not in name else "(not a name)"
