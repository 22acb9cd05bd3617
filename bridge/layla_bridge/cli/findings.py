"""What a step of `check` finds, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rich.console import Console
from rich.text import Text


class Verdict(Enum):
    """How a step ended: its mark, the mark where the terminal has no such character, and its colour."""

    PASSED = ("✓", "ok", "green")
    NOTED = ("!", "!", "yellow")
    FAILED = ("✗", "FAILED", "bold red")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one sentence, and lines that say more: what to do about it, where it failed."""

    verdict: Verdict
    text: str
    more: tuple[str, ...] = ()


def passed(text: str) -> Finding:
    """Find that all is well."""
    return Finding(Verdict.PASSED, text)


def noted(text: str, *more: str) -> Finding:
    """Find what is worth knowing, and no failure."""
    return Finding(Verdict.NOTED, text, more)


def failed(text: str, *more: str) -> Finding:
    """Find that something does not work."""
    return Finding(Verdict.FAILED, text, more)


def show(console: Console, title: str, findings: Iterable[Finding]) -> None:
    """Print what a step has found."""
    for finding in findings:
        mark, plain, colour = finding.verdict.value
        shown = mark if console.encoding.lower().startswith("utf") else plain
        console.print(Text(shown, style=colour) + Text(f" {title}: {finding.text}", style="default"))
        for line in finding.more:
            console.print(f"    {line}")
