"""Secrets from files: `password_file` stands for `password`, wherever it is given."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .forms import one_text, path_from
from .given import Given, Reading
from .keys import FILE, SECRET_FILES
from .problems import Problem

# More is no secret but a mistake.
_LARGEST: Final = 65536


class UnreadableFile(ValueError):
    """A file that cannot be read; says why."""


def read_text(path: Path, most: int) -> str:
    """Return the text of a file of at most so many bytes. Raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise UnreadableFile("there is no such file") from None
    except IsADirectoryError:
        raise UnreadableFile("this is a folder") from None
    except PermissionError:
        raise UnreadableFile("the file may not be read by this user") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is not a path"
        raise UnreadableFile(f"the file cannot be read: {reason}") from None
    if len(content) > most:
        raise UnreadableFile(f"the file has more than {most} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"the file is not UTF-8, see line {line}") from None


def resolved(reading: Reading) -> Reading:
    """Put secrets in the place of the files that have them."""
    values = dict(reading.values)
    problems = list(reading.problems)
    for path, key in SECRET_FILES.items():
        if (given := values.pop(path, None)) is None:
            continue
        if key.path in values:
            del values[key.path]
            problem = f"{key.name} and {key.name}{FILE} are both given"
            problems.append(Problem(key.path, problem, "one of the two", given.source))
            continue
        problems += _resolve(path, given, values)
    return Reading(values, tuple(problems))


def _resolve(path: str, given: Given, values: dict[str, Given]) -> Iterator[Problem]:
    accepted = "the path of a file that has the secret and nothing else"
    try:
        file = path_from(one_text(given.raw))
    except ValueError as error:
        yield Problem(path, str(error), accepted, given.source)
        return
    try:
        # An editor, or echo, ends a file by a line break that is no part of the secret.
        secret = read_text(file, _LARGEST).rstrip("\r\n")
    except UnreadableFile as error:
        yield Problem(path, str(error), accepted, _source(file, given))
        return
    if not secret:
        yield Problem(path, "the file is empty", accepted, _source(file, given))
        return
    values[SECRET_FILES[path].path] = Given(secret, _source(file, given))


def _source(file: Path, given: Given) -> str:
    return f"file {file}, named by {given.source}"
