"""What a person reads: reports on stdout, errors on stderr, plain text wherever that is no terminal."""

from collections.abc import Iterable
from io import TextIOWrapper
import sys
from typing import Final, Never

from rich.console import Console
from rich.text import Text
import typer

from ..configuration import Problem
from .exits import CONFIGURATION, FAILED

_INDENT: Final = "    "


def tolerate_narrow_encodings() -> None:
    """Have a name that the terminal cannot show come out in escapes, and not as an end in the middle."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def report() -> Console:
    """Return where results go. A line stays a line, as a log has it."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def errors() -> Console:
    """Return where errors go."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)


def fail(text: str, *remedies: str, code: int = FAILED) -> Never:
    """Say what went wrong and what to do about it, and end."""
    console = errors()
    console.print(Text("Error: ", style="bold red") + Text(text, style="default"))
    for remedy in remedies:
        console.print(f"{_INDENT}{remedy}")
    raise typer.Exit(code)


def refuse(problems: Iterable[Problem]) -> Never:
    """Say everything that is wrong with the configuration, and end."""
    console = errors()
    console.print(Text("Error: ", style="bold red") + Text("The configuration cannot be used:", style="default"))
    for line in listed(problems):
        console.print(line)
    raise typer.Exit(CONFIGURATION)


def listed(problems: Iterable[Problem]) -> Iterable[str]:
    """Write problems as a list: the path of the key and what is wrong, the accepted form, where it stands."""
    for problem in problems:
        yield f"{_INDENT}- {problem.key or 'the whole'}: {problem.problem}"
        yield f"{_INDENT}  accepted: {problem.accepted}"
        yield f"{_INDENT}  where: {problem.source}"
