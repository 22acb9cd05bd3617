"""A configuration in YAML, read as texts with their lines.

Nothing is constructed: `0123`, `yes` and `!secret x` are what was written, and the forms say what they mean.
"""

from collections.abc import Iterator
import re
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .given import Given, Reading
from .keys import KEYS, SECRET_FILES, SECTIONS, nearest
from .problems import Problem, shown_key

_NULL: Final = "tag:yaml.org,2002:null"
_STANDARD: Final = "tag:yaml.org,2002:"
_KNOWN: Final = {**SECTIONS, **KEYS, **SECRET_FILES}
# A list of sections with lists is all that any key has; deeper is wrong anyway, and may be endless by an alias.
_DEEPEST: Final = 3
_QUOTED: Final = re.compile(r"(['\"])(.*?)\1")
_LONGEST_CHARACTER: Final = 2  # as in \t


class NotYaml(ValueError):
    """A text that is not YAML; says the line and column and what is wrong, without repeating it."""


def composed(text: str) -> Node | None:
    """Return the tree of a text; None for an empty one. Raises NotYaml."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise NotYaml(place + _words(error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotYaml(f"line {line}: a character that cannot be printed") from None
    except RecursionError:
        raise NotYaml("lists or sections are nested too deeply") from None


def _words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "something is wrong here"
    return _QUOTED.sub(_harmless, f"{error.context}, {problem}" if problem.startswith("but ") else problem)


def _harmless(quoted: re.Match[str]) -> str:
    """Leave a character and a word of PyYAML's own, as in '<scalar>'; anything else may be part of a secret."""
    content = quoted[2]
    return quoted[0] if len(content) <= _LONGEST_CHARACTER or content.startswith("<") else "…"


def plain(node: Node, depth: int = 0) -> object:
    """Return the texts of a tree, in lists and dicts; None for nothing.

    Raises ValueError for a tag of somebody's own and for a name that stands twice.

    """
    if not node.tag.startswith(_STANDARD):
        raise ValueError("tags are not understood")
    if isinstance(node, ScalarNode):
        return None if node.tag == _NULL else str(node.value)
    if depth >= _DEEPEST:
        return []
    if isinstance(node, SequenceNode):
        return [plain(item, depth + 1) for item in node.value]
    mapping = {str(plain(key, depth + 1)): plain(value, depth + 1) for key, value in node.value}
    if len(mapping) < len(node.value):
        raise ValueError("a name in this section stands twice")
    return mapping


def read(text: str, name: str) -> Reading:
    """Read a configuration; `name` is what the file is called in sources."""
    try:
        root = composed(text)
    except NotYaml as error:
        return Reading({}, (Problem("", f"this is not YAML: {error}", "a configuration in YAML", name),))
    if root is None or (isinstance(root, ScalarNode) and root.tag == _NULL):
        return Reading({})
    found: dict[str, Given] = {}
    return Reading(found, tuple(_Walk(name, found).section(root, "")))


class _Walk:
    """Goes through a tree along the table of keys."""

    def __init__(self, name: str, found: dict[str, Given]) -> None:
        self._name = name
        self._found = found

    def section(self, node: Node, path: str) -> Iterator[Problem]:
        """Collect the values of a section; yield what is wrong."""
        if not isinstance(node, MappingNode):
            problem = "this is a list" if isinstance(node, SequenceNode) else "this is a text"
            yield Problem(path, problem, _keys_of(path), self._place(node))
            return
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else ""
            if name in lines:
                problem = f"{shown_key(name)} stands twice, first in line {lines[name]}"
                yield Problem(_below(path, name), problem, "each key once", self._place(key))
                continue
            lines[name] = key.start_mark.line + 1
            yield from self._item(key, value, _below(path, name))

    def _item(self, key: Node, value: Node, path: str) -> Iterator[Problem]:
        if path in SECTIONS:
            if value.tag != _NULL:
                yield from self.section(value, path)
        elif path in KEYS or path in SECRET_FILES:
            yield from self._value(key, value, path)
        else:
            yield unknown(path, self._place(key))

    def _value(self, key: Node, value: Node, path: str) -> Iterator[Problem]:
        try:
            raw = plain(value)
        except ValueError as error:
            accepted = (KEYS.get(path) or SECRET_FILES[path]).form.accepted
            yield Problem(path, str(error), accepted, self._place(key))
            return
        if raw is not None:
            self._found[path] = Given(raw, self._place(key))

    def _place(self, node: Node) -> str:
        return f"{self._name} line {node.start_mark.line + 1}"


def unknown(path: str, source: str) -> Problem:
    """Say that there is no such key, and which one may be meant."""
    within, _, name = path.rpartition(".")
    near = nearest(path, _KNOWN) if shown_key(name) == name else None
    accepted = f"{near} is the nearest that there is" if near else _keys_of(within)
    return Problem(path, "there is no such key", accepted, source)


def _keys_of(path: str) -> str:
    depth = path.count(".") + 1 if path else 0
    names = (known.rpartition(".")[2] for known in _KNOWN if known.startswith(path) and known.count(".") == depth)
    return f"the keys {', '.join(dict.fromkeys(names))}"


def _below(path: str, name: str) -> str:
    return f"{path}.{shown_key(name)}" if path else shown_key(name)
