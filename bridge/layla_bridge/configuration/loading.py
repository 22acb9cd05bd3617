"""From a file and the environment to a configuration, or to everything that is wrong with them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from . import environment, yaml_text
from .derived import derived
from .given import Given, Reading
from .keys import FILE, ITEMS, KEYS
from .problems import ConfigurationError, Problem, shown_key
from .rules import broken
from .secret_files import UnreadableFile, read_text, resolved
from .sections import Configuration
from .sources import reading

_LARGEST: Final = 1 << 20
_SAID: Final[Mapping[str, str]] = {
    "missing": "this is missing",
    "union_tag_invalid": "there is no such kind of account",
    "tuple_type": "this is not a list",
    "model_type": "this is not a section of keys",
}
_KINDS: Final = {"token": "sign_in", "sign_in": "token"}


def load(path: Path | None, environ: Mapping[str, str]) -> Configuration:
    """Load the configuration from a file, if there is one, and from variables, which win.

    Reads the file and the files that it names, and nothing else. Raises ConfigurationError.
    """
    name = str(path) if path else "the environment"
    variables, file = resolved(environment.read(environ)), resolved(_file(path))
    given = {**file.values, **variables.values}
    defaults = derived(given, environ)
    found = [*variables.problems, *file.problems, *broken(given)]
    try:
        with reading(variables.values, file.values, defaults.values):
            configuration = Configuration.model_validate({})
    except ValidationError as error:
        found += _news(_translated(error.errors(include_url=False, include_input=False), given, name), found)
        raise ConfigurationError(found) from None
    if found:
        raise ConfigurationError(found)
    return configuration


def _file(path: Path | None) -> Reading:
    if path is None:
        return Reading({})
    try:
        return yaml_text.read(read_text(path, _LARGEST), str(path))
    except UnreadableFile as error:
        return Reading({}, (Problem("", str(error), "a configuration in YAML, such as `init` writes", str(path)),))


def _news(translated: Iterator[Problem], found: Iterable[Problem]) -> list[Problem]:
    """Leave out what is missing because it could not be read, which is said already."""
    told = {problem.key.removesuffix(FILE) for problem in found}
    return [problem for problem in translated if problem.key not in told and "" not in told]


def _translated(errors: list[ErrorDetails], given: Mapping[str, Given], name: str) -> Iterator[Problem]:
    for error in errors:
        key = _key(error)
        yield Problem(key, _words(error), _accepted(error, key), _source(key, given) or name)


def _source(path: str, given: Mapping[str, Given]) -> str | None:
    """Return where a key stands, or the list in which it does."""
    while path and path not in given:
        path = path.rpartition(".")[0]
    return given[path].source if path else None


def _key(error: ErrorDetails) -> str:
    if error["type"] == "union_tag_invalid":
        return "account.kind"
    names = [str(item) for item in error["loc"]]
    # pydantic tells which kind of account it took.
    if names[0] == "account":
        del names[1]
    # What is too much in a list was named by who wrote it.
    if error["type"] == "extra_forbidden":
        names[-1] = shown_key(names[-1])
    return ".".join(names)


def _words(error: ErrorDetails) -> str:
    if words := _SAID.get(error["type"]):
        return words
    if error["type"] != "extra_forbidden":
        return str(error["ctx"]["error"])
    if error["loc"][0] != "account":
        return "there is no such key"
    kind = str(error["loc"][1])
    return f"this belongs to kind {_KINDS[kind]}, and the account's kind is {kind}"


def _accepted(error: ErrorDetails, key: str) -> str:
    if key in KEYS and error["type"] != "extra_forbidden":
        form = KEYS[key].form
        return f"{form.accepted}, here or by {KEYS[key].name}{FILE}" if form.secret else form.accepted
    if error["loc"][0] == "account":
        return "the keys of one kind of account"
    items = next(known for path, known in ITEMS.items() if key.startswith(f"{path}."))
    name = key.rpartition(".")[2]
    return items[name].form.accepted if name in items else f"the keys {', '.join(items)}"
