"""How long to wait before the broker is tried again."""

from typing import Final

from .trouble import TroubleKind

SHORTEST: Final = 1.0
LONGEST: Final = 60.0
# Retrying a wrong password quickly keeps a lock-out alive.
_SLOW: Final = frozenset({TroubleKind.PASSWORD, TroubleKind.ACL})
_DOUBLINGS: Final = 6


def pause(kind: TroubleKind, misses: int, chance: float) -> float:
    """Return how many seconds to wait after a failure that `misses` others came before.

    The longest wait doubles from 2 s to 60 s; `chance`, from 0 to 1, picks one between 1 s and it, so that many bridges
    do not all come back in the same moment.
    """
    if kind in _SLOW:
        return LONGEST
    longest = min(LONGEST, SHORTEST * (2 << min(misses, _DOUBLINGS)))
    return SHORTEST + (longest - SHORTEST) * chance
