"""What was measured: a few rounds of one thing, and how they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from rich.table import Table

_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: its value in each round; `goal` says what is good enough, `high` whether more is better."""

    name: str
    rounds: Sequence[float]
    form: str
    high: bool = False
    goal: float | None = None

    @property
    def median(self) -> float:
        """The value in the middle."""
        return median(self.rounds)

    @property
    def best(self) -> float:
        """The best value."""
        return max(self.rounds) if self.high else min(self.rounds)

    @property
    def verdict(self) -> str:
        """Whether the median is good enough; nothing where no goal is set."""
        if self.goal is None:
            return ""
        reached = self.median >= self.goal if self.high else self.median <= self.goal
        limit = f"{'≥' if self.high else '≤'} {self.form.format(self.goal)}"
        return f"{limit}: {'reached' if reached else 'missed'}"

    def shown(self, value: float) -> str:
        """Write a value with its unit."""
        return self.form.format(value)


def rate(name: str, rounds: Sequence[float]) -> Figure:
    """Messages per second."""
    return Figure(name=name, rounds=rounds, form="{:,.0f}/s", high=True)


def share(name: str, rounds: Sequence[float], goal: float | None = None) -> Figure:
    """A rate in parts of another one."""
    return Figure(name=name, rounds=rounds, form="{:.2f}", high=True, goal=goal)


def ratio(name: str, rounds: Sequence[float], goal: float | None = None) -> Figure:
    """A cost in multiples of another one."""
    return Figure(name=name, rounds=rounds, form="{:.2f} x", goal=goal)


def seconds(name: str, rounds: Sequence[float]) -> Figure:
    """A duration, or a time of the processor."""
    return Figure(name=name, rounds=[each * 1000 for each in rounds], form="{:,.0f} ms")


def micro(name: str, rounds: Sequence[float]) -> Figure:
    """A time of the processor that is spent many times."""
    return Figure(name=name, rounds=[each * 1_000_000 for each in rounds], form="{:,.1f} µs")


def memory(name: str, rounds: Sequence[float], goal: int | None = None) -> Figure:
    """Bytes, shown in MB."""
    limit = None if goal is None else goal / _MEGABYTE
    return Figure(name=name, rounds=[each / _MEGABYTE for each in rounds], form="{:.0f} MB", goal=limit)


def table(title: str, figures: Sequence[Figure]) -> Table:
    """Lay figures out."""
    made = Table("", title=title, title_justify="left")
    for name in ("Median", "Best"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("Goal", no_wrap=True)
    for each in figures:
        made.add_row(each.name, each.shown(each.median), each.shown(each.best), each.verdict)
    return made
