"""Chance that repeats: numbers that depend on a seed and a position, and on nothing else.

Every past value of the house can thus be computed again, in any order, at any time.
"""

import hashlib
from math import cos, floor, pi

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def seed_of(*parts: object) -> int:
    """Make a seed out of any words, the same in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def uniform(seed: int, position: int) -> float:
    """Return a number in [0, 1) (SplitMix64 of seed and position)."""
    mixed = (seed + position * _GOLDEN + _GOLDEN) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * _FIRST) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * _SECOND) & _MASK
    return (mixed ^ (mixed >> 31)) / 2**64


def drift(seed: int, instant: float, period: float) -> float:
    """Return a smooth wander in [-1, 1] that finds a new direction every `period` seconds."""
    place = instant / period
    cell = floor(place)
    ease = (1 - cos((place - cell) * pi)) / 2
    return 2 * (uniform(seed, cell) * (1 - ease) + uniform(seed, cell + 1) * ease) - 1
