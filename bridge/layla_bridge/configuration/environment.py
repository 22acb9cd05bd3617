"""The configuration's variables in the environment: `LAYLA_BROKER__HOST` stands for `broker.host`."""

from collections.abc import Iterator, Mapping
import re
from typing import Final

from ..shard import VARIABLE as SHARD
from .forms import Shape
from .given import Given, Reading
from .keys import KEYS, PREFIX, SECRET_FILES, SECTIONS, nearest, variable
from .problems import Problem, shown_key
from .yaml_text import composed, plain

_PATHS: Final = {variable(path): path for path in (*KEYS, *SECRET_FILES)}
_SECTIONS: Final = {variable(path): path for path in SECTIONS}
# Names whose underscores are counted wrongly.
_FOLDED: Final = {name.replace("__", "_"): name for name in _PATHS if "__" in name}
# What Kubernetes and linked containers set where a service is called layla-something.
_OF_A_SERVICE: Final = re.compile(r"LAYLA_(?:\w*_)?(?:SERVICE_(?:HOST|PORT)\w*|PORT(?:_\w*)?)")
OTHERS: Final = ("LAYLA_CONFIG", SHARD)
"""Variables of ours that are no keys: the configuration's own path, and which of several bridges this is."""


def read(environ: Mapping[str, str]) -> Reading:
    """Read the variables; an empty one counts as not set."""
    found: dict[str, Given] = {}
    problems: list[Problem] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in OTHERS or not environ[name]:
            continue
        source = f"environment variable {shown_key(name)}"
        if (path := _PATHS.get(name)) is None:
            problems += _unknown(name, source)
            continue
        try:
            found[path] = Given(_raw(path, environ[name]), source)
        except ValueError as error:
            problems.append(Problem(path, str(error), KEYS[path].form.accepted, source))
    return Reading(found, tuple(problems))


def _raw(path: str, text: str) -> object:
    """Take a text as it is; a list or a mapping may be written as in YAML. Raises ValueError."""
    shape = KEYS[path].form.shape if path in KEYS else Shape.TEXT
    if shape is Shape.TEXT or not text.lstrip().startswith(("[", "{")):
        return text
    node = composed(text)
    return text if node is None else plain(node)


def _unknown(name: str, source: str) -> Iterator[Problem]:
    """Name what may be meant."""
    if name in _SECTIONS:
        within = next(known for known in _PATHS if known.startswith(f"{name}__"))
        yield Problem(_SECTIONS[name], "this is a section", f"a variable for each key, such as {within}", source)
    elif not _OF_A_SERVICE.fullmatch(name):
        near = _FOLDED.get(name.upper()) or _nearest(name)
        accepted = f"{near} is the nearest that there is" if near else "the variables of CONFIGURATION.md"
        yield Problem(shown_key(name), "there is no such variable", accepted, source)


def _nearest(name: str) -> str | None:
    path = nearest(name.removeprefix(PREFIX).replace("__", "."), {**KEYS, **SECRET_FILES})
    return variable(path) if path else None
